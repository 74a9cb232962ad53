using System.Net;
using System.Text.Json.Nodes;
using MyCoach.Dev;
using MyCoach.Tests.Accounts;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Tokens;

/// <summary>From when and until when a token works, and what it leaves.</summary>
public sealed class TokenLifeTests(LocalParts parts)
{
    [Fact]
    public async Task A_token_ends_at_its_expiry_and_when_it_is_deleted_here_and_elsewhere()
    {
        await using var app = await TestApp.StartAsync(parts);
        await using var other = await TestApp.StartAsync(parts, beside: app);
        await GatewayUser.WithKeysAsync(app);
        var expiring = await app.As("ann")
            .CreateAsync(
                new
                {
                    name = "today",
                    scopes = TokenSteps.Gateway,
                    expiresAt = "2026-11-16T00:00:00Z",
                }
            );
        var (id, text) = await app.As("ann").CreateAsync();
        (await other.With(text).ChatAsync()).Is(HttpStatusCode.OK);

        app.Clock.SetUtcNow(DateTimeOffset.Parse("2026-11-15T23:59:59Z", null));
        (await app.With(expiring.Text).ChatAsync()).Is(HttpStatusCode.OK);
        app.Clock.Advance(TimeSpan.FromSeconds(1));
        var expired = await app.With(expiring.Text).ChatAsync();
        expired.IsRefusal(401, "unauthenticated");
        Assert.Contains("has expired", expired.Text, StringComparison.Ordinal);

        (await other.With(text).ChatAsync()).Is(HttpStatusCode.OK);
        (await app.As("ann").DeleteAsync($"{TokenSteps.Path}/{id}")).Is(HttpStatusCode.NoContent);
        (await app.With(text).ChatAsync()).IsRefusal(401, "unauthenticated");
        app.Clock.Advance(TimeSpan.FromSeconds(10));
        (await other.With(text).ChatAsync()).IsRefusal(401, "unauthenticated");
    }

    [Fact]
    public async Task A_stream_goes_on_when_its_token_is_deleted_and_is_charged_to_it()
    {
        await using var app = await TestApp.StartAsync(parts);
        var ann = await GatewayUser.WithKeysAsync(app);
        var (id, text) = await ann.Api.CreateAsync();
        ann.Emulator.Knobs.Delay = TimeSpan.FromMilliseconds(300);
        var calling = app.With(text).ChatAsync();
        await ann.Emulator.CalledAsync();
        (await ann.Api.DeleteAsync($"{TokenSteps.Path}/{id}")).Is(HttpStatusCode.NoContent);

        (await calling).Is(HttpStatusCode.OK);

        var usage = Assert.Single((await ann.Api.GetAsync($"/api/usage?tokenId={id}"))["events"].AsArray())!;
        Assert.Equal(id, (string)usage["tokenId"]!);
    }

    [Fact]
    public async Task A_call_whose_body_still_arrives_is_not_sent_with_a_token_that_is_deleted_or_changed()
    {
        await using var ann = await GatewayUser.StartAsync(parts);
        var (deleted, deletedText) = await ann.Api.CreateAsync();
        var (limited, limitedText) = await ann.Api.CreateAsync();
        using var first = new SlowBody(CappedCall.Body());
        using var second = new SlowBody(CappedCall.Body());
        var calling = new[] { first.SendAsync(ann, deletedText), second.SendAsync(ann, limitedText) };
        await Task.WhenAll(first.Began, second.Began);
        // Until the program has looked at the calls' headers.
        await Eventually.StaysAsync(() => !calling.Any(call => call.IsCompleted));
        (await ann.Api.DeleteAsync($"{TokenSteps.Path}/{deleted}")).Is(HttpStatusCode.NoContent);
        (await ann.Api.PatchAsync($"{TokenSteps.Path}/{limited}", new { monthlyBudgetCents = 0 })).Is(
            HttpStatusCode.OK
        );
        first.Go();
        second.Go();

        var answers = await Task.WhenAll(calling);
        Assert.Equal(
            [(HttpStatusCode.Unauthorized, "unauthenticated"), (HttpStatusCode.PaymentRequired, "budget_exceeded")],
            answers.Select(answer => (answer.StatusCode, answer.Headers.GetValues("X-MyCoach-Error").Single()))
        );
        Assert.Empty(ann.Emulator.Calls);
        foreach (var answer in answers)
        {
            answer.Dispose();
        }
    }

    [Fact]
    public async Task A_rotated_token_has_a_new_text_and_the_old_one_for_as_long_as_said()
    {
        await using var app = await TestApp.StartAsync(parts);
        await GatewayUser.WithKeysAsync(app);
        var ann = app.As("ann");
        var (id, first) = await ann.CreateAsync();

        var rotated = (await ann.PostAsync($"{TokenSteps.Path}/{id}/rotate", new { overlapMinutes = 30 })).Is(
            HttpStatusCode.OK
        );
        var second = (string)rotated["token"]!;
        Assert.Equal("2026-11-15T12:30:00Z", (string)rotated["previousValidUntil"]!);
        (await app.With(first).ChatAsync()).Is(HttpStatusCode.OK);
        (await app.With(second).ChatAsync()).Is(HttpStatusCode.OK);
        app.Clock.Advance(TimeSpan.FromMinutes(30));
        (await app.With(first).ChatAsync()).IsRefusal(401, "unauthenticated");
        (await app.With(second).ChatAsync()).Is(HttpStatusCode.OK);
        var third = (string)
            (await ann.PostAsync($"{TokenSteps.Path}/{id}/rotate", new { overlapMinutes = 0 }))["token"]!;
        (await app.With(second).ChatAsync()).IsRefusal(401, "unauthenticated");
        (await app.With(third).ChatAsync()).Is(HttpStatusCode.OK);
        (await ann.PostAsync($"{TokenSteps.Path}/{id}/rotate", new { overlapMinutes = 10_081 })).Blames(
            "overlapMinutes"
        );
    }

    [Fact]
    public async Task An_erased_user_has_no_token_left_and_no_call_passes_with_one()
    {
        await using var app = await TestApp.StartAsync(parts, [AccountStory.NoTimer]);
        await using var other = await TestApp.StartAsync(parts, [AccountStory.NoTimer], beside: app);
        await GatewayUser.WithKeysAsync(app);
        var (_, text) = await app.As("ann").CreateAsync();
        (await other.With(text).ChatAsync()).Is(HttpStatusCode.OK);

        await AccountStory.EraseAsync(app, "ann");

        Assert.Empty(await app.RowsAsync("Tokens"));
        app.Clock.Advance(TimeSpan.FromSeconds(10));
        (await app.With(text).ChatAsync()).IsRefusal(401, "unauthenticated");
        (await other.With(text).ChatAsync()).IsRefusal(401, "unauthenticated");
    }

    [Fact]
    public async Task The_day_of_the_last_use_is_noted_once_a_day_and_never_fails_a_call()
    {
        await using var proxy = await StorageProxy.StartAsync(parts.Port);
        await using var app = await TestApp.StartAsync(parts, [TestApp.Behind(proxy)]);
        var ann = await GatewayUser.WithKeysAsync(app);
        var (id, text) = await ann.Api.CreateAsync();
        var caller = app.With(text);
        proxy.Fault = call => IsNote(call) ? StorageFault.Busy : StorageFault.None;
        (await caller.ChatAsync()).Is(HttpStatusCode.OK);
        await app.Logs.SaysAsync("Could not note the use of a token");
        Assert.Null(await LastUsedAsync());
        proxy.Fault = _ => StorageFault.None;
        proxy.ClearCalls();

        // A failure is not repeated at once.
        (await caller.ChatAsync()).Is(HttpStatusCode.OK);
        app.Clock.Advance(TimeSpan.FromMinutes(1));
        for (var i = 0; i < 3; i++)
        {
            (await caller.ChatAsync()).Is(HttpStatusCode.OK);
        }

        await Eventually.HoldsAsync(async () => (string?)await LastUsedAsync() == "2026-11-15");
        (await caller.ChatAsync()).Is(HttpStatusCode.OK);
        Assert.Single(proxy.Calls, IsNote);

        async Task<JsonNode?> LastUsedAsync() =>
            (await ann.Api.GetAsync($"{TokenSteps.Path}/{id}")).Body!["lastUsedOn"];

        static bool IsNote(StorageCall call) =>
            call.Method is "PATCH" or "MERGE" && call.Path.Contains("Tokens(", StringComparison.Ordinal);
    }
}
