using System.Net;
using MyCoach.Catalogue;
using MyCoach.Dev;
using MyCoach.Ledger;
using MyCoach.Providers;
using MyCoach.Tests.Support;
using MyCoach.Users;

namespace MyCoach.Tests.Gateway;

/// <summary>What becomes of it when the program ends, or when it cannot be stored.</summary>
public sealed partial class SettlementTests
{
    [Fact]
    public async Task A_stopping_program_records_ended_calls()
    {
        await using var proxy = await StorageProxy.StartAsync(parts.Port);
        await using var app = await StartAsync(proxy);
        await using var other = await TestApp.StartAsync(parts, beside: app);
        using var ann = await GatewayUser.WithKeysAsync(app);
        var released = new TaskCompletionSource();
        proxy.Hold = call => call.IsTransaction ? released.Task : Task.CompletedTask;
        (await ann.Api.SendAsync(HttpMethod.Post, $"/api/gateway/{Chat}", Whole)).Is(HttpStatusCode.OK);

        var stopping = app.StopAsync(TestContext.Current.CancellationToken);
        await Eventually.StaysAsync(() => !stopping.IsCompleted);
        released.SetResult();
        await stopping;

        using var there = new GatewayUser(other, "ann");
        Assert.Single(await there.EventsAsync());
    }

    [Fact]
    public async Task A_stopping_program_records_the_streams_it_aborts()
    {
        await using var ann = await GatewayUser.StartAsync(parts);
        await using var other = await TestApp.StartAsync(parts, beside: ann.App);
        var feed = new Feed();
        ann.Emulator.Knobs.AnswerNext(feed.Answer());
        using var answer = await ann.SendAsync(Chat, Stream);
        using var reader = await EventReader.OfAsync(answer);
        feed.Send(Delta);
        Assert.Equal(Delta, await reader.ReadAsync());

        using var patience = new CancellationTokenSource(TimeSpan.FromMilliseconds(500));
        await ann.App.StopAsync(patience.Token);

        using var there = new GatewayUser(other, "ann");
        Assert.True((bool)Assert.Single(await there.EventsAsync())["estimated"]!);
    }

    [Fact]
    public async Task An_event_that_cannot_be_stored_fails_alone()
    {
        await using var app = await TestApp.StartAsync(parts);
        var user = UserId.TryCreate("ann")!;
        UsageEvent Event(string id) =>
            new(id, Provider.OpenAi, "gpt-4o", new TokenCounts(1, 1, 0, 0), null, null, app.Clock.GetUtcNow(), null);
        var settler = app.Service<UsageSettler>();

        // No key of a row can hold a slash.
        var settling = Task.WhenAll([
            settler.Settle(user, new UnsettledCall(Event("one"), Reservation: null)).Settled,
            settler.Settle(user, new UnsettledCall(Event("t/wo"), Reservation: null)).Settled,
            settler.Settle(user, new UnsettledCall(Event("three"), Reservation: null)).Settled,
        ]);
        await app.Logs.SaysAsync("Warning ", "t/wo");
        Assert.Equal(
            ["202611-one", "202611-three"],
            (await new GatewayUser(app, "ann").EventsAsync()).Select(usage => (string?)usage["id"]).Order()
        );
        await app.WhileTimePassesAsync(settling.ContinueWith(_ => true, TaskScheduler.Default));

        await app.Logs.SaysAsync("Error ", "t/wo", "could not be recorded", "1 in, 1 out");
        Assert.DoesNotContain(
            app.Logs.Lines,
            line =>
                line.StartsWith("Error", StringComparison.Ordinal) && line.Contains("-one", StringComparison.Ordinal)
        );
    }
}
