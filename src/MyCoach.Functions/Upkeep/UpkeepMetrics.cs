using System.Diagnostics.Metrics;
using MyCoach.Ledger;

namespace MyCoach.Upkeep;

/// <summary>How the roll-up gets on. A counted drift is a fault of ours or a hand in the tables, and worth an alarm.</summary>
internal sealed class UpkeepMetrics
{
    public const string MeterName = "MyCoach.Budgets";

    private readonly Counter<long> months;
    private readonly Counter<long> expired;
    private readonly Counter<long> drifts;

    public UpkeepMetrics(IMeterFactory factory)
    {
        var meter = factory.Create(MeterName);
        months = meter.CreateCounter<long>("mycoach.rollup.months", "{month}", "User-months that the roll-up saw to, by task and outcome");
        expired = meter.CreateCounter<long>(
            "mycoach.rollup.expired",
            "{reservation}",
            "Reservations that nobody settled and that were charged in full"
        );
        drifts = meter.CreateCounter<long>("mycoach.ledger.drifts", "{row}", "Rows of totals that did not add up and were put right");
    }

    public void Month(MonthTask task, string outcome) => months.Add(1, new("task", task.Partition), new("outcome", outcome));

    public void Expired(int reservations) => expired.Add(reservations);

    public void Drifts(int rows) => drifts.Add(rows);
}
