using MyCoach.Catalogue;
using MyCoach.Ledger;
using MyCoach.Providers;
using MyCoach.Users;

namespace MyCoach.Billing;

/// <summary>
/// Notes for the operators where bills show another price than the price book on several days in a row. Only days count
/// on which both sides have the same tokens.
/// </summary>
internal sealed class PriceEvidence(Reconciler reconciler, PriceEvidenceTable table, TimeProvider clock)
{
    /// <summary>How many days in a row make a proposal.</summary>
    public const int MinDays = 3;

    private const decimal TokensPerRate = 1_000_000;

    // Providers round the amounts of a day.
    private const decimal Tolerance = 0.001m;

    public async Task NoteAsync(UserId user, Provider provider, Period days, CancellationToken cancellation)
    {
        if (await reconciler.CompareAsync(user, days, [provider], cancellation) is not { } reconciled)
        {
            return;
        }
        var over = reconciled
            .Read.Where(day => day.IsBilled && day.Bill.Status != DayStatus.Open)
            .Select(day => day.Bill.Day)
            .ToHashSet();
        var rates =
            from cell in reconciled.Cells
            where over.Contains(cell.Key.Day)
            from kind in cell.Value.Billed.Kinds.Intersect(cell.Value.Ours.Kinds)
            group cell by (cell.Key.Name, Kind: kind);
        foreach (var price in rates)
        {
            var differing = price
                .GroupBy(cell => cell.Key.Day, cell => cell.Value)
                .Select(day => RateOf(day.Key, [.. day], price.Key.Kind))
                .OfType<ObservedDay>()
                .OrderBy(day => day.Day)
                .ToArray();
            if (LastRun(differing) is { Count: >= MinDays } run)
            {
                await table.WriteAsync(
                    new ObservedPrice(provider, price.Key.Name, price.Key.Kind, run, clock.GetUtcNow()),
                    cancellation
                );
            }
        }
    }

    // Null if the day proves no other price.
    private static ObservedDay? RateOf(DateOnly day, IReadOnlyList<Cell> cells, string kind)
    {
        var (count, recorded) = Sum(cells, cell => cell.Ours);
        var (billedCount, billed) = Sum(cells, cell => cell.Billed);
        return
            count > 0
            && count == billedCount
            && recorded > PicoUsd.Zero
            && billed > PicoUsd.Zero
            && cells.All(cell => cell.Free.CountOf(kind) == 0 && cell.Discounts == PicoUsd.Zero)
            && Math.Abs(billed.Usd - recorded.Usd) > Tolerance * recorded.Usd
            ? new ObservedDay(day, CentsPerMillion(recorded, count), CentsPerMillion(billed, count))
            : null;

        (long Count, PicoUsd Amount) Sum(IReadOnlyList<Cell> of, Func<Cell, Side> sideOf) =>
            (
                of.Sum(cell => sideOf(cell).CountOf(kind)),
                of.Aggregate(PicoUsd.Zero, (sum, cell) => sum + sideOf(cell).AmountOf(kind))
            );
    }

    private static decimal CentsPerMillion(PicoUsd amount, long count) =>
        decimal.Round(amount.Usd * 100 * TokensPerRate / count, 6);

    // The latest days that follow one another and show the same price.
    private static List<ObservedDay> LastRun(IReadOnlyList<ObservedDay> days)
    {
        var run = new List<ObservedDay>();
        foreach (var day in days)
        {
            if (
                run.Count > 0
                && (day.Day != run[^1].Day.AddDays(1) || Math.Abs(day.Billed - run[^1].Billed) > Tolerance * day.Billed)
            )
            {
                run.Clear();
            }
            run.Add(day);
        }
        return run;
    }
}
