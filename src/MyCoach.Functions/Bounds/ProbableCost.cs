using MyCoach.Catalogue;
using MyCoach.Providers;

namespace MyCoach.Bounds;

/// <summary>
/// Computes what a call will probably cost, at the rates that its request names. Nothing in a request is refused for
/// having no limit; <c>docs/budgets.md</c> has the rules.
/// </summary>
internal sealed class ProbableCost(ModelCatalogue catalogue)
{
    // Few answers are longer than this share of what the model may write, or than this many tokens if that is more.
    private const long OutputShare = 32;
    private const long MinOutputTokens = 1_024;

    private const long UsesPerTool = 3;
    private const long InputTokensPerUse = 4_000;

    // No real request exceeds this.
    private const long MaxTokens = 10_000_000;
    private const long MaxAlternatives = 128;

    /// <param name="inputTokens">The estimated tokens of the request's texts, images and files.</param>
    public CostBound Of(Provider provider, CostFactors factors, long inputTokens, DateTimeOffset at)
    {
        if (catalogue.Find(provider, factors.Model ?? "") is not { } model)
        {
            return BoundRules.Unpriced(factors) with { IsProbable = true };
        }
        var day = DateOnly.FromDateTime(at.UtcDateTime);
        var price = model.PriceOn(day);
        var uses = Uses(factors).ToArray();
        var input = Math.Min(inputTokens, MaxTokens) + (InputTokensPerUse * uses.Sum(use => use.Count));
        var terms = new CallTerms
        {
            ServiceTier = factors.ServiceTier,
            Speed = factors.Speed,
            Geography = factors.Geography ?? factors.Region,
        };
        var served = ServedRates.Of(provider, price, input, terms);
        Charge[] charges =
        [
            new("input", input, Math.Max(served.Rates.Input, factors.HasAudio ? served.Rates.AudioInput ?? 0 : 0)),
            .. uses.Where(use => KnownTools.ChargeOf(use.Type) is not null)
                .Select(use => new Charge(
                    KnownTools.ChargeOf(use.Type)!,
                    use.Count,
                    catalogue.CentsPerUse(model, KnownTools.ChargeOf(use.Type)!, day).Cents
                )),
            // The search of a model that always searches, which its answers do not state.
            .. new ToolCharges(catalogue, model, day)
                .Of(CallTerms.Standard)
                .Select(line => line.Charge)
                .Where(charge => charge.Count > 0),
        ];
        return new CostBound(
            new Receipt(model.Id, price.Source, price.EffectiveFrom, Estimated: true, charges)
            {
                IsHeld = true,
                Version = catalogue.Version,
            },
            factors.Generates ? OutputTokens(model, factors) : 0,
            Math.Clamp(factors.Alternatives, 1, MaxAlternatives),
            BoundRates.OutputRate(served.Rates, factors)
        )
        {
            IsProbable = true,
        };
    }

    private static long OutputTokens(Model model, CostFactors factors)
    {
        var typical = Math.Max(MinOutputTokens, (model.MaxOutputTokens ?? 0) / OutputShare);
        return Math.Min(factors.OutputLimit ?? typical, typical);
    }

    private static IEnumerable<(string Type, long Count)> Uses(CostFactors factors)
    {
        var left = factors.MaxToolUses ?? long.MaxValue;
        foreach (var tool in factors.Tools.Where(tool => KnownTools.IsRunByProvider(tool.Type)))
        {
            var count = Math.Min(left, Math.Min(UsesPerTool, tool.MaxUses ?? UsesPerTool));
            left -= count;
            yield return (tool.Type, count);
        }
    }
}
