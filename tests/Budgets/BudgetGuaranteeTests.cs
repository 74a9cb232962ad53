using System.Net;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Budgets;

/// <summary>
/// However many calls come at once, to however many instances, a budget is never passed, and what it holds for a call
/// never stays behind.
/// </summary>
public sealed class BudgetGuaranteeTests(LocalParts parts)
{
    private const int Calls = 64;

    [Theory]
    [InlineData(100, 10, 10)]
    [InlineData(50, 19, 19)]
    public async Task Sixty_four_concurrent_calls_never_exceed_a_budget_for_ten(int percent, int least, int most)
    {
        await using var ann = await GatewayUser.StartAsync(parts);
        await using var second = await TestApp.StartAsync(parts, beside: ann.App);
        await using var third = await TestApp.StartAsync(parts, beside: ann.App);
        using var there = new GatewayUser(second, "ann");
        using var elsewhere = new GatewayUser(third, "ann");
        GatewayUser[] everywhere = [ann, there, elsewhere];
        await ann.SetBudgetAsync(10);
        ann.Emulator.Knobs.Delay = TimeSpan.FromMilliseconds(500);
        for (var i = 0; i < Calls; i++)
        {
            ann.Emulator.Knobs.AnswerNext(CappedCall.Answer(percent));
        }

        var calls = Task.WhenAll(Enumerable.Range(0, Calls).Select(i => CappedCall.InsistAsync(everywhere[i % 3])));
        var observations = 0;
        while (!calls.IsCompleted)
        {
            var (spent, reserved) = await CappedCall.BudgetAsync(everywhere[++observations % 3].Api);
            Assert.InRange(spent + reserved, 0, 10);
        }

        var passed = (await calls).Count(call => call.Status == HttpStatusCode.OK);
        Assert.True(observations > 2, $"{observations} observations");
        Assert.InRange(passed, least, most);
        Assert.All(
            (await calls).Where(call => call.Status != HttpStatusCode.OK),
            call => Assert.Equal("budget_exceeded", call.Code)
        );
        Assert.Equal(passed, ann.Emulator.Calls.Count);
        Assert.Equal(passed * percent / 100m, await ann.SettledAsync());
        var rows = await ann.App.RowsAsync("Usage");
        Assert.Equal(passed, rows.Count(row => row.RowKey.StartsWith("event_", StringComparison.Ordinal)));
        Assert.DoesNotContain(rows, row => row.RowKey.StartsWith("reservation_", StringComparison.Ordinal));
        await LedgerCheck.BalancesAsync(ann.Api, rows, "ann_202611");
    }

    [Fact]
    public async Task Consecutive_calls_use_the_budget_to_its_last_cent()
    {
        await using var ann = await BudgetedUser.StartAsync(parts, cents: 3);
        for (var i = 0; i < 5; i++)
        {
            // Half a cent each: a refusal because the one before is not settled yet would be a phantom.
            ann.Emulator.Knobs.AnswerNext(CappedCall.Answer(50));
            Assert.Equal((HttpStatusCode.OK, null), await CappedCall.MakeAsync(ann));
        }
        // 2.5 of 3 cents are spent, and the next may cost one.
        Assert.Equal((HttpStatusCode.PaymentRequired, "budget_exceeded"), await CappedCall.MakeAsync(ann));
        Assert.Equal(5, ann.Emulator.Calls.Count);
    }

    [Fact]
    public async Task A_changed_budget_binds_the_next_call_on_every_instance()
    {
        await using var ann = await BudgetedUser.StartAsync(parts, cents: 3);
        await using var other = await TestApp.StartAsync(parts, beside: ann.App);
        using var there = new GatewayUser(other, "ann");
        var feeds = Enumerable.Range(0, 3).Select(_ => new Feed()).ToArray();
        var open = new List<Task<(HttpStatusCode Status, string? Code)>>();
        foreach (var feed in feeds)
        {
            ann.Emulator.Knobs.AnswerNext(feed.Answer("application/json"));
            open.Add(CappedCall.MakeAsync(open.Count % 2 == 0 ? ann : there));
        }
        await Eventually.HoldsAsync(async () => (await ann.BudgetAsync()).Reserved == 3);

        // No room on either instance, until there is more; and none again where the budget is lowered below what is
        // held already.
        Assert.Equal("budget_exceeded", (await CappedCall.MakeAsync(there)).Code);
        await ann.SetBudgetAsync(4);
        ann.Emulator.Knobs.AnswerNext(CappedCall.Answer(0));
        Assert.Equal(HttpStatusCode.OK, (await CappedCall.MakeAsync(there)).Status);
        await there.SetBudgetAsync(2);
        Assert.Equal("budget_exceeded", (await CappedCall.MakeAsync(ann)).Code);

        foreach (var feed in feeds)
        {
            feed.Send("""{"model":"claude-haiku-4-5","usage":{"input_tokens":0,"output_tokens":600}}""");
            feed.End();
        }
        Assert.All(await Task.WhenAll(open), call => Assert.Equal(HttpStatusCode.OK, call.Status));
        Assert.Equal(0.9m, await ann.SettledAsync());
    }

    [Fact]
    public async Task A_first_budget_counts_running_calls_and_binds_elsewhere_within_ten_seconds()
    {
        await using var ann = await GatewayUser.StartAsync(parts);
        await using var other = await TestApp.StartAsync(parts, beside: ann.App);
        using var there = new GatewayUser(other, "ann");
        var feed = new Feed();
        ann.Emulator.Knobs.AnswerNext(feed.Answer("application/json"));
        var running = CappedCall.MakeAsync(there);
        await Eventually.HoldsAsync(() => ann.Emulator.Calls.Count == 1);

        await ann.SetBudgetAsync(1);
        feed.Send("""{"model":"claude-haiku-4-5","usage":{"input_tokens":0,"output_tokens":600}}""");
        feed.End();
        Assert.Equal(HttpStatusCode.OK, (await running).Status);
        await Eventually.HoldsAsync(async () => (await ann.BudgetAsync()).Spent == 0.3m);
        Assert.Equal("budget_exceeded", (await CappedCall.MakeAsync(ann)).Code);
        ann.Clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal("budget_exceeded", (await CappedCall.MakeAsync(there)).Code);
        Assert.Equal(0.3m, await ann.SettledAsync());
    }
}
