using MyCoach.Dev;
using MyCoach.Tests.Support;
using static MyCoach.Tests.Alerts.AlertSteps;

namespace MyCoach.Tests.Alerts;

/// <summary>
/// An alert is delivered to the operator's receiver, signed and under one id, and retried for three days.
/// </summary>
public sealed class AlertDeliveryTests(LocalParts parts)
{
    [Fact]
    public async Task A_receiver_down_for_an_hour_gets_the_alert_once()
    {
        await using var receiver = await AlertReceiver.StartAsync();
        await using var ann = await BudgetedUser.StartAsync(
            parts,
            cents: 2,
            [.. receiver.Settings, TestApp.NoRollUp],
            alertThresholds: [50]
        );
        receiver.Status = 503;
        await ann.Api.PostAsync("/api/usage", Request.Event());
        await receiver.UntilAsync(1);
        await EventuallyAsync(ann.Api, alert => (string?)alert["lastError"] == "HTTP 503");

        // Every five minutes, as the timer does. The pauses between attempts double.
        for (var minute = 5; minute <= 60; minute += 5)
        {
            await PassAsync(ann.App);
        }
        Assert.Equal(4, receiver.Deliveries.Count);
        receiver.Status = 200;
        for (var minute = 5; minute <= 60; minute += 5)
        {
            await PassAsync(ann.App);
        }

        Assert.Equal(5, receiver.Deliveries.Count);
        Assert.Single(receiver.Deliveries.Select(delivery => delivery.Id).Distinct());
        Assert.Single(receiver.Deliveries.Select(delivery => delivery.Body).Distinct());
        Assert.Equal(
            [0, 5, 15, 35, 75],
            receiver.Deliveries.Select(delivery => (delivery.SentAt - TestApp.Noon).TotalMinutes)
        );
        var alert = Assert.Single(await AlertsAsync(ann.Api));
        Assert.Equal(
            (5, null, "2026-11-15T13:15:00Z"),
            ((int)alert["attempts"]!, (string?)alert["lastError"], (string)alert["deliveredAt"]!)
        );
    }

    [Fact]
    public async Task Delivery_is_abandoned_and_logged_after_three_days()
    {
        await using var receiver = await AlertReceiver.StartAsync();
        await using var ann = await BudgetedUser.StartAsync(
            parts,
            cents: 2,
            [.. receiver.Settings, TestApp.NoRollUp],
            alertThresholds: [50]
        );
        receiver.Status = 500;
        await ann.Api.PostAsync("/api/usage", Request.Event());
        await EventuallyAsync(ann.Api, alert => (string?)alert["lastError"] == "HTTP 500");
        for (var hour = 0; hour < 96; hour++)
        {
            await PassAsync(ann.App, TimeSpan.FromHours(1));
        }

        var alert = Assert.Single(await AlertsAsync(ann.Api));
        Assert.Equal(
            ("given up after three days: HTTP 500", null),
            ((string?)alert["lastError"], (string?)alert["deliveredAt"])
        );
        Assert.InRange((int)alert["attempts"]!, 15, 25);
        Assert.InRange(receiver.Deliveries[^1].SentAt - TestApp.Noon, TimeSpan.FromHours(60), TimeSpan.FromHours(72));
        await ann.App.Logs.SaysAsync("Error ", "giving up");
    }

    [Fact]
    public async Task The_roll_up_delivers_an_alert_missed_by_a_crash()
    {
        await using var receiver = await AlertReceiver.StartAsync();
        await using var proxy = await StorageProxy.StartAsync(parts.Port);
        await using var ann = await BudgetedUser.StartAsync(
            parts,
            cents: 2,
            [.. receiver.Settings, TestApp.NoRollUp, TestApp.Behind(proxy)],
            alertThresholds: [50]
        );
        // The attempt cannot be noted, and so is not made.
        proxy.Fault = call =>
            call.Method != "GET" && call.Path.Contains("threshold_", StringComparison.Ordinal)
                ? StorageFault.Busy
                : StorageFault.None;
        await ann.Api.PostAsync("/api/usage", Request.Event());
        await ann.App.Logs.SaysAsync("Warning ", "by the next roll-up");
        Assert.Empty(receiver.Deliveries);

        proxy.Fault = _ => StorageFault.None;
        await RollUpAsync(ann.App);
        Assert.Single(receiver.Deliveries);
    }

    [Fact]
    public async Task Two_concurrent_instances_deliver_once()
    {
        await using var receiver = await AlertReceiver.StartAsync();
        await using var proxy = await StorageProxy.StartAsync(parts.Port);
        await using var ann = await BudgetedUser.StartAsync(
            parts,
            cents: 2,
            [.. receiver.Settings, TestApp.NoRollUp],
            alertThresholds: [50]
        );
        await using var other = await TestApp.StartAsync(
            parts,
            [.. receiver.Settings, TestApp.NoRollUp, TestApp.Behind(proxy)],
            beside: ann.App
        );
        receiver.Status = 503;
        await ann.Api.PostAsync("/api/usage", Request.Event());
        await EventuallyAsync(ann.Api, alert => (string?)alert["lastError"] == "HTTP 503");
        receiver.Status = 200;
        ann.Clock.Advance(TimeSpan.FromMinutes(5));

        // The one has read that it is due, and the other is faster.
        proxy.Hold = call =>
            call.Method != "GET" && call.Path.Contains("threshold_", StringComparison.Ordinal)
                ? RollUpAsync(ann.App)
                : Task.CompletedTask;
        await RollUpAsync(other);
        await receiver.UntilAsync(2);
        Assert.Equal(2, (int)Assert.Single(await AlertsAsync(ann.Api))["attempts"]!);
    }

    [Fact]
    public async Task An_unreachable_receiver_gets_all_alerts_once_it_is_back()
    {
        await using var receiver = await AlertReceiver.StartAsync();
        await using var app = await TestApp.StartAsync(parts, [.. receiver.Settings, TestApp.NoRollUp]);
        await receiver.StopAsync();
        string[] users = ["ann", "bob", "cid", "dan", "eve", "fay"];
        foreach (var user in users)
        {
            await app.As(user)
                .PatchAsync("/api/settings", new { monthlyBudgetCents = 2, alertThresholds = (int[])[50] });
            await app.As(user).PostAsync("/api/usage", Request.Event());
        }
        await Eventually.HoldsAsync(async () =>
        {
            var errors = await Task.WhenAll(
                users.Select(async user => (string?)(await AlertsAsync(app.As(user)))[0]["lastError"])
            );
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
        Assert.Equal(
            users,
            (await back.UntilAsync(users.Length)).Select(delivery => (string)delivery.Data["userId"]!).Order()
        );
        Assert.Empty(receiver.Deliveries);
    }
}
