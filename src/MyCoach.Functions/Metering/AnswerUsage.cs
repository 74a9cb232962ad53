using MyCoach.Catalogue;

namespace MyCoach.Metering;

/// <summary>What an answer has stated so far, and how much of it has come. Of a number that is stated again, the later value counts.</summary>
internal sealed class AnswerUsage
{
    public string? ResponseId { get; set; }
    public string? Model { get; set; }

    /// <summary>As the provider counts: Anthropic's is without cached reads and writes, OpenAI's is with them. Null until stated.</summary>
    public long? InputTokens { get; set; }

    public long? OutputTokens { get; set; }
    public long CachedInputTokens { get; private set; }
    public long CacheWriteTokens { get; private set; }
    public long CacheWrite1hTokens { get; private set; }
    public long ReasoningTokens { get; private set; }
    public long WebSearches { get; set; }
    public long FileSearches { get; set; }
    public long CodeInterpreterCalls { get; set; }

    /// <summary>The containers that the code interpreter ran in: each is a session, however many calls it took.</summary>
    public HashSet<string> Containers { get; } = new(StringComparer.Ordinal);

    public long Images { get; set; }

    /// <summary>What other models than the one that answered did for it, such as an advisor; in no number above.</summary>
    public IReadOnlyList<CallPart> OtherParts { get; set; } = [];

    public string? ServiceTier { get; set; }
    public string? Speed { get; set; }
    public string? Geography { get; set; }
    public string? FinishReason { get; set; }

    /// <summary>How many alternatives have said why they ended: nothing more of them is generated.</summary>
    public int Finishes { get; set; }

    /// <summary>Whether anything came that costs tokens.</summary>
    public bool HasBegun { get; set; }

    public bool HasError { get; set; }

    /// <summary>UTF-8 bytes of generated text, and how many events brought some.</summary>
    public long TextBytes { get; set; }

    public long TextEvents { get; set; }

    /// <summary>Takes a number at its word, whatever was stated before. Input and output are not taken here: they count only together, and once there is any output.</summary>
    public void Note(Member member, long number)
    {
        switch (member)
        {
            case Member.CachedTokens:
                CachedInputTokens = number;
                break;
            case Member.CacheWriteTokens:
                CacheWriteTokens = number;
                break;
            case Member.CacheWrite1hTokens:
                CacheWrite1hTokens = number;
                break;
            case Member.ReasoningTokens:
                ReasoningTokens = number;
                break;
            case Member.WebSearches:
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
