using MyCoach.Ledger;
using MyCoach.Settings;
using MyCoach.Storage;
using MyCoach.Users;

namespace MyCoach.Bench;

/// <summary>
/// Puts a month of calls into storage, row for row as the program would have left it, but with each row of totals written once. However many calls,
/// they are of the same 28 days, 4 models and 50 conversations.
/// </summary>
internal static class MonthOfCalls
{
    private static readonly string[] Models = [BenchApp.Sonnet, "claude-opus-4-20250514", "claude-haiku-4-5", "claude-3-5-haiku-20241022"];

    public static async Task FillAsync(BenchApp app, UserId user, Month month, int calls, CancellationToken stopping)
    {
        var partition = user.MonthPartition(month);
        var events = Enumerable
            .Range(0, calls)
            .Select(i => app.Event(month.Start.AddDays(i % 28).AddSeconds(i / 28), Models[i / 28 % Models.Length], $"conversation-{i % 50}"))
            .ToArray();
        var written = 0;
        await Parallel.ForEachAsync(
            events.Chunk(EntityGroupTransaction.MostOperations / 2),
            new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = stopping },
            async (chunk, _) =>
            {
                var transaction = new EntityGroupTransaction(partition);
                foreach (var one in chunk)
                {
                    transaction.Insert(MonthRows.WriteMark(partition, one, "bench"));
                    transaction.Insert(MonthRows.WriteEvent(partition, one));
                }
                await SubmitAsync(app, user, transaction, stopping);
                if (Interlocked.Add(ref written, chunk.Length) % 10_000 == 0)
                {
                    await Console.Error.WriteLineAsync($"  {written} calls written");
                }
            }
        );
        var totals = events
            .SelectMany(one => MonthRows.TotalsKeys(one).Select(key => (key, one)))
            .GroupBy(pair => pair.key, pair => pair.one, StringComparer.Ordinal)
            .Select(row => new TotalsRow(row.Key, Totals.Of(row), Generation: 0, ETag: null))
            .Select(row => MonthRows.WriteTotals(partition, row))
            .Append((MonthLedger.New(UserSettings.Default.Budget) with { Totals = Totals.Of(events) }).Write(partition));
        foreach (var chunk in totals.Chunk(EntityGroupTransaction.MostOperations))
        {
            var transaction = new EntityGroupTransaction(partition);
            chunk.ToList().ForEach(transaction.Insert);
            await SubmitAsync(app, user, transaction, stopping);
        }
    }

    private static async Task SubmitAsync(BenchApp app, UserId user, EntityGroupTransaction transaction, CancellationToken stopping)
    {
        if (await app.Service<MonthTable>().SubmitAsync(user, transaction, stopping) is var outcome and not TransactionOutcome.Committed)
        {
            throw new InvalidOperationException($"A transaction of rows that nobody else writes ended as {outcome}.");
        }
    }
}
