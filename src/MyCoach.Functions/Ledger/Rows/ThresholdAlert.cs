using System.Globalization;
using Azure.Data.Tables;
using MyCoach.Catalogue;

namespace MyCoach.Ledger;

/// <summary>
/// A threshold of a budget that a month's spend has reached, recorded once by the transaction that crosses it. Its
/// delivery is silent if the spend had already reached it when this budget took effect.
/// </summary>
internal sealed record ThresholdAlert(long BudgetCents, int Percent, PicoUsd Spent, Delivery Delivery) : Alert(Delivery)
{
    public DateTimeOffset CrossedAt => Delivery.RaisedAt;

    public bool IsSilent => Delivery.IsSilent;

    public override string RowKey =>
        string.Create(CultureInfo.InvariantCulture, $"threshold_{BudgetCents:D12}_{Percent:D3}");

    public static ThresholdAlert New(MonthLedger ledger, int percent, DateTimeOffset now, bool isSilent) =>
        new(ledger.BudgetCents!.Value, percent, ledger.Spent, Delivery.New(now) with { IsSilent = isSilent });

    public static ThresholdAlert Read(TableEntity row)
    {
        var parts = row.RowKey.Split('_');
        return new ThresholdAlert(
            long.Parse(parts[1], CultureInfo.InvariantCulture),
            int.Parse(parts[2], CultureInfo.InvariantCulture),
            row.GetString("SpentPicoUsd") is { } spent ? PicoUsd.Parse(spent) : PicoUsd.Zero,
            Delivery.Read(row, nameof(CrossedAt))
        )
        {
            ETag = row.ETag,
        };
    }

    protected override void WriteTo(TableEntity row)
    {
        row[nameof(CrossedAt)] = CrossedAt;
        row["SpentPicoUsd"] = Spent.ToString();
    }
}
