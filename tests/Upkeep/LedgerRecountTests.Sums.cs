using System.Diagnostics.Metrics;
using System.Globalization;
using Azure.Data.Tables;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Upkeep;

/// <summary>What is stored of a month and what it ought to be, by the tests' own arithmetic.</summary>
public sealed partial class LedgerRecountTests
{
    private static async Task<IReadOnlyList<TableEntity>> RepairsAsync(TestApp app) =>
        [.. (await app.RowsAsync("Usage")).Where(row => IsOf(row, "repair"))];

    private static async Task<IReadOnlyList<TableEntity>> TotalsAsync(TestApp app) =>
        [
            .. (await app.RowsAsync("Usage")).Where(row =>
                row.RowKey == "ledger" || IsOf(row, "day") || IsOf(row, "conversation") || IsOf(row, "agent")
            ),
        ];

    // By the test's own arithmetic, from nothing but the events that are stored.
    private static async Task AssertAddsUpAsync(TestApp app)
    {
        var events = (await app.RowsAsync("Usage")).Where(row => IsOf(row, "event")).ToArray();
        var totals = await TotalsAsync(app);
        Assert.All(
            events.SelectMany(usage =>
                (string[])
                    [
                        $"conversation_{usage.GetString("ConversationId")}",
                        $"agent_{usage.GetString("AgentId")}",
                        DayOf(usage),
                    ]
            ),
            key =>
                Assert.True(
                    key == "conversation_" || totals.Any(row => row.RowKey.StartsWith(key, StringComparison.Ordinal)),
                    key
                )
        );
        Assert.All(
            totals,
            row =>
            {
                var count = events.Count(usage =>
                    row.RowKey == "ledger"
                    || row.RowKey == $"conversation_{usage.GetString("ConversationId")}"
                    || row.RowKey == $"agent_{usage.GetString("AgentId")}"
                    || row.RowKey.StartsWith(DayOf(usage), StringComparison.Ordinal)
                );
                Assert.Equal(
                    (row.RowKey, count, count * PicoUsdEach),
                    (row.RowKey, row.GetInt64("Requests"), CostOf(row))
                );
            }
        );
    }

    private static string DayOf(TableEntity usage) => $"day_{usage.GetDateTimeOffset("CreatedAt"):yyyyMMdd}_";

    private static long CostOf(TableEntity row) =>
        long.Parse(row.GetString("CostPicoUsd"), CultureInfo.InvariantCulture);

    private static bool IsOf(TableEntity row, string kind) =>
        row.RowKey.StartsWith($"{kind}_", StringComparison.Ordinal);

    /// <summary>What this app's own meter counts of drifts.</summary>
    private sealed class DriftCount : IDisposable
    {
        private readonly MeterListener listener = new();
        private long count;

        public DriftCount(TestApp app)
        {
            var factory = app.Service<IMeterFactory>();
            listener.InstrumentPublished = (instrument, to) =>
            {
                if (instrument.Name == "mycoach.ledger.drifts" && instrument.Meter.Scope == factory)
                {
                    to.EnableMeasurementEvents(instrument);
                }
            };
            listener.SetMeasurementEventCallback<long>((_, measured, _, _) => Interlocked.Add(ref count, measured));
            listener.Start();
        }

        public long Count => Interlocked.Read(ref count);

        public void Dispose() => listener.Dispose();
    }
}
