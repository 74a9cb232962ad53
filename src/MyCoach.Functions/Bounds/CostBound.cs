using MyCoach.Catalogue;

namespace MyCoach.Bounds;

/// <summary>
/// The upper bound of a call's cost, as charges at the highest rates that may apply; or, for a flexible budget, its
/// probable cost.
/// </summary>
/// <param name="Fixed">All charges except the output up to its limit; null for a model without a price.</param>
/// <param name="OutputLimit">Tokens per answer.</param>
/// <param name="OutputCentsPerMTok">The output rate, in cents per million tokens.</param>
internal sealed record CostBound(Receipt? Fixed, long OutputLimit, long Alternatives, decimal OutputCentsPerMTok)
{
    /// <summary>The gateway sets no output limit below this many tokens, because hardly any answer would fit.</summary>
    public const long MinOutputLimit = 1_024;

    /// <summary>Whether this is what the call will probably cost, which it may exceed.</summary>
    public bool IsProbable { get; init; }

    /// <summary>True if the request sets no output limit, so the gateway may set one.</summary>
    public bool MayBeLowered { get; init; }

    /// <summary>The model's own output limit, in tokens; null if unknown.</summary>
    public long? ModelLimit { get; init; }

    /// <summary>
    /// The output limit that the gateway must add to the request for this bound to hold; null to forward the request
    /// unchanged.
    /// </summary>
    public long? OutputLimitToSet { get; init; }

    /// <summary>
    /// The cap on the uses of provider tools that the gateway must add to the request for this bound to hold; null to add
    /// none.
    /// </summary>
    public long? ToolLimitToSet { get; init; }

    /// <summary>The bound with a lower cap on tool uses; null if this is the lowest.</summary>
    public CostBound? WithFewerUses { get; init; }

    /// <summary>The bound with the lowest cap on tool uses.</summary>
    public CostBound WithFewestUses => WithFewerUses?.WithFewestUses ?? this;

    public PicoUsd Amount => MaxReceipt?.Total ?? PicoUsd.Zero;

    /// <summary>The charges of the call at its upper bound; null for a model without a price.</summary>
    public Receipt? MaxReceipt =>
        Fixed is null
            ? null
            : Fixed with
            {
                Charges = [.. Fixed.Charges, new Charge("output", OutputLimit * Alternatives, OutputCentsPerMTok)],
            };

    /// <summary>
    /// This bound, or a lower one if a cap on tool uses or the output limit may be set; null if none fits the amount. The
    /// output limit stays as it is while a lower cap suffices. A bound of 0 always fits.
    /// </summary>
    public CostBound? Within(PicoUsd available) =>
        Amount == PicoUsd.Zero || Amount <= available ? this
        : WithFewerUses is { } fewer ? fewer.Within(available)
        : MayBeLowered && LargestLimit(available) is >= MinOutputLimit and var largest
            ? this with
            {
                OutputLimit = largest,
                OutputLimitToSet = largest,
            }
        : null;

    /// <summary>
    /// The largest output limit, in tokens, with which the call fits the amount; null if the input alone exceeds it.
    /// </summary>
    /// <param name="moreBytes">How many bytes stating the limit adds to the body.</param>
    public long? LargestLimit(PicoUsd available, int moreBytes = 0)
    {
        var input =
            PicoUsd.PerToken(Fixed?.Charges.FirstOrDefault(charge => charge.Kind == "input")?.Cents ?? 0) * moreBytes;
        var (room, each) = (
            available - (Fixed?.Total ?? PicoUsd.Zero) - input,
            PicoUsd.PerToken(OutputCentsPerMTok) * Alternatives
        );
        return room < PicoUsd.Zero ? null
            : each == PicoUsd.Zero ? OutputLimit
            : Math.Min(room / each, Math.Min(OutputLimit, ModelLimit ?? OutputLimit));
    }
}
