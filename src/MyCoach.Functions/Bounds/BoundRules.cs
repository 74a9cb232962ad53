using MyCoach.Catalogue;
using MyCoach.Providers;

namespace MyCoach.Bounds;

/// <summary>
/// Computes the upper bound of a call's cost. The rules follow the table in <c>docs/budgets.md</c>. Rates come from
/// <c>models.json</c>, which follows docs.claude.com/en/docs/about-claude/pricing and platform.openai.com/docs/pricing.
/// </summary>
internal sealed class BoundRules(ModelCatalogue catalogue, FreeBetas free)
{
    // Providers add text to a prompt, such as how to use tools. Allow this much per call, and again for each tool that
    // the provider defines.
    private const long OverheadTokens = 1_024;
    private const long EmbeddingOverheadTokens = 16;

    // No real request exceeds these caps. They also keep the product of any two of them within a long.
    private const long MaxTokens = 1_000_000_000;
    private const long MaxAlternatives = 100_000;
    private const long MaxUses = 100_000;
    private const long MaxImages = 100_000;

    // Lets models take more input than their usual limit.
    private const string LongContextBeta = "context-1m";
    private const long LongContextTokens = 1_000_000;

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

    public (CostBound? Bound, MissingBound? Fault) Of(Provider provider, CostFactors factors, DateTimeOffset at)
    {
        if (catalogue.Find(provider, factors.Model ?? "") is not { } model)
        {
            return (null, new MissingBound(factors.Model, IsUnpriced: true));
        }
        var day = DateOnly.FromDateTime(at.UtcDateTime);
        var unbounded = factors
            .UnboundedFields.Concat(
                factors
                    .Betas.Where(beta => !catalogue.IsBounded(beta) && !free.Contain(beta))
                    .Select(beta => $"the beta {beta}, which may cost extra")
            )
            .Concat(
                factors
                    .Tools.Where(tool => tool.UnknownCost is not null || CapOf(tool, factors) is null)
                    .Select(Describe)
            )
            .Concat(
                factors.ServiceTier is null || KnownTiers.Contains(factors.ServiceTier)
                    ? []
                    : [$"the service tier {factors.ServiceTier}, whose price is unknown"]
            )
            .Concat(model.AlwaysSearches ? [$"the searches of {model.Id}"] : [])
            .ToList();
        var output = OutputLimit(model, factors, unbounded);
        var (input, charges) = Input(model, factors, day, unbounded);
        if (unbounded.Count > 0)
        {
            return (null, new MissingBound(string.Join(", ", unbounded.Distinct())));
        }
        var price = model.PriceOn(day);
        var rates = BoundRates.Of(provider, price, input, factors);
        charges.Insert(0, new Charge("input", input, BoundRates.InputRate(model, rates, factors)));
        var alternatives = Math.Clamp(factors.Alternatives, 1, MaxAlternatives);
        if (factors.HasPrediction || factors.Echoes)
        {
            // Rejected prediction tokens are charged as output, and the output limit does not cover them. No provider
            // says that a repeated prompt is free; each answer repeats one of the prompts.
            var times = factors.HasPrediction ? alternatives : Math.Max(1, alternatives / factors.Prompts);
            charges.Add(new Charge("output", Math.Min(factors.Bytes, MaxTokens) * times, rates.Output));
        }
        var receipt = new Receipt(model.Id, price.Source, price.EffectiveFrom, Estimated: true, charges);
        return (
            new CostBound(receipt, output, alternatives, rates.Output)
            {
                MayBeLowered = factors.IsOutputLimitOpen,
                ModelLimit = model.MaxOutputTokens,
            },
            null
        );
    }

    /// <summary>
    /// The bound of a call to a model without a price: 0, because such calls are recorded at no cost.
    /// </summary>
    public static CostBound Unpriced(CostFactors factors) =>
        new(Fixed: null, factors.OutputLimit ?? 0, factors.Alternatives, OutputCentsPerMTok: 0);

    // Output tokens per answer: the request's limit, or else the model's.
    private static long OutputLimit(Model model, CostFactors factors, List<string> unbounded)
    {
        if (!factors.Generates)
        {
            return 0;
        }
        if ((factors.OutputLimit ?? model.MaxOutputTokens) is { } limit)
        {
            return Math.Min(limit, MaxTokens);
        }
        unbounded.Add($"output of {model.Id} without a limit, because the model's output limit is unknown");
        return 0;
    }

    // Input tokens: at most one per byte of text in the body. Other input (images, files, stored items) can be as long
    // as the model's input limit. Provider tools: each use can fill the model's input limit again, and each use is
    // charged.
    private (long Tokens, List<Charge> Charges) Input(
        Model model,
        CostFactors factors,
        DateOnly day,
        List<string> unbounded
    )
    {
        var overhead = factors.Generates ? OverheadTokens * (1 + factors.Tools.Count) : EmbeddingOverheadTokens;
        var uses = factors
            .Tools.Where(tool => KnownTools.IsRunByProvider(tool.Type))
            .Select(tool => (tool.Type, Cap: CapOf(tool, factors) ?? 0))
            .ToArray();
        // If one cap covers all tools, assume that every use is of the most expensive tool.
        var all =
            factors.MaxToolUses is not null && uses.Length > 0 ? uses.Max(use => use.Cap) : uses.Sum(use => use.Cap);
        if (all > MaxUses)
        {
            unbounded.Add($"tools that may be used more than {MaxUses} times");
        }
        if (model.MaxInputTokens is null && (!factors.IsInline || all > 0))
        {
            unbounded.Add(
                $"input of {model.Id} other than text in the body, because the model's input limit is unknown"
            );
        }
        var limit = InputLimit(model, factors);
        var own = factors.IsInline ? TextAndImages(model, factors) + overhead : limit;
        var tokens = own + (Math.Min(all, MaxUses) * limit);
        var prices = uses.Where(use => KnownTools.ChargeOf(use.Type) is not null)
            .Select(use => new Charge(KnownTools.ChargeOf(use.Type)!, use.Cap, CentsPerUse(model, use.Type, day)))
            .OrderByDescending(charge => charge.Cents)
            .ToList();
        return (tokens, factors.MaxToolUses is null ? prices : prices.Take(1).ToList());
    }

    // The whole body is at most one token per byte. An image has a limit of tokens, in place of the bytes of its data.
    private static long TextAndImages(Model model, CostFactors factors) =>
        Math.Min(factors.Bytes - factors.ImageBytes, MaxTokens)
        + (Math.Min(factors.Images, MaxImages) * ImageLimits.TokensOf(model));

    private static long InputLimit(Model model, CostFactors factors) =>
        factors.Betas.Any(beta => BetaFamily.Of(beta) == LongContextBeta)
            ? Math.Max(model.MaxInputTokens ?? 0, LongContextTokens)
            : model.MaxInputTokens ?? 0;

    private decimal CentsPerUse(Model model, string type, DateOnly day) =>
        catalogue.CentsPerUse(model, KnownTools.ChargeOf(type)!, day).Cents;

    /// <summary>The maximum number of uses that the provider charges for; null without a limit.</summary>
    private static long? CapOf(RequestedTool tool, CostFactors factors) =>
        KnownTools.IsRunByProvider(tool.Type)
            ? factors.MaxToolUses ?? (tool.MaxUses is { } max ? Math.Clamp(max, 0, MaxTokens) : null)
        : KnownTools.IsRunByCaller(tool.Type) ? 0
        : null;

    private static string Describe(RequestedTool tool) =>
        tool.UnknownCost is { } feature ? $"the tool {tool.Type} {feature}"
        : KnownTools.IsRunByProvider(tool.Type) ? $"the tool {tool.Type} without max_uses or max_tool_calls"
        : $"the tool {tool.Type}";
}
