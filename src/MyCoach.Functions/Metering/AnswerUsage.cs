using MyCoach.Catalogue;
using MyCoach.Providers;

namespace MyCoach.Metering;

/// <summary>
/// The usage that an answer has stated so far, and the amount of text received. A later number replaces an earlier one.
/// </summary>
internal sealed class AnswerUsage
{
    private const int MaxContainers = 1_000;
    private const int MaxItems = 64;

    private readonly HashSet<string> containers = new(StringComparer.Ordinal);
    private readonly HashSet<string> items = new(StringComparer.Ordinal);

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
    public long AudioInputTokens { get; private set; }
    public long AudioOutputTokens { get; private set; }

    /// <summary>Anthropic only; null until stated.</summary>
    public long? WebSearches { get; private set; }

    /// <summary>Tool uses that a stream has shown item by item.</summary>
    public ToolCounts Shown { get; set; } = ToolCounts.None;

    /// <summary>Tool uses in the list of all items.</summary>
    public ToolCounts Listed { get; set; } = ToolCounts.None;

    /// <summary>The provider's own count of tool uses, which counts more than the items.</summary>
    public StatedToolUse StatedTools { get; set; }

    /// <summary>What the answer repeats from its request.</summary>
    public DeclaredTools Declared { get; set; } = DeclaredTools.None;

    /// <summary>
    /// Ids of the containers that the code interpreter ran in. Each is one charged session, for any number of calls.
    /// </summary>
    public IReadOnlySet<string> Containers => containers;

    /// <summary>The ids of the first items of OpenAI's output.</summary>
    public IReadOnlySet<string> Items => items;

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

    /// <summary>Whether a message of Anthropic has any content.</summary>
    public bool HasContent { get; set; }

    public bool HasError { get; set; }

    /// <summary>UTF-8 bytes of generated text.</summary>
    public long TextBytes { get; set; }

    /// <summary>How many events contained generated text.</summary>
    public long TextEvents { get; set; }

    /// <summary>Changes every text that is recorded, for example to mask a secret that the provider repeats.</summary>
    public void ChangeTexts(Func<string, string> change)
    {
        (ResponseId, Model, FinishReason) = (Change(ResponseId), Change(Model), Change(FinishReason));
        (ServiceTier, Speed, Geography) = (Change(ServiceTier), Change(Speed), Change(Geography));
        OtherParts = [.. OtherParts.Select(part => part with { Model = change(part.Model) })];

        string? Change(string? text) => text is null ? null : change(text);
    }

    public void AddContainer(string id)
    {
        if (containers.Count < MaxContainers)
        {
            containers.Add(id);
        }
    }

    public void AddItem(string id)
    {
        if (items.Count < MaxItems)
        {
            items.Add(id);
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
            case AnswerField.AudioInputTokens:
                AudioInputTokens = number;
                break;
            case AnswerField.AudioOutputTokens:
                AudioOutputTokens = number;
                break;
            case AnswerField.WebSearches:
                WebSearches = number;
                break;
        }
    }

    /// <param name="requested">What the request declares, where the answer does not repeat it.</param>
    public CallTerms TermsOf(Provider provider, DeclaredTools requested)
    {
        var (uses, declared) = (ToolCounts.Max(Shown, Listed), Declared.Or(requested));
        var searches = WebSearches ?? StatedTools.WebSearches ?? uses.WebSearches;
        var is12h = provider == Provider.OpenAi && declared.CachesFor12Hours;
        var (isGa, isPreview) = (
            provider == Provider.Anthropic || declared is { WebSearch: true, WebSearchPreview: false },
            declared is { WebSearch: false, WebSearchPreview: true }
        );
        return new()
        {
            CacheWrite1h = Math.Min(CacheWrite1hTokens, CacheWriteTokens),
            CacheWrite12h = is12h ? CacheWriteTokens : 0,
            AudioInput = AudioInputTokens,
            AudioOutput = AudioOutputTokens,
            ServiceTier = ServiceTier,
            Speed = Speed,
            Geography = Geography,
            WebSearches = isGa ? searches : 0,
            WebSearchPreviews = isPreview && !isGa ? searches : 0,
            EitherWebSearches = isGa || isPreview ? 0 : searches,
            FileSearches = StatedTools.FileSearches ?? uses.FileSearches,
            CodeInterpreterSessions =
                StatedTools.CodeInterpreterSessions
                ?? (Containers.Count > 0 ? Containers.Count : uses.CodeInterpreterCalls),
            Images = ImagesOf(uses, declared),
            IsRefused =
                provider == Provider.Anthropic
                && FinishReason == "refusal"
                && OutputTokens is null or 0
                && TextBytes == 0
                && !HasContent,
            OtherParts = OtherParts,
        };
    }

    private ImageUses ImagesOf(ToolCounts uses, DeclaredTools declared) =>
        new(
            declared.ImageModel,
            StatedTools.Images,
            [
                .. uses.Images.Select(image =>
                    image with
                    {
                        Quality = image.Quality ?? declared.ImageQuality,
                        Size = image.Size ?? declared.ImageSize,
                    }
                ),
            ]
        );
}
