using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using MyCoach.Catalogue;
using MyCoach.Http;

namespace MyCoach.Billing;

/// <summary>
/// What providers billed beside what MyCoach recorded, and why they differ. Only days are compared whose costs the provider
/// has reported.
/// </summary>
/// <param name="Summary">The result in a sentence or two.</param>
/// <param name="Groups">By day, model or key; the largest differences first, days in their order.</param>
/// <param name="Providers">What each provider's bill is of.</param>
/// <param name="Notes">What limits the comparison.</param>
public sealed record ReconciliationView(
    DateOnly From,
    DateOnly To,
    [property: AllowedValues("day", "model", "key")] string GroupBy,
    string Summary,
    DifferenceView Totals,
    IReadOnlyList<ReconciledGroupView> Groups,
    IReadOnlyList<ReconciledProviderView> Providers,
    IReadOnlyList<string> Notes
);

/// <summary>A bill, what was recorded, and the causes of the difference, which add up to it exactly.</summary>
/// <param name="DifferenceUsd">Dollars, exact: billed minus recorded.</param>
/// <param name="DifferencePercent">Of the larger of the two; null if both are 0.</param>
/// <param name="EstimatedUsd">The part of what was recorded that is estimated, because an answer broke off.</param>
/// <param name="ExpiredUsd">The part that is the upper bound of calls that were never settled.</param>
public record DifferenceView(
    decimal BilledUsd,
    decimal RecordedUsd,
    decimal DifferenceUsd,
    decimal? DifferencePercent,
    CausesView Causes,
    decimal EstimatedUsd,
    decimal ExpiredUsd
)
{
    internal static DifferenceView Of(CellSum sum) =>
        new(
            sum.Billed.Usd,
            sum.Recorded.Usd,
            sum.Difference.Usd,
            PercentOf(sum),
            CausesView.Of(sum.Causes),
            sum.Estimated.Usd,
            sum.Expired.Usd
        );

    private static decimal? PercentOf(CellSum sum)
    {
        var larger = PicoUsd.Max(sum.Billed, sum.Recorded);
        return larger <= PicoUsd.Zero ? null : decimal.Round(100 * sum.Difference.Usd / larger.Usd, 2);
    }
}

/// <summary>Dollars, exact, of billed minus recorded. All six together are the difference.</summary>
/// <param name="CallsUsd">Calls that only one side knows: made with your key outside MyCoach, or lost here; negative if the
/// provider does not bill them.</param>
/// <param name="TokensUsd">Calls that both know, with other numbers of tokens.</param>
/// <param name="PriceUsd">The same tokens at another price.</param>
/// <param name="FreeUsd">Free tokens, discounts and refunds: never positive.</param>
/// <param name="NotPerCallUsd">Storage, sessions and what else no call costs.</param>
/// <param name="RestUsd">What the bill does not explain, and rounding.</param>
public sealed record CausesView(
    decimal CallsUsd,
    decimal TokensUsd,
    decimal PriceUsd,
    decimal FreeUsd,
    decimal NotPerCallUsd,
    decimal RestUsd
)
{
    internal static CausesView Of(Causes causes) =>
        new(
            causes.Calls.Usd,
            causes.Tokens.Usd,
            causes.Price.Usd,
            causes.Free.Usd,
            causes.NotPerCall.Usd,
            causes.Rest.Usd
        );
}

/// <summary>The comparison of a day, a model or a key.</summary>
public sealed record ReconciledGroupView : DifferenceView
{
    internal ReconciledGroupView(string? key, string provider, string? status, CellSum sum)
        : base(Of(sum)) => (Key, Provider, Status, IsDerived) = (key, provider, status, sum.IsDerived);

    /// <summary>
    /// The day, the model (or the tool, or a line of the bill), or the provider's id of the key; null for use of no known key.
    /// </summary>
    [JsonPropertyOrder(-4)]
    public string? Key { get; init; }

    [JsonPropertyOrder(-3), ProviderName]
    public string Provider { get; init; }

    /// <summary>Of a day: whether its bill still grows, or may change; null for other groups.</summary>
    [JsonPropertyOrder(-2), AllowedValues(DayStatus.Open, DayStatus.Provisional, DayStatus.Final)]
    public string? Status { get; init; }

    /// <summary>Whether the bill does not name keys, so that the amounts were divided by the usage.</summary>
    [JsonPropertyOrder(-1)]
    public bool IsDerived { get; init; }
}

/// <param name="Scope">Whether the bill of your stored keys is compared, or that of the whole organisation.</param>
/// <param name="Sources">Where the days come from.</param>
/// <param name="Days">How many days of the time have begun.</param>
/// <param name="BilledDays">How many of them are compared.</param>
/// <param name="FinalDays">How many of them are not expected to change.</param>
/// <param name="OtherUsd">Dollars, exact: what the bill of these days has for other keys, or for none.</param>
/// <param name="InvoiceUsd">Dollars, exact: the total of the month's invoice, as you entered it; null if you did not.</param>
public sealed record ReconciledProviderView(
    [property: ProviderName] string Provider,
    [property: AllowedValues(BillingView.KeyScope, BillingView.OrganisationScope)] string Scope,
    IReadOnlyList<string> Sources,
    int Days,
    int BilledDays,
    int FinalDays,
    DateTimeOffset? ReadAt,
    decimal OtherUsd,
    decimal? InvoiceUsd
);
