using MyCoach.Catalogue;

namespace MyCoach.Bounds;

/// <summary>The most that a call can cost, as charges at the dearest rates that may apply.</summary>
/// <param name="Fixed">All but the output, which its limit decides; null for a model without a price.</param>
/// <param name="OutputLimit">In tokens for each answer.</param>
/// <param name="OutputCentsPerMTok">What the output costs, in cents per million tokens.</param>
internal sealed record CostBound(Receipt? Fixed, long OutputLimit, long Alternatives, decimal OutputCentsPerMTok)
{
    /// <summary>No limit below this is set: hardly an answer would fit.</summary>
    public const long LeastOutputLimit = 1_024;

    /// <summary>Whether the request leaves the output limit to others.</summary>
    public bool MayBeLowered { get; init; }

    /// <summary>Of the model's answers, in tokens; null where it is not known.</summary>
    public long? ModelLimit { get; init; }

    /// <summary>The limit that has to be set for this bound to hold; null where the request is to go as it came.</summary>
    public long? OutputLimitToSet { get; init; }

    public PicoUsd Amount => Worst?.Total ?? PicoUsd.Zero;

    /// <summary>The charges of the call at its upper bound; null for a model without a price.</summary>
    public Receipt? Worst =>
        Fixed is null ? null : Fixed with { Charges = [.. Fixed.Charges, new Charge("output", OutputLimit * Alternatives, OutputCentsPerMTok)] };

    /// <summary>This bound, or a lower one where the output limit is free; null where neither is within the amount. What costs nothing always is.</summary>
    public CostBound? Within(PicoUsd available) =>
        Amount == PicoUsd.Zero || Amount <= available ? this
        : MayBeLowered && LargestLimit(available) is >= LeastOutputLimit and var largest
            ? this with
            {
                OutputLimit = largest,
                OutputLimitToSet = largest,
            }
        : null;

    /// <summary>The largest output limit with which the call would be within the amount; null where none would.</summary>
    /// <param name="moreBytes">By how much the body becomes longer by stating it.</param>
    public long? LargestLimit(PicoUsd available, int moreBytes = 0)
    {
        var input = PicoUsd.PerToken(Fixed?.Charges.FirstOrDefault(charge => charge.Kind == "input")?.Cents ?? 0) * moreBytes;
        var (room, each) = (available - (Fixed?.Total ?? PicoUsd.Zero) - input, PicoUsd.PerToken(OutputCentsPerMTok) * Alternatives);
        return room < PicoUsd.Zero ? null
            : each == PicoUsd.Zero ? OutputLimit
            : Math.Min(room / each, Math.Min(OutputLimit, ModelLimit ?? OutputLimit));
    }
}

/// <summary>Why a call has no bound: its model has no price, or <paramref name="What"/> has no end.</summary>
internal sealed record Unbounded(string? What, bool IsUnpriced = false);
