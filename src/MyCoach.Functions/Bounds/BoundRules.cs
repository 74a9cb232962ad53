using MyCoach.Catalogue;
using MyCoach.Providers;

namespace MyCoach.Bounds;

/// <summary>
/// How much a call can cost at most, rule by rule, in the order of the table in <c>docs/budgets.md</c>. Rates: docs.claude.com/en/docs/about-claude/pricing
/// and platform.openai.com/docs/pricing, kept in <c>models.json</c>.
/// </summary>
internal sealed class BoundRules(ModelCatalogue catalogue, FreeBetas free)
{
    // Beside the body's bytes: what a provider adds to a prompt, such as how the model is to use its tools. For each tool that it defines, as much again.
    private const long OverheadTokens = 1_024;
    private const long EmbeddingOverheadTokens = 16;

    // More cannot be meant, and a product of two of them can still be counted.
    private const long MostTokens = 1_000_000_000;
    private const long MostAlternatives = 100_000;
    private const long MostUses = 100_000;

    // What an answer may be served at where the request leaves it open: OpenAI's projects choose a tier, Anthropic's workspaces a geography.
    private const string ProjectsTier = "priority";
    private const string WorkspacesGeography = "us";
    private const string PinnedGeography = "global";

    private static readonly string[] KnownTiers =
    [
        "auto",
        "default",
        "standard",
        "standard_only",
        "flex",
        "scale",
        "batch",
        "priority",
        "fast",
        "ultrafast",
    ];

    public (CostBound? Bound, Unbounded? Fault) Of(Provider provider, CostFactors demand, DateTimeOffset at)
    {
        if (catalogue.Find(provider, demand.Model ?? "") is not { } model)
        {
            return (null, new Unbounded(demand.Model, IsUnpriced: true));
        }
        var day = DateOnly.FromDateTime(at.UtcDateTime);
        var endless = demand
            .Endless.Concat(
                demand
                    .Betas.Where(beta => !catalogue.IsFree(beta) && !free.Names.Contains(beta))
                    .Select(beta => $"the beta {beta}, which is not known to cost nothing")
            )
            .Concat(demand.Tools.Where(tool => tool.Oddity is not null || CapOf(tool, demand) is null).Select(Endless))
            .Concat(
                demand.ServiceTier is null || KnownTiers.Contains(demand.ServiceTier)
                    ? []
                    : [$"the service tier {demand.ServiceTier}, whose price is not known"]
            )
            .ToList();
        var output = OutputLimit(model, demand, endless);
        var (input, charges) = Input(model, demand, day, endless);
        if (endless.Count > 0)
        {
            return (null, new Unbounded(string.Join(", ", endless.Distinct())));
        }
        var price = model.PriceOn(day);
        var rates = Dearest(provider, price, input, demand);
        charges.Insert(0, new Charge("input", input, InputRate(model, rates, demand)));
        var alternatives = Math.Clamp(demand.Alternatives, 1, MostAlternatives);
        if (demand.Predicts)
        {
            // What was foretold and did not come true is charged like output, and the output limit does not cover it.
            charges.Add(new Charge("output", Math.Min(demand.Bytes, MostTokens) * alternatives, rates.Output));
        }
        var receipt = new Receipt(model.Id, price.Source, price.EffectiveFrom, Estimated: true, charges);
        return (
            new CostBound(receipt, output, alternatives, rates.Output)
            {
                MayBeLowered = demand.LeavesOutputLimit,
                ModelLimit = model.MaxOutputTokens,
            },
            null
        );
    }

    /// <summary>Of a model without a price, whose calls cost nothing here.</summary>
    public static CostBound Unpriced(CostFactors demand) => new(Fixed: null, demand.OutputLimit ?? 0, demand.Alternatives, OutputCentsPerMTok: 0);

    // Output: what the request states for each answer, else the model's own limit.
    private static long OutputLimit(Model model, CostFactors demand, List<string> endless)
    {
        if (!demand.Generates)
        {
            return 0;
        }
        if ((demand.OutputLimit ?? model.MaxOutputTokens) is { } limit)
        {
            return Math.Min(limit, MostTokens);
        }
        endless.Add($"an answer of {model.Id}, whose output limit is not known (state one)");
        return 0;
    }

    // Input: a token is never less than a byte of text. What is not text, or not in the body, can be as much as the model takes. Server tools: each use can
    // add as much as the model takes, and has a price of its own.
    private (long Tokens, List<Charge> Charges) Input(Model model, CostFactors demand, DateOnly day, List<string> endless)
    {
        var overhead = demand.Generates ? OverheadTokens * (1 + demand.Tools.Count) : EmbeddingOverheadTokens;
        var uses = demand.Tools.Where(tool => KnownTools.IsProviders(tool.Type)).Select(tool => (tool.Type, Cap: CapOf(tool, demand) ?? 0)).ToArray();
        // One cap for all tools is spent on the dearest.
        var all = demand.MostToolUses is not null && uses.Length > 0 ? uses.Max(use => use.Cap) : uses.Sum(use => use.Cap);
        if (all > MostUses)
        {
            endless.Add($"tools that may be used more than {MostUses} times");
        }
        if (model.MaxInputTokens is null && (!demand.IsInline || all > 0))
        {
            endless.Add($"input of {model.Id} that is not text in the body, because the model's input limit is not known");
        }
        var own = demand.IsInline ? Math.Min(demand.Bytes, MostTokens) + overhead : model.MaxInputTokens ?? 0;
        var tokens = own + (Math.Min(all, MostUses) * (model.MaxInputTokens ?? 0));
        var prices = uses.Where(use => KnownTools.ChargeOf(use.Type) is not null)
            .Select(use => new Charge(KnownTools.ChargeOf(use.Type)!, use.Cap, CentsPerUse(model, use.Type, day)))
            .OrderByDescending(charge => charge.Cents)
            .ToList();
        return (tokens, demand.MostToolUses is null ? prices : prices.Take(1).ToList());
    }

    // Tier and geography: the dearest that the request permits. Speed: what it asks for.
    private static Rates Dearest(Provider provider, DatedPrice price, long inputTokens, CostFactors demand)
    {
        var tier = provider == Provider.OpenAi && demand is { Generates: true, ServiceTier: null or "auto" } ? ProjectsTier : demand.ServiceTier;
        var geography = demand.Geography ?? (price.Geography(WorkspacesGeography) is null ? PinnedGeography : WorkspacesGeography);
        var terms = new CallTerms
        {
            ServiceTier = tier,
            Speed = demand.Speed,
            Geography = geography,
        };
        var served = ServedRates.Of(provider, price, inputTokens, terms).Rates;
        // It may be served at what is listed, or with less input than it may have, and neither need be cheaper.
        return new[] { terms, terms with { ServiceTier = null } }
            .SelectMany(one => new[] { inputTokens, 0 }.Select(tokens => ServedRates.Of(provider, price, tokens, one).Rates))
            .Aggregate(served, Max);
    }

    private static Rates Max(Rates left, Rates right) =>
        new(
            Math.Max(left.Input, right.Input),
            Math.Max(left.Output, right.Output),
            CachedInput: null,
            Math.Max(left.CacheWrite ?? 0, right.CacheWrite ?? 0),
            Math.Max(left.CacheWrite1h ?? 0, right.CacheWrite1h ?? 0)
        );

    // Cache: any of the input may be written to it, for an hour where the request asks for that. A price that is not known is charged twice.
    private static decimal InputRate(Model model, Rates rates, CostFactors demand)
    {
        if (!demand.Generates || WritesAreFree(model))
        {
            return rates.Input;
        }
        var write = rates.CacheWrite is > 0 and var known ? known : 2 * rates.Input;
        var hour = rates.CacheWrite1h is > 0 and var longer ? longer : 2 * rates.Input;
        return Math.Max(rates.Input, demand.CachesForAnHour ? Math.Max(write, hour) : write);
    }

    // OpenAI charges for cache writes since GPT-5.6 (platform.openai.com/docs/guides/prompt-caching). Of the models since then all but some have a price.
    private static bool WritesAreFree(Model model) =>
        model.Provider == Provider.OpenAi
        && model.Prices.All(price => price.CacheWrite is null)
        && !model.Id.StartsWith("gpt-6", StringComparison.Ordinal);

    private decimal CentsPerUse(Model model, string type, DateOnly day) => catalogue.CentsPerUse(model, KnownTools.ChargeOf(type)!, day).Cents;

    /// <summary>How often a tool may be used at the caller's cost; null where nobody says.</summary>
    private static long? CapOf(RequestedTool tool, CostFactors demand) =>
        KnownTools.IsProviders(tool.Type) ? demand.MostToolUses ?? (tool.MostUses is { } most ? Math.Clamp(most, 0, MostTokens) : null)
        : KnownTools.IsCallers(tool.Type) ? 0
        : null;

    private static string Endless(RequestedTool tool) =>
        tool.Oddity is { } oddity ? $"the tool {tool.Type} with {oddity}"
        : KnownTools.IsProviders(tool.Type) ? $"the tool {tool.Type} without a cap (max_uses or max_tool_calls)"
        : $"the tool {tool.Type}";
}
