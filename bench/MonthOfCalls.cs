using MyCoach.Ledger;
using MyCoach.Settings;
using MyCoach.Storage;
using MyCoach.Users;

namespace MyCoach.Bench;

/// <summary>
/// Writes a month of calls to storage, with the same rows as the program would write, but each row of totals only once.
/// For any number of calls, they spread over the same 28 days, 4 models and 50 conversations.
/// </summary>
internal static class MonthOfCalls
{
    private static readonly string[] Models =
    [
        BenchApp.Sonnet,
        "claude-opus-4-20250514",
        "claude-haiku-4-5",
        "claude-3-5-haiku-20241022",
    ];

    public static async Task FillAsync(BenchApp app, UserId user, Month month, int calls, CancellationToken stopping)
    {
        var partition = user.MonthPartition(month);
        var events = Enumerable
            .Range(0, calls)
            .Select(i =>
                BenchApp.Event(
                    month.Start.AddDays(i % 28).AddSeconds(i / 28),
                    Models[i / 28 % Models.Length],
                    $"conversation-{i % 50}"
                )
            )
            .ToArray();
        var written = 0;
        await Parallel.ForEachAsync(
            events.Chunk(EntityGroupTransaction.MaxOperations / 2),
            new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = stopping },
            async (chunk, _) =>
            {
                var transaction = new EntityGroupTransaction(partition);
                foreach (var usageEvent in chunk)
                {
                    transaction.Insert(MonthRows.WriteMark(partition, usageEvent, "bench"));
                    transaction.Insert(EventRow.Write(partition, usageEvent));
                }
                await SubmitAsync(app, user, transaction, stopping);
                if (Interlocked.Add(ref written, chunk.Length) % 10_000 == 0)
                {
                    await Console.Error.WriteLineAsync($"  {written} calls written");
                }
            }
        );
        var totals = events
            .SelectMany(usageEvent => MonthRows.TotalsKeys(usageEvent).Select(key => (key, usageEvent)))
            .GroupBy(pair => pair.key, pair => pair.usageEvent, StringComparer.Ordinal)
            .Select(row => new TotalsRow(row.Key, Totals.Of(row), Generation: 0, ETag: null))
            .Select(row => row.Write(partition))
            .Append(
                (MonthLedger.New(UserSettings.Default.Budget) with { Totals = Totals.Of(events) }).Write(partition)
            );
        foreach (var chunk in totals.Chunk(EntityGroupTransaction.MaxOperations))
        {
            var transaction = new EntityGroupTransaction(partition);
            chunk.ToList().ForEach(transaction.Insert);
            await SubmitAsync(app, user, transaction, stopping);
        }
    }

    private static async Task SubmitAsync(
        BenchApp app,
        UserId user,
        EntityGroupTransaction transaction,
        CancellationToken stopping
    )
    {
        if (
            await app.Service<MonthTable>().SubmitAsync(user, transaction, stopping)
            is var outcome
                and not TransactionOutcome.Committed
        )
        {
            throw new InvalidOperationException($"A transaction without concurrent writers ended as {outcome}.");
        }
    }
}
