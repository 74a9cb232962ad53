using System.Net;
using MyCoach.Dev;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Budgets;

/// <summary>
/// What a budget costs in requests to the storage, which is what Azure bills and what calls wait for.
/// </summary>
public sealed class ReservationCostTests(LocalParts parts)
{
    [Fact]
    public async Task A_budgeted_call_costs_two_transactions_or_less_under_load()
    {
        await using var proxy = await StorageProxy.StartAsync(parts.Port);
        await using var ann = await BudgetedUser.StartAsync(
            parts,
            cents: 1_000,
            [TestApp.Behind(proxy), TestApp.NoRollUp]
        );
        Assert.Equal(2, await TransactionsAsync(calls: 1));
        Assert.InRange(await TransactionsAsync(calls: 64), 2, 64);

        async Task<int> TransactionsAsync(int calls)
        {
            var before = (await ann.BudgetAsync()).Spent;
            proxy.ClearCalls();
            await MakeAsync(ann.App, ann, calls);
            Assert.Equal(before + calls, await ann.SettledAsync());
            return proxy.Calls.Count(call => call.IsTransaction);
        }
    }

    [Fact]
    public async Task A_call_without_a_budget_reserves_nothing_and_costs_one_transaction()
    {
        await using var proxy = await StorageProxy.StartAsync(parts.Port);
        await using var ann = await GatewayUser.StartAsync(parts, [TestApp.Behind(proxy), TestApp.NoRollUp]);
        proxy.ClearCalls();
        await MakeAsync(ann.App, ann, calls: 1);
        Assert.Equal(1, await ann.SettledAsync());
        Assert.Single(proxy.Calls, call => call.IsTransaction);
        Assert.DoesNotContain(
            proxy.Calls,
            call => (call.Path + call.Body).Contains("reservation_", StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task Once_calls_have_ended_whatever_fits_passes_on_every_instance()
    {
        await using var ann = await BudgetedUser.StartAsync(parts, cents: 5, [TestApp.NoRollUp]);
        await using var other = await TestApp.StartAsync(parts, [TestApp.NoRollUp], beside: ann.App);
        using var there = new GatewayUser(other, "ann");
        for (var spent = 0.5m; spent <= 4.5m; spent += 0.5m)
        {
            // At most nine of ten halves: the bound of each next call still fits.
            ann.Emulator.Knobs.AnswerNext(CappedCall.Answer(50));
            Assert.Equal(HttpStatusCode.OK, (await CappedCall.MakeAsync(spent % 1 == 0 ? ann : there)).Status);
            Assert.Equal(spent, await ann.SettledAsync());
        }
        Assert.Equal("budget_exceeded", (await CappedCall.MakeAsync(ann)).Code);
        Assert.Equal("budget_exceeded", (await CappedCall.MakeAsync(there)).Code);
    }

    private static async Task MakeAsync(TestApp app, GatewayUser user, int calls)
    {
        for (var i = 0; i < calls; i++)
        {
            app.Emulator.Knobs.AnswerNext(CappedCall.Answer());
        }
        var made = await Task.WhenAll(Enumerable.Range(0, calls).Select(_ => CappedCall.MakeAsync(user)));
        Assert.All(made, call => Assert.Equal(HttpStatusCode.OK, call.Status));
    }
}
