using MyCoach.Metering;

namespace MyCoach.Bounds;

/// <summary>The parts of a request that decide its maximum cost; <see cref="BoundRules"/> computes it.</summary>
internal sealed record CostFactors
{
    /// <summary>The length of the whole body in UTF-8.</summary>
    public required long Bytes { get; init; }

    public string? Model { get; init; }

    /// <summary>Whether the model generates output; false for embeddings.</summary>
    public bool Generates { get; init; } = true;

    /// <summary>
    /// Whether all input is text in the body and images, as opposed to files or items that the provider stores.
    /// </summary>
    public bool IsInline { get; init; }

    /// <summary>
    /// The ids of earlier answers, and of their items, that the input refers to, as often as it does. Empty if it refers
    /// also to something else that the provider stores.
    /// </summary>
    public IReadOnlyList<string> EarlierAnswers { get; init; } = [];

    /// <summary>The most tokens that the earlier answers add to the input; null if that is unknown.</summary>
    public long? EarlierTokens { get; init; }

    /// <summary>
    /// Whether a later call that refers to the answer reads at most the tokens that the answer states, given that those of
    /// <see cref="EarlierAnswers"/> are known.
    /// </summary>
    public bool CanBeContinued { get; init; }

    /// <summary>How many images the input has, in the body or by reference.</summary>
    public long Images { get; init; }

    /// <summary>How many bytes of the body are the data or the addresses of images.</summary>
    public long ImageBytes { get; init; }

    /// <summary>Whether the input has audio, in the body or by reference.</summary>
    public bool HasAudio { get; init; }

    /// <summary>Whether the request asks for an answer that is spoken.</summary>
    public bool AsksForAudio { get; init; }

    /// <summary>Tokens per answer; null if the request sets no limit.</summary>
    public long? OutputLimit { get; init; }

    /// <summary>
    /// The field that limits the output, whether or not the request sets it; null if the operation has none.
    /// </summary>
    public string? OutputLimitName { get; init; }

    /// <summary>True if the request sets no output limit and the gateway may add one.</summary>
    public bool IsOutputLimitOpen { get; init; }

    /// <summary>
    /// How many answers are generated: <c>n</c>, or <c>best_of</c> if that is more, for each of the prompts.
    /// </summary>
    public long Alternatives { get; init; } = 1;

    /// <summary>How many prompts a text completion has; 1 for other requests.</summary>
    public long Prompts { get; init; } = 1;

    /// <summary>Whether each answer repeats its prompt (<c>echo</c>).</summary>
    public bool Echoes { get; init; }

    /// <summary>
    /// Whether the request has a <c>prediction</c>; providers charge rejected prediction tokens as output.
    /// </summary>
    public bool HasPrediction { get; init; }

    public string? ServiceTier { get; init; }

    public string? Speed { get; init; }

    public string? Geography { get; init; }

    /// <summary>The region of the address that the call goes to; null if it has none.</summary>
    public string? Region { get; init; }

    /// <summary>Whether the request caches part of its input for longer than five minutes.</summary>
    public bool CachesForAnHour { get; init; }

    public IReadOnlyList<RequestedTool> Tools { get; init; } = [];

    /// <summary>What the request says about the price of tool uses and cache writes.</summary>
    public DeclaredTools Declared { get; init; } = DeclaredTools.None;

    /// <summary>
    /// The request's cap on uses of all provider tools together (<c>max_tool_calls</c>); null if it sets none.
    /// </summary>
    public long? MaxToolUses { get; init; }

    /// <summary>True if the request sets no such cap and the gateway may add one.</summary>
    public bool IsToolLimitOpen { get; init; }

    /// <summary>The beta features that the request enables (<c>anthropic-beta</c>).</summary>
    public IReadOnlyList<string> Betas { get; init; } = [];

    /// <summary>Name of a field that must be a non-negative integer and is not; null if all are valid.</summary>
    public string? MalformedInteger { get; init; }

    /// <summary>
    /// Whether the request turns on thinking, which the provider charges but hides or summarises in the answer.
    /// </summary>
    public bool Thinks { get; init; }

    /// <summary>Names of the request's fields whose cost nothing limits.</summary>
    public IReadOnlyList<string> UnboundedFields { get; init; } = [];

    /// <summary>Whether the request names further models that may answer.</summary>
    public bool HasFallbacks { get; init; }
}
