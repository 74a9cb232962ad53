using MyCoach.Catalogue;
using MyCoach.Providers;

namespace MyCoach.Bounds;

/// <summary>
/// Computes the upper bound of a call's cost. The rules follow the table in <c>docs/budgets.md</c>. Rates come from
/// the catalogue, which follows docs.claude.com/en/docs/about-claude/pricing and platform.openai.com/docs/pricing.
/// </summary>
internal sealed class BoundRules(ModelCatalogue catalogue, FreeBetas free)
{
    // No real request exceeds these caps. They also keep the product of any two of them within a long.
    private const long MaxTokens = InputBound.MaxTokens;
    private const long MaxAlternatives = 100_000;

    // The largest cap on tool uses that the gateway sets. Few answers need more, and each use reserves a whole input.
    private const long MaxUsesToSet = 10;

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

    /// <summary>
    /// The upper bound, or why nothing limits the cost. If the request leaves its cap on tool uses open, it is the bound
    /// with the largest cap that the gateway sets, with the lower ones behind it.
    /// </summary>
    public (CostBound? Bound, MissingBound? Fault) Of(Provider provider, CostFactors factors, DateTimeOffset at)
    {
        if (!factors.IsToolLimitOpen || !factors.Tools.Any(tool => KnownTools.IsRunByProvider(tool.Type)))
        {
            return OfStated(provider, factors, at);
        }
        CostBound? bound = null;
        for (var uses = 1; uses <= MaxUsesToSet; uses++)
        {
            var (more, fault) = OfStated(provider, factors with { MaxToolUses = uses }, at);
            if (more is null)
            {
                return (null, fault);
            }
            bound = more with { ToolLimitToSet = uses, WithFewerUses = bound };
        }
        return (bound, null);
    }

    private (CostBound? Bound, MissingBound? Fault) OfStated(Provider provider, CostFactors factors, DateTimeOffset at)
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
                    .Tools.Where(tool => tool.UnknownCost is not null || ToolUseBound.CapOf(tool, factors) is null)
                    .Select(ToolUseBound.Describe)
            )
            .Concat(
                factors.ServiceTier is null || KnownTiers.Contains(factors.ServiceTier)
                    ? []
                    : [$"the service tier {factors.ServiceTier}, whose price is unknown"]
            )
            .Concat(model.AlwaysSearches ? [$"the searches of {model.Id}"] : [])
            .Concat(UnpricedAudio(model.PriceOn(day), factors))
            .ToList();
        var output = OutputLimit(model, factors, unbounded);
        var uses = ToolUseBound.Of(factors);
        var input = InputBound.Of(model, factors, uses.Count, unbounded);
        if (unbounded.Count > 0)
        {
            return (null, new MissingBound(string.Join(", ", unbounded.Distinct())));
        }
        var price = model.PriceOn(day);
        var rates = BoundRates.Of(provider, price, input, factors);
        var outputRate = BoundRates.OutputRate(rates, factors);
        List<Charge> charges =
        [
            new("input", input, BoundRates.InputRate(model, rates, factors)),
            .. uses.Charges(kind => catalogue.CentsPerUse(model, kind, day).Cents),
        ];
        var alternatives = Math.Clamp(factors.Alternatives, 1, MaxAlternatives);
        if (factors.HasPrediction || factors.Echoes)
        {
            // Rejected prediction tokens are charged as output, and the output limit does not cover them. No provider
            // says that a repeated prompt is free; each answer repeats one of the prompts.
            var times = factors.HasPrediction ? alternatives : Math.Max(1, alternatives / factors.Prompts);
            charges.Add(new Charge("output", Math.Min(factors.Bytes, MaxTokens) * times, outputRate));
        }
        var receipt = new Receipt(model.Id, price.Source, price.EffectiveFrom, Estimated: true, charges)
        {
            IsHeld = true,
            Version = catalogue.Version,
        };
        return (
            new CostBound(receipt, output, alternatives, outputRate)
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

    private static IEnumerable<string> UnpricedAudio(Rates price, CostFactors factors) =>
        [
            .. factors.HasAudio && price.AudioInput is null
                ? ["input_audio, whose price is unknown"]
                : Array.Empty<string>(),
            .. factors.AsksForAudio && price.AudioOutput is null
                ? ["modalities with audio, whose price is unknown"]
                : Array.Empty<string>(),
        ];

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
}
