using MyCoach.Catalogue;

namespace MyCoach.Usage;

/// <summary>How a call's cost was computed.</summary>
/// <param name="Model">The catalogue model whose prices were used.</param>
public sealed record ReceiptView(
    string Model,
    string Source,
    DateOnly EffectiveFrom,
    IReadOnlyList<ChargeView> Charges,
    decimal TotalUsd
)
{
    /// <summary>
    /// The service tier, speed and geography that changed the prices. <c>refusal</c> if a model refused before any
    /// output, which the receipt leaves out because the provider does not charge it.
    /// </summary>
    public required IReadOnlyList<string> Terms { get; init; }

    /// <summary>The version of the price book; 0 is the one of the release, without corrections.</summary>
    public required long PriceVersion { get; init; }

    internal static ReceiptView Of(Receipt receipt) =>
        new(
            receipt.Model,
            receipt.Source,
            receipt.EffectiveFrom,
            [.. receipt.Charges.Select(ChargeView.Of)],
            receipt.Total.Usd
        )
        {
            Terms = receipt.Terms,
            PriceVersion = receipt.Version,
        };
}

/// <summary>
/// The cost of one kind of token or tool use. For tool uses, <c>tokens</c> is 0, and <c>uses</c> and <c>centsPerUse</c>
/// are set.
/// </summary>
public sealed record ChargeView(string Kind, long Tokens, decimal CentsPerMTok, decimal CostUsd)
{
    public long? Uses { get; init; }

    public decimal? CentsPerUse { get; init; }

    internal static ChargeView Of(Charge charge) =>
        charge.IsByUse
            ? new(charge.Kind, 0, 0, charge.Cost.Usd) { Uses = charge.Count, CentsPerUse = charge.Cents }
            : new(charge.Kind, charge.Count, charge.Cents, charge.Cost.Usd);
}
