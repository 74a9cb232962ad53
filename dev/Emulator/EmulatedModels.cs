using System.Globalization;
using MyCoach.Catalogue;
using MyCoach.Providers;

namespace MyCoach.Dev.Emulator;

internal sealed record EmulatedModel(string Id, DateTimeOffset Released, string? ShutdownDate = null);

/// <summary>
/// The models that a provider lists, newest first. It also serves those whose prices MyCoach knows and, if the knob
/// <c>unlistedModels</c> is on, any of its families, so that a call can name a model without a known price.
/// </summary>
internal sealed class EmulatedModels
{
    private static readonly ModelCatalogue Catalogue = ModelCatalogue.Embedded;

    public static readonly EmulatedModels Anthropic = new(
        Provider.Anthropic,
        ["claude-"],
        new()
        {
            ["claude-haiku-4-5"] = "claude-haiku-4-5-20251001",
            ["claude-sonnet-4-5"] = "claude-sonnet-4-5-20250929",
        },
        [
            Model("claude-haiku-5-5", "2026-10-07"),
            Model("claude-sonnet-5-5", "2026-09-28"),
            Model("claude-opus-5-5", "2026-09-22"),
            Model("claude-fable-5-1", "2026-09-01"),
            Model("claude-opus-5", "2026-07-24"),
            Model("claude-sonnet-5", "2026-06-30"),
            Model("claude-haiku-4-5-20251001", "2025-10-15"),
            Model("claude-sonnet-4-5-20250929", "2025-09-29"),
            Model("claude-sonnet-4-20250514", "2025-05-14"),
        ]
    );

    public static readonly EmulatedModels OpenAi = new(
        Provider.OpenAi,
        ["gpt-", "o1", "o3", "o4", "text-embedding-"],
        new() { ["gpt-4o"] = "gpt-4o-2024-08-06", ["gpt-4o-mini"] = "gpt-4o-mini-2024-07-18" },
        [
            Model("gpt-6.1-terra", "2026-10-26"),
            Model("gpt-6.1-sol", "2026-09-29"),
            Model("gpt-6-sol", "2026-09-22"),
            Model("gpt-6-luna", "2026-09-22"),
            Model("gpt-5.6-luna", "2026-07-09"),
            Model("gpt-5.4-mini", "2026-03-17"),
            Model("gpt-4.1", "2025-04-14"),
            Model("gpt-4o-2024-08-06", "2024-08-06", "2027-03-31"),
            Model("gpt-4o-mini-2024-07-18", "2024-07-18"),
            Model("gpt-4o-mini", "2024-07-16"),
            Model("gpt-4o", "2024-05-10"),
            Model("text-embedding-3-large", "2024-01-22"),
            Model("text-embedding-3-small", "2024-01-22"),
        ]
    );

    private readonly Provider provider;
    private readonly string[] families;
    private readonly Dictionary<string, string> aliases;

    private EmulatedModels(
        Provider provider,
        string[] families,
        Dictionary<string, string> aliases,
        EmulatedModel[] listed
    )
    {
        this.provider = provider;
        this.families = families;
        this.aliases = aliases;
        Listed = listed;
    }

    public IReadOnlyList<EmulatedModel> Listed { get; }

    public EmulatedModel? Find(string id) =>
        Listed.FirstOrDefault(model => model.Id == id)
        ?? Listed.FirstOrDefault(model => model.Id == aliases.GetValueOrDefault(id));

    public bool Serves(string id) => families.Any(family => id.StartsWith(family, StringComparison.Ordinal));

    /// <summary>Whether the provider has this very model, and not just one of its family.</summary>
    public bool Has(string id) => Find(id) is not null || Catalogue.Lists(provider, id) || IsModeration(id);

    /// <summary>The model id in the response. As at the real providers, an alias becomes the dated model.</summary>
    public string Resolve(string id) => aliases.GetValueOrDefault(id, id);

    private static bool IsModeration(string id) => id.Contains("-moderation-", StringComparison.Ordinal);

    private static EmulatedModel Model(string id, string released, string? shutdownDate = null) =>
        new(
            id,
            DateTimeOffset.Parse(released, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal),
            shutdownDate
        );
}
