using System.Text;
using System.Text.Json;
using MyCoach.Metering;

namespace MyCoach.Bounds;

/// <summary>
/// Reads the JSON of a body once, member by member, without a document, so that reading takes hardly any memory beside
/// the body. Refuses an object that has a member twice, because providers differ in which one they use.
/// </summary>
internal ref struct JsonCursor(ReadOnlyMemory<byte> body)
{
    public const int MaxDepth = 64;

    // Names and texts that matter are shorter.
    private const int MaxTextBytes = 1_024;

    private static readonly JsonReaderOptions Options = new() { MaxDepth = MaxDepth };

    private readonly ReadOnlySpan<byte> bytes = body.Span;
    private readonly MemberNames names = new(body);
    private Utf8JsonReader json = new(body.Span, Options);
    private InputEstimate input;
    private bool isCacheControl;

    /// <summary>The type of the current value, or of its first token.</summary>
    public readonly JsonTokenType Kind => json.TokenType;

    public readonly bool IsNull => Kind == JsonTokenType.Null;

    /// <summary>The name of the current member; empty for one that is longer than every known name.</summary>
    public ReadOnlySpan<byte> Name { get; private set; }

    /// <summary>Where the current token begins, in bytes.</summary>
    public readonly int Start => (int)json.TokenStartIndex;

    /// <summary>Where the current token ends, in bytes.</summary>
    public readonly int End => (int)json.BytesConsumed;

    /// <summary>The input tokens of what has been read, estimated.</summary>
    public readonly long InputTokens => input.Tokens;

    /// <summary>Whether a part of the input is cached for another time than five minutes.</summary>
    public bool CachesForAnHour { get; private set; }

    /// <summary>Moves to the first token.</summary>
    /// <exception cref="JsonException">Malformed JSON; thrown by every move.</exception>
    public void Begin() => Move();

    /// <summary>Checks that nothing follows the value.</summary>
    public void Finish() => json.Read();

    /// <summary>Moves to the value of an open object's next member. False at the object's end.</summary>
    public bool NextMember()
    {
        Move();
        if (json.TokenType == JsonTokenType.EndObject)
        {
            return false;
        }
        Name = ReadName();
        isCacheControl = NameIs("cache_control"u8);
        Move();
        return true;
    }

    /// <summary>Moves to an open array's next item. False at the array's end.</summary>
    public bool NextItem()
    {
        isCacheControl = false;
        Move();
        return json.TokenType != JsonTokenType.EndArray;
    }

    /// <summary>Moves to the end of the current value.</summary>
    public void Skip()
    {
        if (Kind == JsonTokenType.StartArray)
        {
            while (NextItem())
            {
                Skip();
            }
        }
        else if (Kind == JsonTokenType.StartObject)
        {
            var isCaching = isCacheControl;
            while (NextMember())
            {
                CachesForAnHour |= isCaching && NameIs("ttl"u8) && !IsNull && !TextIs("5m"u8);
                Skip();
            }
        }
    }

    public readonly bool NameIs(ReadOnlySpan<byte> name) => Name.SequenceEqual(name);

    public readonly bool TextIs(ReadOnlySpan<byte> text) => Kind == JsonTokenType.String && json.ValueTextEquals(text);

    /// <summary>Whether the value is a string that begins so, without escapes.</summary>
    public readonly bool TextStartsWith(ReadOnlySpan<byte> start) =>
        Kind == JsonTokenType.String && json.ValueSpan.StartsWith(start);

    /// <summary>Null if the value is not a string. A very long text is cut, so that it equals none that is known.</summary>
    /// <exception cref="InvalidOperationException">An unpaired surrogate.</exception>
    public readonly string? Text() =>
        Kind != JsonTokenType.String ? null
        : json.ValueSpan.Length > MaxTextBytes ? $"{Encoding.UTF8.GetString(json.ValueSpan[..MaxTextBytes])}…"
        : json.GetString();

    /// <summary>
    /// A non-negative integer in any JSON notation, such as <c>1e3</c>; null if the value is anything else.
    /// </summary>
    public readonly long? Count() =>
        Kind == JsonTokenType.Number && json.TryGetDouble(out var count) && count >= 0 && Math.Floor(count) == count
            ? (long)Math.Min(count, long.MaxValue / 2)
            : null;

    /// <summary>A number that is written as an integer; null if the value is anything else.</summary>
    public readonly long? Whole() => Kind == JsonTokenType.Number && json.TryGetInt64(out var number) ? number : null;

    private ReadOnlySpan<byte> ReadName()
    {
        names.Add((int)json.TokenStartIndex + 1, json.ValueSpan.Length, json.ValueIsEscaped);
        return json.ValueSpan.Length > MaxTextBytes ? default
            : json.ValueIsEscaped ? JsonText.Unescape(bytes.Slice(Start, json.ValueSpan.Length + 2))
            : json.ValueSpan;
    }

    private void Move()
    {
        if (!json.Read())
        {
            throw new JsonException("The value is incomplete.");
        }
        input.Add(ref json);
        if (json.TokenType == JsonTokenType.StartObject)
        {
            names.Enter();
        }
        else if (json.TokenType == JsonTokenType.EndObject)
        {
            names.Leave();
        }
    }
}
