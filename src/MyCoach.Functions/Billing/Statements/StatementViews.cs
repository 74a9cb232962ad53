using System.ComponentModel.DataAnnotations;
using MyCoach.Http;

namespace MyCoach.Billing;

/// <summary>An export that was stored.</summary>
/// <param name="Kind">What it is an export of.</param>
/// <param name="From">The first day.</param>
/// <param name="To">The last day. Days between that have no row had no costs.</param>
/// <param name="Days">How many days were stored.</param>
/// <param name="Rows">How many rows were read.</param>
/// <param name="ChangedDays">How many days are new or differ from what was stored.</param>
/// <param name="IgnoredColumns">Columns that MyCoach does not know: at most 50.</param>
/// <param name="TotalUsd">Dollars, exact: all costs of the export; null if it has usage only.</param>
public sealed record StatementView(
    [property: ProviderName] string Provider,
    [property: AllowedValues(StatementKind.Costs, StatementKind.Usage)] string Kind,
    DateOnly From,
    DateOnly To,
    int Days,
    int Rows,
    int ChangedDays,
    IReadOnlyList<string> IgnoredColumns,
    decimal? TotalUsd
);

/// <summary>The total of a month's invoice, as its user entered it.</summary>
/// <param name="Month">yyyy-MM in UTC.</param>
/// <param name="TotalUsd">Dollars, exact.</param>
public sealed record InvoiceView([property: ProviderName] string Provider, string Month, decimal TotalUsd);

/// <summary>The total to enter.</summary>
public sealed class InvoicePut
{
    /// <summary>Dollars, with at most 12 decimals.</summary>
    [Required, Dollars(1_000_000_000)]
    public decimal? TotalUsd { get; set; }
}
