using MyCoach.Catalogue;

namespace MyCoach.Metering;

/// <summary>
/// The usage that an answer has stated so far, and the amount of text received. A later number replaces an earlier one.
/// </summary>
internal sealed class AnswerUsage
{
    private const int MaxContainers = 1_000;

    private readonly HashSet<string> containers = new(StringComparer.Ordinal);

    public string? ResponseId { get; set; }
    public string? Model { get; set; }

    /// <summary>
    /// As the provider counts: Anthropic excludes cached reads and cache writes, OpenAI includes them. Null until
    /// stated.
    /// </summary>
    public long? InputTokens { get; set; }

    public long? OutputTokens { get; set; }
    public long CachedInputTokens { get; private set; }
    public long CacheWriteTokens { get; private set; }
    public long CacheWrite1hTokens { get; private set; }
    public long ReasoningTokens { get; private set; }
    public long WebSearches { get; set; }
    public long FileSearches { get; set; }
    public long CodeInterpreterCalls { get; set; }

    /// <summary>
    /// Ids of the containers that the code interpreter ran in. Each is one charged session, for any number of calls.
    /// </summary>
    public IReadOnlySet<string> Containers => containers;

    public long Images { get; set; }

    /// <summary>
    /// The shares of other models than the one that answered, such as an advisor. The numbers above exclude them.
    /// </summary>
    public IReadOnlyList<CallPart> OtherParts { get; set; } = [];

    public string? ServiceTier { get; set; }
    public string? Speed { get; set; }
    public string? Geography { get; set; }
    public string? FinishReason { get; set; }

    /// <summary>
    /// How many choices have stated a finish reason, after which the provider generates no more of them.
    /// </summary>
    public int FinishedChoices { get; set; }

    /// <summary>Whether any output that costs tokens has arrived.</summary>
    public bool HasBegun { get; set; }

    public bool HasError { get; set; }

    /// <summary>UTF-8 bytes of generated text.</summary>
    public long TextBytes { get; set; }

    /// <summary>How many events contained generated text.</summary>
    public long TextEvents { get; set; }

    public void AddContainer(string id)
    {
        if (containers.Count < MaxContainers)
        {
            containers.Add(id);
        }
    }

    /// <summary>
    /// Overwrites a stated number. Ignores input and output tokens, which the reader sets together from a complete
    /// usage.
    /// </summary>
    public void Set(AnswerField field, long number)
    {
        switch (field)
        {
            case AnswerField.CachedTokens:
                CachedInputTokens = number;
                break;
            case AnswerField.CacheWriteTokens:
                CacheWriteTokens = number;
                break;
            case AnswerField.CacheWrite1hTokens:
                CacheWrite1hTokens = number;
                break;
            case AnswerField.ReasoningTokens:
                ReasoningTokens = number;
                break;
            case AnswerField.WebSearches:
                WebSearches = number;
                break;
        }
    }

    public CallTerms Terms =>
        new()
        {
            CacheWrite1h = Math.Min(CacheWrite1hTokens, CacheWriteTokens),
            ServiceTier = ServiceTier,
            Speed = Speed,
            Geography = Geography,
            WebSearches = WebSearches,
            FileSearches = FileSearches,
            CodeInterpreterSessions = Containers.Count > 0 ? Containers.Count : CodeInterpreterCalls,
            Images = Images,
            OtherParts = OtherParts,
        };
}
