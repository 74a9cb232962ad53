using System.Net;
using MyCoach.Dev;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Budgets;

/// <summary>
/// A budget binds every call that is admitted after it was set, however it got to the ledger, and setting it succeeds
/// however busy that is.
/// </summary>
public sealed class BudgetBindingTests(LocalParts parts)
{
    [Fact]
    public async Task A_budget_missing_from_the_ledger_binds_the_next_call()
    {
        await using var proxy = await StorageProxy.StartAsync(parts.Port);
        await using var ann = await BudgetedUser.StartAsync(
            parts,
            cents: 100,
            [TestApp.Behind(proxy), TestApp.NoRollUp]
        );
        ann.Emulator.Knobs.AnswerNext(CappedCall.Answer());
        Assert.Equal(HttpStatusCode.OK, (await CappedCall.MakeAsync(ann)).Status);
        Assert.Equal(1, await ann.SettledAsync());

        proxy.Fault = call => call.IsTransaction ? StorageFault.Busy : StorageFault.None;
        var cut = await ann.App.WhileTimePassesAsync(
            ann.Api.PatchAsync("/api/settings", new { monthlyBudgetCents = 1 }),
            faster: 10
        );
        cut.IsProblem(503, "storage_unavailable");
        proxy.Fault = _ => StorageFault.None;

        Assert.Equal(100, (int)(await ann.Api.GetAsync("/api/budget"))["budgetCents"]!);
        Assert.Equal("budget_exceeded", (await CappedCall.MakeAsync(ann)).Code);
        var budget = await ann.Api.GetAsync("/api/budget");
        Assert.Equal((1, "exceeded"), ((int)budget["budgetCents"]!, (string)budget["status"]!));
    }

    [Fact]
    public async Task A_first_budget_binds_a_call_whose_body_is_still_arriving()
    {
        await using var ann = await GatewayUser.StartAsync(parts);
        using var body = new SlowBody(CappedCall.Body());
        var calling = body.SendAsync(ann);
        await body.Began;
        // Until the program has looked at the call's headers.
        await Eventually.StaysAsync(() => !calling.IsCompleted);
        await ann.SetBudgetAsync(0);
        body.Go();
        using var answer = await calling;
        Assert.Equal(HttpStatusCode.PaymentRequired, answer.StatusCode);
        Assert.Empty(ann.Emulator.Calls);
    }

    [Fact]
    public async Task A_key_that_is_deleted_while_a_body_arrives_is_not_used()
    {
        await using var ann = await GatewayUser.StartAsync(parts);
        using var body = new SlowBody(CappedCall.Body());
        var calling = body.SendAsync(ann);
        await body.Began;
        // Until the program has looked at the call's headers.
        await Eventually.StaysAsync(() => !calling.IsCompleted);
        (await ann.Api.DeleteAsync("/api/keys/anthropic")).Is(HttpStatusCode.NoContent);
        body.Go();
        using var answer = await calling;
        Assert.Equal(
            (HttpStatusCode.Forbidden, "no_api_key"),
            (answer.StatusCode, answer.Headers.GetValues("X-MyCoach-Error").Single())
        );
        Assert.Empty(ann.Emulator.Calls);
    }

    [Fact]
    public async Task A_budget_can_be_changed_while_another_instance_keeps_writing()
    {
        await using var app = await TestApp.StartAsync(parts, [TestApp.NoRollUp]);
        await using var busy = await TestApp.StartAsync(parts, [TestApp.NoRollUp], beside: app);
        using var ann = app.As("ann");
        using var there = busy.As("ann");
        using var enough = new CancellationTokenSource();
        var posting = Task.WhenAll(
            Enumerable
                .Range(0, 8)
                .Select(async _ =>
                {
                    while (!enough.IsCancellationRequested)
                    {
                        (await there.PostAsync("/api/usage", Request.Event())).Is(HttpStatusCode.Created);
                    }
                })
        );
        for (var cents = 1_000; cents < 1_006; cents++)
        {
            (await ann.PatchAsync("/api/settings", new { monthlyBudgetCents = cents })).Is(HttpStatusCode.OK);
            Assert.Equal(cents, (int)(await ann.GetAsync("/api/budget"))["budgetCents"]!);
        }
        await enough.CancelAsync();
        await posting;
        await LedgerCheck.BalancesAsync(ann, await app.RowsAsync("Usage"), "ann_202611");
    }

    [Fact]
    public async Task Thresholds_already_reached_are_silent_when_a_call_applies_the_budget()
    {
        await using var proxy = await StorageProxy.StartAsync(parts.Port);
        await using var ann = await GatewayUser.StartAsync(parts, [TestApp.Behind(proxy), TestApp.NoRollUp]);
        ann.Emulator.Knobs.AnswerNext(CappedCall.Answer());
        await CappedCall.MakeAsync(ann);
        Assert.Equal(1, await ann.SettledAsync());
        proxy.Fault = call => call.IsTransaction ? StorageFault.Busy : StorageFault.None;
        await ann.App.WhileTimePassesAsync(
            ann.Api.PatchAsync("/api/settings", new { monthlyBudgetCents = 2 }),
            faster: 10
        );
        proxy.Fault = _ => StorageFault.None;

        ann.Emulator.Knobs.AnswerNext(CappedCall.Answer(60));
        Assert.Equal(HttpStatusCode.OK, (await CappedCall.MakeAsync(ann)).Status);
        Assert.Equal(1.6m, await ann.SettledAsync());
        var alert = Assert.Single((await ann.Api.GetAsync("/api/budget"))["alerts"].AsArray());
        Assert.Equal(80, (int)alert!["thresholdPercent"]!);
    }
}
