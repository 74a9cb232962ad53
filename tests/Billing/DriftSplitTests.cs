using FsCheck.Xunit;
using MyCoach.Billing;
using MyCoach.Catalogue;

namespace MyCoach.Tests.Billing;

public sealed class DriftSplitTests
{
    private static readonly string[] Kinds = [Charge.Input, Charge.CachedInput, Charge.CacheWrite, Charge.Output];

    [Property(MaxTest = 2_000, Replay = "20261128,1")]
    public void The_causes_are_exactly_the_difference(int seed)
    {
        var cell = CellOf(new Random(seed));

        var causes = cell.Split();

        Assert.Equal(cell.Difference, causes.Total);
        Assert.Equal(cell.NotPerCall, causes.NotPerCall);
    }

    [Property(MaxTest = 500, Replay = "20261128,1")]
    public void Without_a_difference_no_cause_has_an_amount(int seed)
    {
        var random = new Random(seed);
        var cell = new Cell();
        cell.Ours.Requests = cell.Billed.Requests = random.Next(1, 50);
        foreach (var kind in Kinds)
        {
            var (count, price) = (random.Next(0, 100_000), random.Next(1, 5_000_000));
            foreach (var side in new[] { cell.Ours, cell.Billed })
            {
                side.Count(kind, count);
                side.Charge(kind, new PicoUsd((Int128)count * price));
            }
        }

        Assert.Equal(default, cell.Split());
    }

    [Fact]
    public void What_rounding_leaves_is_in_the_rest_and_less_than_a_pico_dollar_a_kind()
    {
        for (var seed = 0; seed < 500; seed++)
        {
            var cell = CellOf(new Random(seed));
            (cell.Unknown, cell.Ours.Requests, cell.Billed.Requests) = (PicoUsd.Zero, 3, 7);
            var rest = cell.Split().Rest;
            Assert.InRange(rest.Value, -4 * Kinds.Length, 4 * Kinds.Length);
        }
    }

    private static Cell CellOf(Random random)
    {
        var cell = new Cell
        {
            Discounts = new PicoUsd(-random.Next(0, 3) * random.Next()),
            NotPerCall = new PicoUsd(random.Next(0, 3) * random.Next()),
            Unknown = new PicoUsd(random.Next(0, 2) * random.Next()),
        };
        cell.Ours.Requests = random.Next(0, 40);
        cell.Billed.Requests = random.Next(0, 3) == 0 ? null : random.Next(0, 40);
        foreach (var kind in Kinds.Where(_ => random.Next(0, 4) > 0))
        {
            cell.Ours.Count(kind, random.Next(0, 100_000));
            cell.Ours.Charge(kind, new PicoUsd((Int128)random.Next() * random.Next(0, 1000)));
            var billed = random.Next(0, 100_000);
            cell.Billed.Count(kind, billed);
            cell.Billed.Charge(kind, new PicoUsd((Int128)random.Next() * random.Next(1, 1000)));
            cell.Free.Count(kind, random.Next(0, billed + 1));
        }
        return cell;
    }
}
