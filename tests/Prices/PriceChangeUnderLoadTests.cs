using System.Net;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Prices;

/// <summary>Prices that change while calls are under way, on three instances.</summary>
public sealed class PriceChangeUnderLoadTests(LocalParts parts)
{
    // Each answer uses all of the 1,000 tokens of output that its call allows, so the bound is what a call costs.
    private const int Calls = 60;
    private const int AtOnce = 6;
    private const int BudgetCents = 60;

    [Fact]
    public async Task The_version_at_admission_prices_bound_and_charge_and_no_budget_is_passed()
    {
        await using var ann = await GatewayUser.StartAsync(parts, [TestApp.NoRollUp]);
        await using var second = await TestApp.StartAsync(parts, [TestApp.NoRollUp], beside: ann.App);
        await using var third = await TestApp.StartAsync(parts, [TestApp.NoRollUp], beside: ann.App);
        using var there = new GatewayUser(second, "ann");
        using var elsewhere = new GatewayUser(third, "ann");
        GatewayUser[] everywhere = [ann, there, elsewhere];
        await ann.SetBudgetAsync(BudgetCents);
        ann.Emulator.Knobs.Delay = TimeSpan.FromMilliseconds(300);
        for (var i = 0; i < Calls; i++)
        {
            ann.Emulator.Knobs.AnswerNext(CappedCall.Answer(100));
        }

        // A few at a time, so that each version finds calls that begin and calls that end.
        var passed = 0;
        var calls = Parallel.ForEachAsync(
            Enumerable.Range(0, Calls),
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce },
            async (i, _) =>
            {
                if ((await CappedCall.MakeAsync(everywhere[i % 3])).Status == HttpStatusCode.OK)
                {
                    Interlocked.Increment(ref passed);
                }
            }
        );
        var versions = 0;
        while (!calls.IsCompleted)
        {
            versions++;
            await ann.App.CorrectAsync(
                PriceSteps.Model(CappedCall.Model, 0, 1_000 * CentsIn(versions), provider: "anthropic")
            );
            ann.Clock.Advance(TimeSpan.FromSeconds(5));
            var (spent, reserved) = await CappedCall.BudgetAsync(ann.Api);
            Assert.InRange(spent + reserved, 0, BudgetCents);
        }

        await calls;
        await ann.SettledAsync();
        Assert.True(versions > 3, $"{versions} versions");
        var events = (await ann.App.RowsAsync("Usage"))
            .Where(row => row.RowKey.StartsWith("event_", StringComparison.Ordinal))
            .ToArray();
        Assert.NotEmpty(events);
        Assert.Equal(passed, events.Length);
        Assert.All(
            events,
            row =>
            {
                // A cent is 10¹⁰ pico-dollars. In the embedded book the call costs one.
                var version = row.GetInt64("PriceVersion") ?? 0;
                var cents = version == 0 ? 1 : CentsIn(version);
                Assert.Equal($"{cents}0000000000", row.GetString("CostPicoUsd"));
                Assert.Null(row.GetBoolean("OverBound"));
            }
        );
        Assert.True(events.Select(row => row.GetInt64("PriceVersion")).Distinct().Count() > 1);
        Assert.DoesNotContain(
            ann.App.Logs.Lines.Concat(second.Logs.Lines).Concat(third.Logs.Lines),
            line => line.Contains("more than its upper bound", StringComparison.Ordinal)
        );
        await LedgerCheck.BalancesAsync(ann.Api, await ann.App.RowsAsync("Usage"), "ann_202611");
    }

    // What a call costs by version.
    private static long CentsIn(long version) => 1 + (version % 5);
}
