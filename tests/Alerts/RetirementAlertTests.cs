using System.Net;
using System.Text.Json.Nodes;
using MyCoach.Tests.Accounts;
using MyCoach.Tests.Prices;
using MyCoach.Tests.Support;
using static MyCoach.Tests.Alerts.AlertSteps;

namespace MyCoach.Tests.Alerts;

/// <summary>A chosen model that is about to retire raises one alert per user.</summary>
public sealed class RetirementAlertTests(LocalParts parts)
{
    private const string User = "user-of-one-name";

    // The price book says that it retires on 14 January 2027: within sixty days on 15 November.
    private const string Retiring = "gpt-4o";

    [Fact]
    public async Task Concurrent_runs_alert_once_for_all_choices_of_a_model_and_not_in_later_months()
    {
        await using var receiver = await AlertReceiver.StartAsync();
        await using var app = await StartAsync(receiver);
        await using var other = await StartAsync(receiver, beside: app);
        var ann = app.As(User);
        (await ann.PatchAsync("/api/settings", new { defaultModel = "gpt-4o-2024-08-06" })).Is(HttpStatusCode.OK);
        await PutAgentAsync(ann, "coach", Retiring);
        await PutAgentAsync(ann, "cook", "gpt-5.4-mini");
        await PutAgentAsync(ann, "guide", model: null);
        Assert.Empty(receiver.Deliveries);

        app.Clock.Advance(TimeSpan.FromDays(1.5));
        await Task.WhenAll(RollUpAsync(app), RollUpAsync(other), RollUpAsync(app), RollUpAsync(other));

        var delivery = Assert.Single(await receiver.UntilAsync(1));
        Assert.True(
            JsonNode.DeepEquals(
                JsonNode.Parse(
                    $$$"""
                    {"type":"model.retiring","timestamp":"2026-11-17T00:00:00Z","data":{"userId":"{{{User}}}","model":"gpt-4o","retiresOn":"2027-01-14","chosenBy":["settings","agent coach"]}}
                    """
                ),
                JsonNode.Parse(delivery.Body)
            ),
            delivery.Body
        );
        Assert.Empty(await AlertsAsync(ann));

        // Two are before the retirement, and the last is after it.
        foreach (var days in (int[])[1, 30, 60])
        {
            await UseTheDayAfterAsync(app, days);
            await Task.WhenAll(RollUpAsync(app), RollUpAsync(other));
        }
        Assert.Single(await receiver.UntilAsync(1));
    }

    [Fact]
    public async Task A_user_without_a_call_is_alerted_to_the_model_of_a_new_agent()
    {
        await using var receiver = await AlertReceiver.StartAsync();
        await using var app = await StartAsync(receiver);
        await PutAgentAsync(app.As(User), "coach", Retiring);

        app.Clock.Advance(TimeSpan.FromDays(1.5));
        await RollUpAsync(app);

        Assert.Contains("agent coach", Assert.Single(await receiver.UntilAsync(1)).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failing_receiver_gets_the_alert_later_under_the_same_id()
    {
        await using var receiver = await AlertReceiver.StartAsync();
        receiver.Status = 503;
        await using var app = await StartAsync(receiver);
        await PutAgentAsync(app.As(User), "coach", Retiring);
        // By then the model has retired. No ledger exists for November, in which the warnings began.
        await UseTheDayAfterAsync(app, days: 100);
        await RollUpAsync(app);
        await receiver.UntilAsync(1);
        await Eventually.HoldsAsync(async () => (string?)(await NoticeAsync(app))["lastError"] == "HTTP 503");

        receiver.Status = 200;
        for (var minute = 5; minute <= 30; minute += 5)
        {
            await PassAsync(app);
        }

        Assert.Equal(2, receiver.Deliveries.Count);
        Assert.Single(receiver.Deliveries.Select(delivery => delivery.Id).Distinct());
        Assert.Single(receiver.Deliveries.Select(delivery => delivery.Body).Distinct());
        var notice = await NoticeAsync(app);
        Assert.Equal((2, null), ((int)notice["attempts"]!, (string?)notice["lastError"]));
    }

    [Fact]
    public async Task Each_model_and_user_alerts_once_and_other_models_never()
    {
        await using var receiver = await AlertReceiver.StartAsync();
        await using var app = await StartAsync(receiver);
        string[] models = ["gpt-6", "gpt-7", "gpt-8", "gpt-9"];
        await app.CorrectAsync([.. models.Select(model => Model(model, null))]);
        foreach (var model in models)
        {
            await PutAgentAsync(app.As("ann"), model, model);
            await PutAgentAsync(app.As("bob"), model, model);
        }

        await app.CorrectAsync(
            Model("gpt-6", "0001-01-01"),
            Model("gpt-7", null),
            Model("gpt-8", "2027-01-16"),
            Model("gpt-9", "2027-01-18")
        );

        // The check is on 17 November. The last day of its sixty is 16 January.
        await UseTheDayAfterAsync(app, days: 0, "ann", "bob");
        await RollUpAsync(app);
        Assert.Equal(
            ["ann gpt-6", "ann gpt-8", "bob gpt-6", "bob gpt-8"],
            (await receiver.UntilAsync(4)).Select(TextOf).Order()
        );

        await UseTheDayAfterAsync(app, days: 1, "ann", "bob");
        await RollUpAsync(app);
        Assert.Equal(
            ["ann gpt-6", "ann gpt-8", "ann gpt-9", "bob gpt-6", "bob gpt-8", "bob gpt-9"],
            (await receiver.UntilAsync(6)).Select(TextOf).Order()
        );

        static string TextOf(Delivery delivery) => $"{delivery.Data["userId"]} {delivery.Data["model"]}";
    }

    [Fact]
    public async Task A_receiver_that_is_set_up_later_gets_the_alert()
    {
        await using var receiver = await AlertReceiver.StartAsync();
        await using var app = await TestApp.StartAsync(parts, [TestApp.NoRollUp]);
        await PutAgentAsync(app.As(User), "coach", Retiring);
        await UseTheDayAfterAsync(app, days: 0);
        await RollUpAsync(app);
        Assert.DoesNotContain(
            await app.RowsAsync("Usage"),
            row => row.RowKey.StartsWith("retirement_", StringComparison.Ordinal)
        );

        await using var later = await StartAsync(receiver, beside: app);
        await UseTheDayAfterAsync(app, days: 0);
        await RollUpAsync(later);
        Assert.Equal(Retiring, (string?)Assert.Single(await receiver.UntilAsync(1)).Data["model"]);
    }

    [Fact]
    public async Task The_last_day_of_a_month_counts_and_a_recount_keeps_the_alert()
    {
        await using var receiver = await AlertReceiver.StartAsync();
        await using var app = await StartAsync(receiver);
        await PutAgentAsync(app.As(User), "coach", Retiring);
        app.Clock.SetUtcNow(new DateTimeOffset(2026, 11, 30, 23, 0, 0, TimeSpan.Zero));
        await app.As(User).UseAsync(Retiring);
        app.Clock.Advance(TimeSpan.FromHours(3));
        await RollUpAsync(app);
        await receiver.UntilAsync(1);
        await Eventually.HoldsAsync(async () => (await NoticeAsync(app))["deliveredAt"] is not null);

        app.Clock.Advance(TimeSpan.FromDays(2));
        await RollUpAsync(app);
        Assert.NotNull((await NoticeAsync(app))["deliveredAt"]);
        Assert.DoesNotContain(app.Logs.Lines, line => line.StartsWith("Error", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_erasure_deletes_the_alert()
    {
        await using var receiver = await AlertReceiver.StartAsync();
        receiver.Status = 503;
        await using var app = await StartAsync(receiver);
        await PutAgentAsync(app.As(User), "coach", Retiring);
        await UseTheDayAfterAsync(app, days: 0);
        await RollUpAsync(app);
        await receiver.UntilAsync(1);
        await Eventually.HoldsAsync(async () => (string?)(await NoticeAsync(app))["lastError"] is not null);

        await AccountStory.EraseAsync(app, User);
        receiver.Status = 200;
        for (var minute = 5; minute <= 30; minute += 5)
        {
            await PassAsync(app);
        }

        await AccountStory.AssertNothingIsLeftAsync(app, User);
        Assert.Single(receiver.Deliveries);
    }

    private Task<TestApp> StartAsync(AlertReceiver receiver, TestApp? beside = null) =>
        TestApp.StartAsync(parts, [.. receiver.Settings, TestApp.NoRollUp], beside);

    private static async Task PutAgentAsync(ApiClient caller, string id, string? model) =>
        (await caller.PutAsync($"/api/agents/{id}", new { name = id, preferredModel = model })).Is(
            HttpStatusCode.Created
        );

    private static JsonObject Model(string id, string? retiresOn)
    {
        var model = PriceSteps.Model(id, 1, 2);
        model["retiresOn"] = retiresOn;
        return model;
    }

    // Posts usage so many days later, and goes to the time at which the roll-up does that day's work.
    private static async Task UseTheDayAfterAsync(TestApp app, int days, params string[] users)
    {
        app.Clock.Advance(TimeSpan.FromDays(days));
        foreach (var user in users.DefaultIfEmpty(User))
        {
            await app.As(user).UseAsync(Retiring);
        }
        app.Clock.Advance(TimeSpan.FromDays(1.5));
    }

    // The user's alert, as the export of the account shows it.
    private static async Task<JsonNode> NoticeAsync(TestApp app) =>
        Assert.Single(
            (await app.As(User).GetAsync("/api/account/export"))["other"].AsArray(),
            row => (string?)row!["rowKey"] == $"retirement_{Retiring}"
        )!;
}
