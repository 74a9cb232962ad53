using Azure.Data.Tables;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using MyCoach.Catalogue;
using MyCoach.Ledger;
using MyCoach.Providers;

namespace MyCoach.Tests.Ledger;

/// <summary>What adjustments do to an event's cost and to the totals.</summary>
public sealed class AdjustmentTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    private static readonly Gen<Adjustment> Adjustments =
        from reason in Gen.Elements(Adjustment.Repriced, Adjustment.Repriced, Adjustment.Deleted)
        from seconds in Gen.Choose(0, 100_000)
        from difference in Gen.Choose(-1_000_000, 1_000_000)
        from version in Gen.Choose(0, 3)
        select new Adjustment(reason, Noon.AddSeconds(seconds), new PicoUsd(difference), version == 0 ? null : version);

    private static readonly Gen<UsageEvent> Events =
        from input in Gen.Choose(0, 5000)
        from isPriced in Gen.Elements(true, true, false)
        from adjustments in Adjustments.ListOf()
        select Event(input, isPriced) with
        {
            Adjustments = [.. adjustments],
        };

    [Property]
    public Property The_row_of_an_event_keeps_its_adjustments() =>
        Prop.ForAll(
            Events.ToArbitrary(),
            usage =>
            {
                var read = EventRow.Read(EventRow.Write("partition", usage));
                Assert.Equal(usage.Adjustments, read.Adjustments);
                Assert.Equal(usage.FirstCost, read.FirstCost);
                Assert.Equal(usage.Cost, read.Cost);
                Assert.Equal(usage.DeletedAt, read.DeletedAt);
            }
        );

    [Property]
    public Property Totals_are_the_first_costs_and_the_adjustments() =>
        Prop.ForAll(
            Events.ListOf().ToArbitrary(),
            events =>
            {
                var totals = Totals.Of(events);
                var adjustments = events.SelectMany(usage => usage.Adjustments).Sum(entry => entry.Difference.Usd);
                Assert.Equal(adjustments, totals.Adjustments.Usd);
                Assert.Equal(events.Sum(usage => usage.FirstCost.Usd) + adjustments, totals.Cost.Usd);
                Assert.Equal(events.Count(usage => usage.DeletedAt is null), totals.Requests);
                Assert.Equal(
                    events.Where(usage => usage.DeletedAt is null).Sum(usage => usage.Tokens.Input),
                    totals.Tokens.Input
                );
                Assert.Equal(default, totals - totals);
                var row = new TableEntity("partition", "row");
                totals.WriteTo(row);
                Assert.Equal(totals, Totals.Read(row));
            }
        );

    [Fact]
    public void A_row_without_the_column_has_no_adjustments()
    {
        var row = EventRow.Write("partition", Event(1000, isPriced: true));
        Assert.Null(row.GetString("Adjustments"));
        Assert.Empty(EventRow.Read(row).Adjustments);

        var totals = new TableEntity("partition", "ledger");
        Totals.Of(Event(1000, isPriced: true)).WriteTo(totals);
        Assert.Null(totals.GetString("AdjustmentsPicoUsd"));
        Assert.Equal(PicoUsd.Zero, Totals.Read(totals).Adjustments);
    }

    [Fact]
    public void A_new_price_changes_the_cost_and_leaves_the_first_one()
    {
        var usage = Event(1000, isPriced: true).With(new(Adjustment.Repriced, Noon, new PicoUsd(-1_000_000), 7));

        Assert.Equal(2_500_000_000, usage.FirstCost.Value);
        Assert.Equal(2_499_000_000, usage.Cost.Value);
        Assert.Null(usage.DeletedAt);
        Assert.Equal(usage.Cost, Totals.Of(usage).Cost);
    }

    private static UsageEvent Event(long input, bool isPriced)
    {
        var tokens = new TokenCounts(input, 0, 0, 0);
        return new UsageEvent(
            "call-1",
            Provider.OpenAi,
            "gpt-4o",
            tokens,
            null,
            null,
            Noon,
            isPriced ? new Pricing(ModelCatalogue.Embedded).Price(Provider.OpenAi, "gpt-4o", tokens, Noon, new()) : null
        );
    }
}
