using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using MyCoach.Bounds;
using MyCoach.Metering;
using MyCoach.Providers;

namespace MyCoach.Gateway;

/// <summary>What the gateway has to know of a body, and the few changes that it makes. All other bytes stay as they came.</summary>
internal sealed class CallBody
{
    /// <summary>Asks for the caller's own model, or the one of the agent that is named.</summary>
    public const string DefaultModel = "default";

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 64 };

    private readonly List<(int Start, int Length, byte[] Text)> changes = [];
    private readonly ArraySegment<byte> bytes;
    private (int Start, int Length) model;
    private (int Start, int Length, string Before) outputLimit;

    private CallBody(ArraySegment<byte> bytes) => this.bytes = bytes;

    public string? Model { get; private set; }

    public bool Streams { get; private set; }

    /// <summary>The service tier that is asked for; which one it is, the answer says.</summary>
    public string? ServiceTier { get; private set; }

    public bool IsInBackground { get; private set; }

    /// <summary>What decides the upper bound of the call's cost; null if it was not asked for.</summary>
    public CostFactors? Factors { get; private set; }

    /// <summary>How many answers are asked for side by side.</summary>
    public long Alternatives { get; private set; } = 1;

    /// <summary>Whether the usage is stated only because the gateway asks for it, so that the caller must not see it.</summary>
    public bool HidesUsage { get; private set; }

    /// <summary>Null where the bytes are no JSON object in UTF-8, are too deep, or hold a member twice.</summary>
    /// <param name="withFactors">Whether to read <see cref="Factors"/>.</param>
    /// <param name="betas">The header anthropic-beta.</param>
    public static CallBody? TryRead(ArraySegment<byte> bytes, Operation operation, bool withFactors = false, string? betas = null)
    {
        if (!Utf8.IsValid(bytes))
        {
            return null;
        }
        try
        {
            using var json = JsonDocument.Parse(bytes.AsMemory(), Strict);
            if (json.RootElement.ValueKind != JsonValueKind.Object)
            {
                return null;
            }
            var body = new CallBody(bytes);
            body.Read(json.RootElement, operation);
            if (withFactors)
            {
                body.Factors = CostFactorsReader.Read(json.RootElement, operation, bytes.Count, betas);
            }
            return body;
        }
        catch (Exception fault) when (JsonText.IsMalformedInput(fault))
        {
            return null;
        }
    }

    /// <summary>Asks for this model instead.</summary>
    public void Replace(string name)
    {
        Model = name;
        Factors = Factors is null ? null : Factors with { Model = name };
        changes.Add((model.Start, model.Length, [.. "\""u8, .. JsonEncodedText.Encode(name).EncodedUtf8Bytes, .. "\""u8]));
    }

    /// <summary>Sets the output limit, in tokens, that the request leaves open.</summary>
    public void LimitOutput(long tokens) =>
        changes.Add(
            (outputLimit.Start, outputLimit.Length, Encoding.UTF8.GetBytes(outputLimit.Before + tokens.ToString(CultureInfo.InvariantCulture)))
        );

    /// <summary>The body as it is to be sent.</summary>
    public ArraySegment<byte> Write()
    {
        if (changes.Count == 0)
        {
            return bytes;
        }
        using var written = new MemoryStream(bytes.Count + 256);
        var from = 0;
        foreach (var (start, length, text) in changes.OrderBy(change => change.Start))
        {
            written.Write(bytes.AsSpan()[from..start]);
            written.Write(text);
            from = start + length;
        }
        written.Write(bytes.AsSpan()[from..]);
        return new ArraySegment<byte>(written.GetBuffer(), 0, (int)written.Length);
    }

    private void Read(JsonElement root, Operation operation)
    {
        if (root.TryGetProperty("model", out var name) && name.ValueKind == JsonValueKind.String)
        {
            (Model, model) = (name.GetString(), PlaceOf(name));
        }
        Streams = IsTrue(root, "stream");
        ServiceTier = root.TryGetProperty("service_tier", out var tier) && tier.ValueKind == JsonValueKind.String ? tier.GetString() : null;
        // Whatever a provider might take for true.
        IsInBackground =
            root.TryGetProperty("background", out var background) && background.ValueKind is not (JsonValueKind.False or JsonValueKind.Null);
        if (root.TryGetProperty("n", out var count) && count.ValueKind == JsonValueKind.Number && count.TryGetInt64(out var alternatives))
        {
            Alternatives = alternatives;
        }
        if (operation.OutputLimits is [var limit, ..])
        {
            var isThere = root.TryGetProperty(limit, out var open);
            var (start, length) = PlaceOf(isThere ? open : root);
            outputLimit = isThere ? (start, length, "") : (start + length - 1, 0, $"{CommaIn(root)}\"{limit}\":");
        }
        if (Streams && operation.StatesUsageOnRequest)
        {
            AskForUsage(root);
        }
    }

    private void AskForUsage(JsonElement root)
    {
        if (!root.TryGetProperty("stream_options", out var options))
        {
            Add(root, """
                "stream_options":{"include_usage":true}
                """u8);
        }
        else if (options.ValueKind == JsonValueKind.Null)
        {
            Change(options, """{"include_usage":true}"""u8);
        }
        else if (options.ValueKind != JsonValueKind.Object)
        {
            // The provider will say what is wrong with it.
        }
        else if (!options.TryGetProperty("include_usage", out var included))
        {
            Add(options, """
                "include_usage":true
                """u8);
        }
        else if (included.ValueKind is JsonValueKind.False or JsonValueKind.Null)
        {
            Change(included, "true"u8);
        }
    }

    private void Add(JsonElement parent, ReadOnlySpan<byte> member)
    {
        var (start, length) = PlaceOf(parent);
        changes.Add((start + length - 1, 0, [.. Encoding.UTF8.GetBytes(CommaIn(parent)), .. member]));
        HidesUsage = true;
    }

    private void Change(JsonElement value, ReadOnlySpan<byte> text)
    {
        var (start, length) = PlaceOf(value);
        changes.Add((start, length, text.ToArray()));
        HidesUsage = true;
    }

    private (int Start, int Length) PlaceOf(JsonElement element)
    {
        var raw = JsonMarshal.GetRawUtf8Value(element);
        return ((ReadOnlySpan<byte>)bytes).Overlaps(raw, out var start)
            ? (start, raw.Length)
            : throw new InvalidOperationException("The document is not of these bytes.");
    }

    private static string CommaIn(JsonElement parent) => parent.EnumerateObject().Any() ? "," : "";

    private static bool IsTrue(JsonElement root, string name) => root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.True;
}
