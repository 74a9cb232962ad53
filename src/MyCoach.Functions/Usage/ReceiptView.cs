using MyCoach.Catalogue;

namespace MyCoach.Usage;

/// <param name="Model">The catalogue's model whose prices were taken.</param>
public sealed record ReceiptView(string Model, string Source, DateOnly EffectiveFrom, IReadOnlyList<ChargeView> Charges, decimal TotalUsd)
{
    /// <summary>How the call was served, as far as it changed the prices: a service tier, a speed, a geography.</summary>
    public required IReadOnlyList<string> Terms { get; init; }

    internal static ReceiptView Of(Receipt receipt) =>
        new(receipt.Model, receipt.Source, receipt.EffectiveFrom, [.. receipt.Charges.Select(ChargeView.Of)], receipt.Total.Usd)
        {
            Terms = receipt.Terms,
        };
}

/// <summary>What a kind of token cost, or a kind of use: then there are no tokens, and <c>uses</c> and <c>centsPerUse</c> are not null.</summary>
public sealed record ChargeView(string Kind, long Tokens, decimal CentsPerMTok, decimal CostUsd)
{
    public long? Uses { get; init; }

    public decimal? CentsPerUse { get; init; }

    internal static ChargeView Of(Charge charge) =>
        charge.IsByUse
            ? new(charge.Kind, 0, 0, charge.Cost.Usd) { Uses = charge.Count, CentsPerUse = charge.Cents }
            : new(charge.Kind, charge.Count, charge.Cents, charge.Cost.Usd);
}
