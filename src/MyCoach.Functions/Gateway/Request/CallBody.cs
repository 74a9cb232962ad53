using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using MyCoach.Bounds;
using MyCoach.Metering;
using MyCoach.Providers;

namespace MyCoach.Gateway;

/// <summary>
/// What the gateway reads from a body, and the few edits it makes.
/// </summary>
internal sealed class CallBody
{
    /// <summary>As a model name: the agent's or the user's default model.</summary>
    public const string DefaultModel = "default";

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 64 };

    private readonly BodyEdits edits;
    private BodyEdits.Span model;
    private (BodyEdits.Span Span, string Before) outputLimit;

    private CallBody(ArraySegment<byte> bytes) => edits = new BodyEdits(bytes);

    public string? Model { get; private set; }

    public bool Streams { get; private set; }

    /// <summary>The requested service tier. The answer states the actual one.</summary>
    public string? ServiceTier { get; private set; }

    public bool IsInBackground { get; private set; }

    /// <summary>What decides the upper bound of the call's cost; null if it was not asked for.</summary>
    public CostFactors? Factors { get; private set; }

    /// <summary>The number of answers requested (<c>n</c>).</summary>
    public long Alternatives { get; private set; } = 1;

    /// <summary>
    /// True if the provider states the usage only because the gateway asks for it, so the caller must not see it.
    /// </summary>
    public bool HidesUsage { get; private set; }

    /// <summary>
    /// Null if the bytes are not a JSON object in UTF-8, are nested too deeply, or contain a field twice.
    /// </summary>
    /// <param name="withFactors">Whether to read <see cref="Factors"/>.</param>
    /// <param name="betas">The header anthropic-beta.</param>
    public static CallBody? TryRead(
        ArraySegment<byte> bytes,
        Operation operation,
        bool withFactors = false,
        string? betas = null
    )
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

    /// <summary>Replaces the model.</summary>
    public void Replace(string name)
    {
        Model = name;
        Factors = Factors is null ? null : Factors with { Model = name };
        edits.Replace(model, [.. "\""u8, .. JsonEncodedText.Encode(name).EncodedUtf8Bytes, .. "\""u8]);
    }

    /// <summary>Sets the output limit, in tokens, which the request leaves open.</summary>
    public void LimitOutput(long tokens) =>
        edits.Replace(
            outputLimit.Span,
            Encoding.UTF8.GetBytes(outputLimit.Before + tokens.ToString(CultureInfo.InvariantCulture))
        );

    /// <summary>The body as the provider gets it.</summary>
    public ArraySegment<byte> Write() => edits.Write();

    private void Read(JsonElement root, Operation operation)
    {
        if (root.TryGetProperty("model", out var name) && name.ValueKind == JsonValueKind.String)
        {
            (Model, model) = (name.GetString(), edits.SpanOf(name));
        }
        Streams = IsTrue(root, "stream");
        ServiceTier =
            root.TryGetProperty("service_tier", out var tier) && tier.ValueKind == JsonValueKind.String
                ? tier.GetString()
                : null;
        // Anything that a provider could read as true.
        IsInBackground =
            root.TryGetProperty("background", out var background)
            && background.ValueKind is not (JsonValueKind.False or JsonValueKind.Null);
        if (
            root.TryGetProperty("n", out var count)
            && count.ValueKind == JsonValueKind.Number
            && count.TryGetInt64(out var alternatives)
        )
        {
            Alternatives = alternatives;
        }
        if (operation.OutputLimits is [var limit, ..])
        {
            outputLimit = root.TryGetProperty(limit, out var stated)
                ? (edits.SpanOf(stated), "")
                : (edits.EndOf(root), $"{BodyEdits.CommaIn(root)}\"{limit}\":");
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
            Change(options, """{"include_usage":true}"""u8.ToArray());
        }
        else if (options.ValueKind != JsonValueKind.Object)
        {
            // The provider answers with an error.
        }
        else if (!options.TryGetProperty("include_usage", out var included))
        {
            Add(options, """
                "include_usage":true
                """u8);
        }
        else if (included.ValueKind is JsonValueKind.False or JsonValueKind.Null)
        {
            Change(included, "true"u8.ToArray());
        }
    }

    private void Change(JsonElement value, byte[] text)
    {
        edits.Replace(edits.SpanOf(value), text);
        HidesUsage = true;
    }

    private void Add(JsonElement parent, ReadOnlySpan<byte> field)
    {
        edits.Append(parent, field);
        HidesUsage = true;
    }

    private static bool IsTrue(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.True;
}
