using System.Net;
using System.Text.Json.Nodes;
using MyCoach.Dev;
using MyCoach.Tests.Support;
using static MyCoach.Tests.Alerts.AlertSteps;

namespace MyCoach.Tests.Alerts;

/// <summary>A threshold is recorded by the transaction that crosses it.</summary>
public sealed class AlertTests(LocalParts parts)
{
    [Fact]
    public async Task Concurrent_calls_and_roll_ups_deliver_a_threshold_under_one_id()
    {
        await using var receiver = await AlertReceiver.StartAsync();
        await using var ann = await BudgetedUser.StartAsync(
            parts,
            cents: 60,
            [.. receiver.Settings, TestApp.NoRollUp],
            alertThresholds: [50]
        );
        await using var other = await TestApp.StartAsync(
            parts,
            [.. receiver.Settings, TestApp.NoRollUp],
            beside: ann.App
        );
        using var there = new GatewayUser(other, "ann");
        ann.Emulator.Knobs.Delay = TimeSpan.FromMilliseconds(100);
        for (var i = 0; i < 50; i++)
        {
            ann.Emulator.Knobs.AnswerNext(CappedCall.Answer());
        }

        var calls = Task.WhenAll(Enumerable.Range(0, 50).Select(i => CappedCall.MakeAsync(i % 2 == 0 ? ann : there)));
        await Task.WhenAll(calls, RollUpUntilAsync(ann.App), RollUpUntilAsync(other));
        Assert.Equal(50, await ann.SettledAsync());
        await Task.WhenAll(RollUpAsync(ann.App), RollUpAsync(other));

        var id = Assert.Single((await receiver.UntilAsync(1)).Select(delivery => delivery.Id).Distinct());
        Assert.StartsWith("msg_", id, StringComparison.Ordinal);
        var (alert, data) = (Assert.Single(await AlertsAsync(ann.Api)), receiver.Deliveries[0].Data);
        Assert.Equal(
            (50, 1, null),
            ((int)alert["thresholdPercent"]!, (int)alert["attempts"]!, (string?)alert["lastError"])
        );
        Assert.Equal("2026-11-15T12:00:00Z", (string)alert["deliveredAt"]!);
        Assert.Equal(
            ("ann", "2026-11", 50, 60, (string)alert["crossedAt"]!),
            (
                (string)data["userId"]!,
                (string)data["month"]!,
                (int)data["thresholdPercent"]!,
                (int)data["budgetCents"]!,
                (string)data["crossedAt"]!
            )
        );
        Assert.InRange((decimal)data["spentUsd"]!, 0.30m, 0.50m);
        Assert.Equal("budget.threshold_crossed", (string)JsonNode.Parse(receiver.Deliveries[0].Body)!["type"]!);

        // For as long as calls are under way, and once they have ended.
        async Task RollUpUntilAsync(TestApp instance)
        {
            do
            {
                await RollUpAsync(instance);
            } while (!calls.IsCompleted);
        }
    }

    [Fact]
    public async Task The_first_refusal_of_a_budget_that_is_nearly_spent_raises_the_alert_for_all_of_it()
    {
        await using var receiver = await AlertReceiver.StartAsync();
        await using var ann = await GatewayUser.StartAsync(parts, [.. receiver.Settings, TestApp.NoRollUp]);
        await ann.Api.PatchAsync("/api/settings", new { monthlyBudgetCents = 2 });
        ann.Emulator.Knobs.AnswerNext(CappedCall.Answer(125));
        await CappedCall.MakeAsync(ann);
        Assert.Equal(1.25m, await ann.SettledAsync());
        Assert.Equal(HttpStatusCode.PaymentRequired, (await CappedCall.MakeAsync(ann)).Status);
        Assert.Equal([50], (await AlertsAsync(ann.Api)).Select(alert => (int)alert["thresholdPercent"]!));

        var rest = Request.Event(model: CappedCall.Model, inputTokens: 7_300, outputTokens: 0);
        (await ann.Api.PostAsync("/api/usage", rest)).Is(HttpStatusCode.Created);
        Assert.Equal([50, 80], (await AlertsAsync(ann.Api)).Select(alert => (int)alert["thresholdPercent"]!));
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(HttpStatusCode.PaymentRequired, (await CappedCall.MakeAsync(ann)).Status);
        }
        Assert.Equal([50, 80, 100], (await AlertsAsync(ann.Api)).Select(alert => (int)alert["thresholdPercent"]!));
        Assert.Equal(3, (await receiver.UntilAsync(3)).Select(delivery => delivery.Id).Distinct().Count());
    }

    [Fact]
    public async Task A_pass_makes_only_a_few_attempts_of_a_user()
    {
        await using var receiver = await AlertReceiver.StartAsync();
        receiver.Status = 500;
        int[] ten = [10, 20, 30, 40, 50, 60, 70, 80, 90, 100];
        await using var ann = await BudgetedUser.StartAsync(
            parts,
            cents: 1,
            [.. receiver.Settings, TestApp.NoRollUp],
            alertThresholds: ten
        );
        (await ann.Api.PostAsync("/api/usage", Request.Event())).Is(HttpStatusCode.Created);

        // The first attempts follow the transaction, and each pass tries the next ones.
        foreach (var tried in (int[])[4, 8, 10])
        {
            await Eventually.HoldsAsync(async () =>
                (await AlertsAsync(ann.Api)).Count(alert => (string?)alert["lastError"] is not null) == tried
            );
            Assert.All(await AlertsAsync(ann.Api), alert => Assert.InRange((int)alert["attempts"]!, 0, 1));
            await RollUpAsync(ann.App);
        }
    }

    [Fact]
    public async Task A_zero_budget_alerts_at_the_first_refusal_of_each_month()
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
    public async Task Without_a_receiver_no_delivery_is_attempted()
    {
        await using var ann = await BudgetedUser.StartAsync(parts, cents: 2, [TestApp.NoRollUp], alertThresholds: [50]);
        await ann.Api.PostAsync("/api/usage", Request.Event());
        await RollUpAsync(ann.App);
        var alert = Assert.Single(await AlertsAsync(ann.Api));
        Assert.Equal(
            (0, null, null),
            ((int)alert["attempts"]!, (string?)alert["lastError"], (string?)alert["deliveredAt"])
        );
    }

    [Fact]
    public async Task A_threshold_is_recorded_by_the_transaction_that_crosses_it()
    {
        await using var proxy = await StorageProxy.StartAsync(parts.Port);
        await using var ann = await BudgetedUser.StartAsync(
            parts,
            cents: 2,
            [TestApp.NoRollUp, TestApp.Behind(proxy)],
            alertThresholds: [50]
        );
        proxy.ClearCalls();
        (await ann.Api.PostAsync("/api/usage", Request.Event())).Is(HttpStatusCode.Created);
        var transaction = Assert.Single(proxy.Calls, call => call.IsTransaction);
        Assert.Contains("\"event_", transaction.Body, StringComparison.Ordinal);
        Assert.Contains("\"threshold_000000000002_050\"", transaction.Body, StringComparison.Ordinal);
    }
}
