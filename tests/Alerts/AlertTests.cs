using System.Net;
using System.Text.Json.Nodes;
using MyCoach.Bounds;
using MyCoach.Dev;
using MyCoach.Tests.Support;
using MyCoach.Upkeep;

namespace MyCoach.Tests.Alerts;

/// <summary>A threshold is recorded by the transaction that crosses it, and told to the operator's receiver, signed and under one id.</summary>
public sealed class AlertTests(LocalParts parts)
{
    [Fact]
    public async Task A_threshold_that_fifty_calls_and_two_roll_ups_cross_at_once_is_told_under_one_id()
    {
        await using var receiver = await AlertReceiver.StartAsync();
        await using var ann = await GatewayUser.StartAsync(parts, [.. receiver.Settings, TestApp.NoRollUp]);
        await using var other = await TestApp.StartAsync(parts, [.. receiver.Settings, TestApp.NoRollUp], beside: ann.App);
        using var there = new GatewayUser(other, "ann");
        await ann.Api.PatchAsync("/api/settings", new { monthlyBudgetCents = 60, alertThresholds = (int[])[50] });
        ann.Emulator.Knobs.Delay = TimeSpan.FromMilliseconds(100);
        for (var i = 0; i < 50; i++)
        {
            ann.Emulator.Knobs.AnswerNext(CappedCall.Answer());
        }

        var calls = Task.WhenAll(Enumerable.Range(0, 50).Select(i => CappedCall.MakeAsync(i % 2 == 0 ? ann : there)));
        await Task.WhenAll(calls, RollUpUntilAsync(ann.App), RollUpUntilAsync(other));
        Assert.Equal(50, await ann.SettledAsync());
        await Task.WhenAll(RollUpAsync(ann.App), RollUpAsync(other));

        var id = Assert.Single((await receiver.UntilAsync(1)).Select(one => one.Id).Distinct());
        Assert.StartsWith("msg_", id, StringComparison.Ordinal);
        var (alert, data) = (Assert.Single(await AlertsAsync(ann.Api)), receiver.Deliveries[0].Data);
        Assert.Equal((50, 1, null), ((int)alert["thresholdPercent"]!, (int)alert["attempts"]!, (string?)alert["lastError"]));
        Assert.Equal("2026-11-15T12:00:00Z", (string)alert["deliveredAt"]!);
        Assert.Equal(
            ("ann", "2026-11", 50, 60, (string)alert["crossedAt"]!),
            ((string)data["userId"]!, (string)data["month"]!, (int)data["thresholdPercent"]!, (int)data["budgetCents"]!, (string)data["crossedAt"]!)
        );
        Assert.InRange((decimal)data["spentUsd"]!, 0.30m, 0.50m);
        Assert.Equal("budget.threshold_crossed", (string)JsonNode.Parse(receiver.Deliveries[0].Body)!["type"]!);

        // For as long as calls are under way, and once they have ended.
        async Task RollUpUntilAsync(TestApp one)
        {
            do
            {
                await RollUpAsync(one);
            } while (!calls.IsCompleted);
        }
    }

    [Fact]
    public async Task A_receiver_that_is_down_for_an_hour_gets_it_once_it_is_back()
    {
        await using var receiver = await AlertReceiver.StartAsync();
        await using var app = await TestApp.StartAsync(parts, [.. receiver.Settings, TestApp.NoRollUp]);
        using var ann = app.As("ann");
        await ann.PatchAsync("/api/settings", new { monthlyBudgetCents = 2, alertThresholds = (int[])[50] });
        receiver.Status = 503;
        await ann.PostAsync("/api/usage", Request.Event());
        await receiver.UntilAsync(1);
        await EventuallyAsync(ann, alert => (string?)alert["lastError"] == "HTTP 503");

        // Every five minutes, as the timer does. The pauses between attempts double.
        for (var minute = 5; minute <= 60; minute += 5)
        {
            await PassAsync(app);
        }
        Assert.Equal(4, receiver.Deliveries.Count);
        receiver.Status = 200;
        for (var minute = 5; minute <= 60; minute += 5)
        {
            await PassAsync(app);
        }

        Assert.Equal(5, receiver.Deliveries.Count);
        Assert.Single(receiver.Deliveries.Select(one => one.Id).Distinct());
        Assert.Single(receiver.Deliveries.Select(one => one.Body).Distinct());
        Assert.Equal([0, 5, 15, 35, 75], receiver.Deliveries.Select(one => (one.SentAt - TestApp.Noon).TotalMinutes));
        var alert = Assert.Single(await AlertsAsync(ann));
        Assert.Equal((5, null, "2026-11-15T13:15:00Z"), ((int)alert["attempts"]!, (string?)alert["lastError"], (string)alert["deliveredAt"]!));
    }

    [Fact]
    public async Task After_three_days_it_is_given_up_and_the_log_says_so()
    {
        await using var receiver = await AlertReceiver.StartAsync();
        await using var app = await TestApp.StartAsync(parts, [.. receiver.Settings, TestApp.NoRollUp]);
        using var ann = app.As("ann");
        await ann.PatchAsync("/api/settings", new { monthlyBudgetCents = 2, alertThresholds = (int[])[50] });
        receiver.Status = 500;
        await ann.PostAsync("/api/usage", Request.Event());
        await EventuallyAsync(ann, alert => (string?)alert["lastError"] == "HTTP 500");
        for (var hour = 0; hour < 96; hour++)
        {
            await PassAsync(app, TimeSpan.FromHours(1));
        }

        var alert = Assert.Single(await AlertsAsync(ann));
        Assert.Equal(("given up after three days: HTTP 500", null), ((string?)alert["lastError"], (string?)alert["deliveredAt"]));
        Assert.InRange((int)alert["attempts"]!, 15, 25);
        Assert.InRange(receiver.Deliveries[^1].SentAt - TestApp.Noon, TimeSpan.FromHours(60), TimeSpan.FromHours(72));
        await app.Logs.SaysAsync("Error ", "is given up");
    }

    [Fact]
    public async Task What_a_crash_keeps_from_being_told_the_roll_up_tells()
    {
        await using var receiver = await AlertReceiver.StartAsync();
        await using var proxy = await StorageProxy.StartAsync(parts.Port);
        await using var app = await TestApp.StartAsync(
            parts,
            [.. receiver.Settings, TestApp.NoRollUp, TestApp.Behind(proxy)]
        );
        using var ann = app.As("ann");
        await ann.PatchAsync("/api/settings", new { monthlyBudgetCents = 2, alertThresholds = (int[])[50] });
        // The attempt cannot be noted, and so is not made.
        proxy.Fault = call =>
            call.Method != "GET" && call.Path.Contains("threshold_", StringComparison.Ordinal) ? StorageFault.Busy : StorageFault.None;
        await ann.PostAsync("/api/usage", Request.Event());
        await app.Logs.SaysAsync("Warning ", "by the next roll-up");
        Assert.Empty(receiver.Deliveries);

        proxy.Fault = _ => StorageFault.None;
        await RollUpAsync(app);
        Assert.Single(receiver.Deliveries);
    }

    [Fact]
    public async Task The_whole_budget_is_told_also_when_it_first_refuses_a_call()
    {
        await using var receiver = await AlertReceiver.StartAsync();
        await using var ann = await GatewayUser.StartAsync(parts, [.. receiver.Settings, TestApp.NoRollUp]);
        await ann.Api.PatchAsync("/api/settings", new { monthlyBudgetCents = 2 });
        ann.Emulator.Knobs.AnswerNext(CappedCall.Answer(125));
        await CappedCall.MakeAsync(ann);
        Assert.Equal(1.25m, await ann.SettledAsync());
        Assert.Equal([50], (await AlertsAsync(ann.Api)).Select(alert => (int)alert["thresholdPercent"]!));

        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(HttpStatusCode.PaymentRequired, (await CappedCall.MakeAsync(ann)).Status);
        }
        Assert.Equal([50, 100], (await AlertsAsync(ann.Api)).Select(alert => (int)alert["thresholdPercent"]!));
        Assert.Equal(2, (await receiver.UntilAsync(2)).Select(one => one.Id).Distinct().Count());
    }

    [Fact]
    public async Task A_budget_of_nothing_is_told_when_it_first_refuses_a_call_in_every_month()
    {
        await using var ann = await BudgetedUser.StartAsync(parts, cents: 0, [TestApp.NoRollUp]);
        Assert.Empty(await AlertsAsync(ann.Api, "2026-11"));
        foreach (var month in (string[])["2026-11", "2026-12"])
        {
            Assert.Equal("budget_exceeded", (await CappedCall.MakeAsync(ann)).Code);
            Assert.Equal("budget_exceeded", (await CappedCall.MakeAsync(ann)).Code);
            Assert.Equal([100], (await AlertsAsync(ann.Api, month)).Select(alert => (int)alert["thresholdPercent"]!));
            ann.Clock.SetUtcNow(new DateTimeOffset(2026, 12, 3, 0, 0, 0, TimeSpan.Zero));
        }
    }

    [Fact]
    public async Task Without_a_receiver_nothing_is_tried()
    {
        await using var app = await TestApp.StartAsync(parts, [TestApp.NoRollUp]);
        using var ann = app.As("ann");
        await ann.PatchAsync("/api/settings", new { monthlyBudgetCents = 2, alertThresholds = (int[])[50] });
        await ann.PostAsync("/api/usage", Request.Event());
        await RollUpAsync(app);
        var alert = Assert.Single(await AlertsAsync(ann));
        Assert.Equal((0, null, null), ((int)alert["attempts"]!, (string?)alert["lastError"], (string?)alert["deliveredAt"]));
    }

    [Fact]
    public async Task A_threshold_is_recorded_by_the_transaction_that_crosses_it()
    {
        await using var proxy = await StorageProxy.StartAsync(parts.Port);
        await using var app = await TestApp.StartAsync(parts, [TestApp.NoRollUp, TestApp.Behind(proxy)]);
        using var ann = app.As("ann");
        await ann.PatchAsync("/api/settings", new { monthlyBudgetCents = 2, alertThresholds = (int[])[50] });
        proxy.ClearCalls();
        (await ann.PostAsync("/api/usage", Request.Event())).Is(HttpStatusCode.Created);
        var transaction = Assert.Single(proxy.Calls, call => call.IsTransaction);
        Assert.Contains("\"event_", transaction.Body, StringComparison.Ordinal);
        Assert.Contains("\"threshold_000000000002_050\"", transaction.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_instances_that_try_at_once_deliver_once()
    {
        await using var receiver = await AlertReceiver.StartAsync();
        await using var proxy = await StorageProxy.StartAsync(parts.Port);
        await using var app = await TestApp.StartAsync(parts, [.. receiver.Settings, TestApp.NoRollUp]);
        await using var other = await TestApp.StartAsync(
            parts,
            [.. receiver.Settings, TestApp.NoRollUp, TestApp.Behind(proxy)],
            beside: app
        );
        using var ann = app.As("ann");
        await ann.PatchAsync("/api/settings", new { monthlyBudgetCents = 2, alertThresholds = (int[])[50] });
        receiver.Status = 503;
        await ann.PostAsync("/api/usage", Request.Event());
        await EventuallyAsync(ann, alert => (string?)alert["lastError"] == "HTTP 503");
        receiver.Status = 200;
        app.Clock.Advance(TimeSpan.FromMinutes(5));

        // The one has read that it is due, and the other is faster.
        proxy.Hold = call =>
            call.Method != "GET" && call.Path.Contains("threshold_", StringComparison.Ordinal) ? RollUpAsync(app) : Task.CompletedTask;
        await RollUpAsync(other);
        await receiver.UntilAsync(2);
        Assert.Equal(2, (int)Assert.Single(await AlertsAsync(ann))["attempts"]!);
    }

    [Fact]
    public async Task A_receiver_that_cannot_be_reached_is_tried_again_and_gets_all_there_is_once_it_is_back()
    {
        await using var receiver = await AlertReceiver.StartAsync();
        await using var app = await TestApp.StartAsync(parts, [.. receiver.Settings, TestApp.NoRollUp]);
        await receiver.StopAsync();
        string[] users = ["ann", "bob", "cid", "dan", "eve", "fay"];
        foreach (var user in users)
        {
            await app.As(user).PatchAsync("/api/settings", new { monthlyBudgetCents = 2, alertThresholds = (int[])[50] });
            await app.As(user).PostAsync("/api/usage", Request.Event());
        }
        await Eventually.HoldsAsync(async () =>
        {
            var errors = await Task.WhenAll(users.Select(async user => (string?)(await AlertsAsync(app.As(user)))[0]["lastError"]));
            return errors.Any(error => error is not null && !error.StartsWith("HTTP", StringComparison.Ordinal));
        });
        for (var minute = 5; minute <= 60; minute += 5)
        {
            await PassAsync(app);
        }

        await using var back = await receiver.StartAgainAsync();
        for (var minute = 5; minute <= 60; minute += 5)
        {
            await PassAsync(app);
        }
        Assert.Equal(users, (await back.UntilAsync(users.Length)).Select(one => (string)one.Data["userId"]!).Order());
        Assert.Empty(receiver.Deliveries);
    }

    private static async Task PassAsync(TestApp app, TimeSpan? time = null)
    {
        app.Clock.Advance(time ?? TimeSpan.FromMinutes(5));
        await RollUpAsync(app);
    }

    private static Task RollUpAsync(TestApp app) => app.Service<MonthUpkeep>().RunAsync(TestContext.Current.CancellationToken);

    private static async Task<IReadOnlyList<JsonNode>> AlertsAsync(ApiClient caller, string month = "2026-11") =>
        [.. (await caller.GetAsync($"/api/budget?month={month}"))["alerts"].AsArray().Select(alert => alert!)];

    private static Task EventuallyAsync(ApiClient caller, Func<JsonNode, bool> holds) =>
        Eventually.HoldsAsync(async () => holds(Assert.Single(await AlertsAsync(caller))));
}
