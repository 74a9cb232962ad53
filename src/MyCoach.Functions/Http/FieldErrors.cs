using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using MyCoach.Storage;

namespace MyCoach.Http;

/// <summary>What is wrong with a request, by the name of the field that the caller wrote.</summary>
internal sealed partial class FieldErrors
{
    private readonly SortedDictionary<string, string[]> byField = new(StringComparer.Ordinal);

    public bool Any => byField.Count > 0;
    public IReadOnlyDictionary<string, string[]> ByField => new Dictionary<string, string[]>(byField);

    public FieldErrors Add(string field, string message)
    {
        byField[field] = byField.TryGetValue(field, out var messages) ? [.. messages, message] : [message];
        return this;
    }

    /// <summary>What is wrong with a part of the request, under the name of the part.</summary>
    public void AddAll(FieldErrors part, string prefix)
    {
        foreach (var (field, messages) in part.byField)
        {
            byField[prefix + field] = messages;
        }
    }

    public void Require(bool holds, string field, string otherwise)
    {
        if (!holds)
        {
            Add(field, otherwise);
        }
    }

    /// <summary>Present, no longer than <paramref name="most"/> UTF-8 bytes, and free of control characters.</summary>
    public void RequireText(string? text, string field, int most) =>
        Require(
            !string.IsNullOrWhiteSpace(text) && Encoding.UTF8.GetByteCount(text) <= most && !text.Any(char.IsControl),
            field,
            $"must be text of 1 to {most} UTF-8 bytes without control characters"
        );

    /// <summary>An id of an agent, a conversation or an event.</summary>
    public void RequireId(string? id, string field) => Require(Ids.IsId(id), field, InvalidIdMessage);

    public void RequireRange(long number, string field, long least, long most) =>
        Require(number >= least && number <= most, field, $"must be a whole number from {least} to {most}");

    /// <summary>The serialiser's complaint in the words of the request; its own would show our types.</summary>
    public static FieldErrors Of(JsonException json)
    {
        // Only what can be a name of ours is repeated: a key pasted in the place of a name is not.
        var path = json.Path is { } text && PlainPath().IsMatch(text) ? text[2..] : "body";
        var errors = new FieldErrors();
        return json.Message switch
        {
            var message when message.Contains("could not be mapped to any .NET member", StringComparison.Ordinal) => errors.Add(
                path,
                "is not a member of this request"
            ),
            var message when message.StartsWith("Duplicate propert", StringComparison.Ordinal) => errors.Add(path, "is there twice"),
            var message when message.StartsWith("The JSON value could not be converted", StringComparison.Ordinal) => errors.Add(
                path,
                "is not of the right type, or too large"
            ),
            InvalidTimeMessage => errors.Add(path, InvalidTimeMessage),
            _ => errors.Add("body", "is not well-formed JSON"),
        };
    }

    [GeneratedRegex(@"^\$\.[A-Za-z0-9_.\[\]]{1,64}\z", RegexOptions.CultureInvariant)]
    private static partial Regex PlainPath();

    public const string InvalidMonthMessage = "must be a month such as 2026-11";

    public const string InvalidIdMessage = "must be 1 to 128 of the characters A–Z a–z 0–9 . _ : -, and not . or ..";

    public const string InvalidTimeMessage = "must be an RFC 3339 time with a time zone, such as 2026-11-22T15:04:05Z";
}

/// <summary>Thrown where a request turns out malformed before its handler runs.</summary>
internal sealed class InvalidRequestException(FieldErrors errors) : Exception("The request is not valid.")
{
    public FieldErrors Errors => errors;

    public InvalidRequestException(string field, string message)
        : this(new FieldErrors().Add(field, message)) { }
}
