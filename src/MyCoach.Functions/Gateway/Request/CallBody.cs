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

    private readonly ReceivedBody received;
    private readonly BodyEdits edits;
    private readonly Range model;
    private readonly LimitPlace outputLimit;
    private readonly LimitPlace toolLimit;

    private CallBody(ReceivedBody received, BodyMembers members, CostFactors factors, long inputEstimate)
    {
        (this.received, edits) = (received, new BodyEdits(received));
        (Factors, InputEstimate) = (factors, inputEstimate);
        (model, outputLimit, toolLimit) = (members.Model, members.OutputLimit, members.ToolLimit);
        (Streams, IsInBackground, Alternatives) = (
            members.Streams,
            members.IsInBackground,
            AnswersOf(members, factors)
        );
        if (members.UsageRequest is var (span, text))
        {
            edits.Replace(span, text);
            HidesUsage = true;
        }
    }

    public string? Model => Factors.Model;

    public bool Streams { get; }

    /// <summary>The requested service tier. The answer states the actual one.</summary>
    public string? ServiceTier => Factors.ServiceTier;

    public bool IsInBackground { get; }

    /// <summary>What decides the upper bound of the call's cost.</summary>
    public CostFactors Factors { get; private set; }

    /// <summary>The input tokens, estimated, for an answer that does not state them.</summary>
    public long InputEstimate { get; }

    /// <summary>The number of answers requested: <c>n</c> for each prompt.</summary>
    public long Alternatives { get; }

    /// <summary>
    /// True if the provider states the usage only because the gateway asks for it, so the caller must not see it.
    /// </summary>
    public bool HidesUsage { get; }

    /// <summary>The length of the body as the provider gets it, in bytes.</summary>
    public long SentLength => edits.Length;

    /// <summary>
    /// Null if the bytes are not a JSON object in UTF-8, are nested too deeply, or contain a field twice.
    /// </summary>
    /// <param name="betas">The header anthropic-beta.</param>
    public static CallBody? TryRead(ReceivedBody received, Operation operation, string? betas = null)
    {
        if (!Utf8.IsValid(received.Bytes.Span))
        {
            return null;
        }
        try
        {
            var json = new JsonCursor(received.Bytes);
            var (members, factors) = (new BodyMembers(operation), new CostFactorsReader(operation));
            json.Begin();
            if (json.Kind != JsonTokenType.StartObject)
            {
                return null;
            }
            while (json.NextMember())
            {
                members.Begin(json);
                factors.Read(ref json);
                members.End(json);
            }
            members.EndBody(json, received.Bytes);
            json.Finish();
            return new CallBody(
                received,
                members,
                factors.Result(received.Length, json.CachesForAnHour, betas),
                json.InputTokens
            );
        }
        catch (Exception fault) when (JsonText.IsMalformedInput(fault))
        {
            return null;
        }
    }

    // Saturates, for a request that no provider accepts.
    private static long AnswersOf(BodyMembers members, CostFactors factors) =>
        Math.Min(members.Alternatives, int.MaxValue) * factors.Prompts;

    /// <summary>Replaces the model.</summary>
    public void Replace(string name)
    {
        Factors = Factors with { Model = name };
        edits.Replace(model, [.. "\""u8, .. JsonEncodedText.Encode(name).EncodedUtf8Bytes, .. "\""u8]);
    }

    /// <param name="tokens">What the earlier answers add to the input; null if that is unknown.</param>
    public void NoteEarlierTokens(long? tokens) => Factors = Factors with { EarlierTokens = tokens };

    /// <summary>Sets the output limit, in tokens, which the request leaves open.</summary>
    public void LimitOutput(long tokens) => edits.Replace(outputLimit.Span, outputLimit.TextOf(tokens));

    /// <summary>Sets the cap on uses of provider tools, which the request leaves open.</summary>
    public void LimitTools(long uses) => edits.Replace(toolLimit.Span, toolLimit.TextOf(uses));

    /// <summary>The body as the provider gets it, in pieces.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> Pieces() => edits.Pieces();

    /// <summary>Lets the bytes go, once the provider has them.</summary>
    public void Release() => received.Release();
}
