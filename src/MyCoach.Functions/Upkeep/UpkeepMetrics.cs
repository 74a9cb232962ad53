using System.Diagnostics.Metrics;
using MyCoach.Ledger;

namespace MyCoach.Upkeep;

/// <summary>Metrics of the roll-up. A drift means a bug or a manual change in the tables, and should raise an alarm.</summary>
internal sealed class UpkeepMetrics
{
    public const string MeterName = "MyCoach.Budgets";

    private readonly Counter<long> months;
    private readonly Counter<long> expired;
    private readonly Counter<long> drifts;

    public UpkeepMetrics(IMeterFactory factory)
    {
        var meter = factory.Create(MeterName);
        months = meter.CreateCounter<long>("mycoach.rollup.months", "{month}", "User-months that the roll-up processed, by task and outcome");
        expired = meter.CreateCounter<long>(
            "mycoach.rollup.expired",
            "{reservation}",
            "Reservations that expired unsettled and were charged in full"
        );
        drifts = meter.CreateCounter<long>(
            "mycoach.ledger.drifts",
            "{row}",
            "Totals rows that differed from the sum of their events and were corrected"
        );
    }

    public void Month(MonthTask task, string outcome) => months.Add(1, new("task", task.Partition), new("outcome", outcome));

    public void Expired(int reservations) => expired.Add(reservations);

    public void Drifts(int rows) => drifts.Add(rows);
}
