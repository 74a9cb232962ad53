using MyCoach.Catalogue;

namespace MyCoach.Billing;

/// <summary>
/// Splits the difference of one cell into its causes, in a fixed order: calls, tokens, free tokens, price. Each is computed
/// exactly and rounded once; the rest takes what rounding leaves.
/// </summary>
internal static class DriftSplit
{
    public static Causes Of(Cell cell)
    {
        var causes = cell.Billed.Requests is { } billed ? ByCalls(cell, billed) : ByTokens(cell);
        causes = causes with { Free = causes.Free + cell.Discounts, NotPerCall = cell.NotPerCall, Rest = cell.Unknown };
        return causes with { Rest = causes.Rest + (cell.Difference - causes.Total) };
    }

    // Surplus calls cost what the side that has them charges for a call on average. The others are compared.
    private static Causes ByCalls(Cell cell, long billed)
    {
        var ours = cell.Ours.Requests ?? 0;
        var matched = Math.Min(ours, billed);
        var (theirShare, ourShare) = (new Share(matched, billed), new Share(matched, ours));
        PicoUsd tokens = default,
            free = default,
            price = default;
        foreach (var kind in cell.Ours.Kinds.Union(cell.Billed.Kinds).Union(cell.Free.Kinds))
        {
            var rate = RateOf(cell, kind);
            if (IsUnexplained(cell, kind))
            {
                continue;
            }
            var theirCount = theirShare.Of(cell.Billed.CountOf(kind));
            var freeCount = theirShare.Of(cell.Free.CountOf(kind));
            tokens += rate.Of(theirCount - ourShare.Of(cell.Ours.CountOf(kind)));
            free -= rate.Of(freeCount);
            price += (theirShare.Of(cell.Billed.AmountOf(kind)) - (rate * (theirCount - freeCount))).Round();
        }
        var calls =
            billed > ours
                ? (cell.Billed.Amount - theirShare.Of(cell.Billed.Amount)).Round()
                : PicoUsd.Zero - (cell.Ours.Amount - ourShare.Of(cell.Ours.Amount)).Round();
        return new Causes(calls, tokens, price, free, default, default);
    }

    // Without a number of calls, surplus tokens are taken for surplus calls.
    private static Causes ByTokens(Cell cell)
    {
        PicoUsd calls = default,
            free = default,
            price = default;
        foreach (var kind in cell.Ours.Kinds.Union(cell.Billed.Kinds).Union(cell.Free.Kinds))
        {
            var rate = RateOf(cell, kind);
            var (ours, theirs) = (cell.Ours.CountOf(kind), cell.Billed.CountOf(kind));
            var (freeCount, amount) = (FreeCountOf(cell, kind), cell.Billed.AmountOf(kind));
            if (theirs == 0 && amount != PicoUsd.Zero)
            {
                // An amount without a quantity explains nothing.
                continue;
            }
            if (theirs > ours)
            {
                var share = new Share(ours, theirs);
                calls += (amount - share.Of(amount)).Round();
                free -= rate.Of(share.Of(freeCount));
                price += (share.Of(amount) - (rate * (share.Of(theirs) - share.Of(freeCount)))).Round();
            }
            else
            {
                calls -= rate.Of(Fraction.Of(ours - theirs));
                free -= rate.Of(Fraction.Of(freeCount));
                price += (Fraction.Of(amount.Value) - (rate * Fraction.Of(theirs - freeCount))).Round();
            }
        }
        return new Causes(calls, default, price, free, default, default);
    }

    // Tokens without an amount, where the provider says which are free: the bill has them under a label that is not known.
    private static bool IsUnexplained(Cell cell, string kind) =>
        cell.Billed.AmountOf(kind) == PicoUsd.Zero && cell.Billed.CountOf(kind) > cell.Free.CountOf(kind);

    // Tokens of a kind of which nothing is charged are free, where the provider does not say which are.
    private static long FreeCountOf(Cell cell, string kind) =>
        cell.Billed.AmountOf(kind) == PicoUsd.Zero ? cell.Billed.CountOf(kind) : cell.Free.CountOf(kind);

    // What one token costs here on average; the provider's rate where nothing is recorded here.
    private static Rate RateOf(Cell cell, string kind) =>
        cell.Ours.CountOf(kind) > 0 ? new Rate(cell.Ours.AmountOf(kind), cell.Ours.CountOf(kind))
        : cell.Billed.CountOf(kind) > 0 ? new Rate(cell.Billed.AmountOf(kind), cell.Billed.CountOf(kind))
        : new Rate(PicoUsd.Zero, 1);
}
