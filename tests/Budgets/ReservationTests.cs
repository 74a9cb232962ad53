using System.Net;
using MyCoach.Budgets;
using MyCoach.Dev;
using MyCoach.Dev.Emulator;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Budgets;

/// <summary>A reservation ends with its call, however that ends; where its call is gone, it ends by itself and is charged, once.</summary>
public sealed class ReservationTests(LocalParts parts)
{
    private const decimal Bound = 1;

    private static readonly int[] OneThreshold = [42];

    public static TheoryData<string, decimal> Ends =>
        new()
        {
            { "answered", 0.5m },
            { "refused by the provider", 0 },
            { "key refused", 0 },
            { "failed at the provider", 0 },
            { "connection refused", 0 },
            { "redirected", 0 },
            { "an error in place of an answer", 0 },
            { "an empty answer", -1 },
        };

    [Theory]
    [MemberData(nameof(Ends))]
    public async Task Whatever_way_a_call_ends_nothing_stays_reserved(string way, decimal cents)
    {
        await using var app = await TestApp.StartAsync(parts, [TestApp.NoRollUp]);
        using var ann = await GatewayUser.WithKeysAsync(app);
        await CappedCall.SetBudgetAsync(ann, 1);
        Plan(app.Emulator, way);

        await CappedCall.MakeAsync(ann);
        var spent = await CappedCall.SettledAsync(ann.Api);
        Assert.InRange(spent, cents < 0 ? 0.000001m : cents, cents < 0 ? Bound : cents);
        Assert.DoesNotContain(await app.RowsAsync("Usage"), row => row.RowKey.StartsWith("reservation_", StringComparison.Ordinal));
        Assert.Equal(cents == 0 ? 0 : 1, (await ann.EventsAsync()).Count);
    }

    private static void Plan(ProviderEmulator emulator, string way)
    {
        switch (way)
        {
            case "answered":
                emulator.Knobs.AnswerNext(CappedCall.Answer(50));
                break;
            case "refused by the provider":
                emulator.Knobs.FailNext(1, 400);
                break;
            case "key refused":
                emulator.Knobs.FailNext(1, 401);
                break;
            case "failed at the provider":
                emulator.Knobs.FailNext(1, 529);
                break;
            case "connection refused":
                emulator.Knobs.DropNext(1);
                break;
            case "redirected":
                emulator.Knobs.RedirectNext(1, new Uri("http://127.0.0.1:9/"));
                break;
            case "an error in place of an answer":
                emulator.Knobs.AnswerNext(
                    PlannedAnswer.Of("""{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}"""u8.ToArray())
                );
                break;
            case "an empty answer":
                emulator.Knobs.AnswerNext(PlannedAnswer.Of(default));
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(way), way, null);
        }
    }

    [Fact]
    public async Task A_client_that_leaves_frees_what_is_not_used()
    {
        await using var app = await TestApp.StartAsync(parts, [TestApp.NoRollUp]);
        using var ann = await GatewayUser.WithKeysAsync(app);
        await CappedCall.SetBudgetAsync(ann, 1);
        var feed = new Feed();
        app.Emulator.Knobs.AnswerNext(feed.Answer());
        using (var answer = await ann.SendAsync(CappedCall.Path, CappedCall.Body(streams: true)))
        {
            feed.Send(CappedCall.StreamStart(50));
            using var reader = await EventReader.OfAsync(answer);
            await reader.ReadAsync();
            Assert.Equal((0, Bound), await CappedCall.BudgetAsync(ann.Api));
        }
        var spent = await CappedCall.SettledAsync(ann.Api);
        Assert.InRange(spent, 0.25m, 0.26m);
        Assert.True((bool)(await ann.EventAsync())["estimated"]!);
    }

    [Fact]
    public async Task An_open_call_keeps_its_reservation_for_as_long_as_it_takes()
    {
        await using var app = await TestApp.StartAsync(parts, [TestApp.NoRollUp]);
        using var ann = await GatewayUser.WithKeysAsync(app);
        await CappedCall.SetBudgetAsync(ann, 1);
        var feed = new Feed();
        app.Emulator.Knobs.AnswerNext(feed.Answer());
        using var answer = await ann.SendAsync(CappedCall.Path, CappedCall.Body(streams: true));
        feed.Send(CappedCall.StreamStart(100));

        for (var minute = 1; minute <= 20; minute++)
        {
            app.Clock.Advance(TimeSpan.FromMinutes(1));
            await RenewedAsync(app);
            // Every piece of the answer says that it goes on.
            feed.Send(": ping\n");
            if (minute % 5 == 0)
            {
                await RollUpAsync(app);
            }
            Assert.Equal((0, Bound), await CappedCall.BudgetAsync(ann.Api));
        }
        feed.Send(CappedCall.StreamEnd(100));
        feed.End();
        _ = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Equal(Bound, await CappedCall.SettledAsync(ann.Api));
        Assert.False((bool)(await ann.EventAsync())["estimated"]!);
    }

    [Theory]
    [InlineData(40)]
    [InlineData(100)]
    [InlineData(-1)]
    public async Task An_expired_reservation_is_charged_in_full_and_a_late_settle_puts_that_right_once(int percent)
    {
        // The instance that makes the call cannot renew its reservation.
        await using var proxy = await StorageProxy.StartAsync(parts.Port);
        proxy.Fault = call =>
            call.Method != "GET" && call.Path.Contains("RowKey='reservation_", StringComparison.Ordinal)
                ? StorageFault.DropBefore
                : StorageFault.None;
        await using var app = await TestApp.StartAsync(parts, [TestApp.NoRollUp, $"Storage:ConnectionString={proxy.ConnectionString}"]);
        await using var other = await TestApp.StartAsync(parts, [TestApp.NoRollUp], beside: app);
        using var ann = await GatewayUser.WithKeysAsync(app);
        await CappedCall.SetBudgetAsync(ann, 10);
        var feed = new Feed();
        app.Emulator.Knobs.AnswerNext(feed.Answer());
        using var answer = await ann.SendAsync(CappedCall.Path, CappedCall.Body(streams: true));
        await ReservedAsync(app);

        // Not a moment before its time, for a clock that is slow by two minutes.
        app.Clock.Advance(Reservation.Lease + Reservation.Slack - TimeSpan.FromSeconds(1));
        await Task.WhenAll(RollUpAsync(other), RollUpAsync(app));
        Assert.Equal((0, Bound), await CappedCall.BudgetAsync(ann.Api));
        app.Clock.Advance(TimeSpan.FromSeconds(1));
        await Task.WhenAll(RollUpAsync(other), RollUpAsync(app), RollUpAsync(other));
        Assert.Equal((Bound, 0), await CappedCall.BudgetAsync(ann.Api));
        var estimate = await ann.EventAsync();
        Assert.Equal(
            (true, Bound, 4_000, 1_000),
            ((bool)estimate["estimated"]!, CappedCall.Cents(estimate), (int)estimate["inputTokens"]!, (int)estimate["outputTokens"]!)
        );

        feed.Send(
            percent < 0
                ? "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}}\n\n"
                : CappedCall.StreamStart(percent) + CappedCall.StreamEnd(percent)
        );
        feed.End();
        _ = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        var cents = Math.Max(percent, 0) / 100m;
        await Eventually.HoldsAsync(async () =>
            CappedCall.Cents(await ann.EventAsync()) == cents && (await ann.EventAsync())["estimated"]!.GetValue<bool>() == false
        );
        Assert.Equal((cents, 0), await CappedCall.BudgetAsync(ann.Api));
        Assert.Equal((string)estimate["id"]!, (string)(await ann.EventAsync())["id"]!);
        await LedgerCheck.BalancesAsync(ann.Api, await app.RowsAsync("Usage"), "ann_202611");
    }

    [Fact]
    public async Task A_provider_that_was_at_work_and_never_answered_may_have_charged_all_that_was_reserved()
    {
        await using var app = await TestApp.StartAsync(parts, [TestApp.NoRollUp]);
        using var ann = await GatewayUser.WithKeysAsync(app);
        await CappedCall.SetBudgetAsync(ann, 1);
        app.Emulator.Knobs.Delay = TimeSpan.FromMinutes(1);
        Assert.Equal("use_streaming", (await app.WhileTimePassesAsync(CappedCall.MakeAsync(ann), faster: 100)).Code);
        Assert.Equal(Bound, await CappedCall.SettledAsync(ann.Api));
        Assert.True((bool)(await ann.EventAsync())["estimated"]!);
    }

    [Fact]
    public async Task An_estimate_is_never_more_than_what_was_reserved()
    {
        await using var app = await TestApp.StartAsync(parts, [TestApp.NoRollUp]);
        using var ann = await GatewayUser.WithKeysAsync(app);
        await CappedCall.SetBudgetAsync(ann, 1);
        var feed = new Feed();
        app.Emulator.Knobs.AnswerNext(feed.Answer());
        using (var answer = await ann.SendAsync(CappedCall.Path, CappedCall.Body(streams: true)))
        {
            // A thousand tokens of long words are more bytes than an estimate takes a token for.
            var text = $$$"""{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"{{{new string('x', 9_000)}}}"}}""";
            feed.Send($"{CappedCall.StreamStart(100)}event: content_block_delta\ndata: {text}\n\n");
            using var reader = await EventReader.OfAsync(answer);
            await reader.ReadAsync();
            await reader.ReadAsync();
        }
        Assert.Equal(Bound, await CappedCall.SettledAsync(ann.Api));
        var one = await ann.EventAsync();
        Assert.Equal((true, false), ((bool)one["estimated"]!, (bool)one["overBound"]!));
    }

    [Fact]
    public async Task A_call_is_charged_to_the_month_in_which_it_began_and_the_next_month_has_its_whole_budget()
    {
        await using var app = await TestApp.StartAsync(parts, [TestApp.NoRollUp]);
        using var ann = await GatewayUser.WithKeysAsync(app);
        await ann.Api.PatchAsync("/api/settings", new { monthlyBudgetCents = 1, alertThresholds = OneThreshold });
        app.Clock.SetUtcNow(new DateTimeOffset(2026, 11, 30, 23, 59, 59, TimeSpan.Zero));
        var feed = new Feed();
        app.Emulator.Knobs.AnswerNext(feed.Answer("application/json"));
        var running = CappedCall.MakeAsync(ann);
        await ReservedAsync(app);

        app.Clock.SetUtcNow(new DateTimeOffset(2026, 12, 1, 0, 0, 0, TimeSpan.Zero));
        app.Emulator.Knobs.AnswerNext(CappedCall.Answer(80));
        Assert.Equal(HttpStatusCode.OK, (await CappedCall.MakeAsync(ann)).Status);
        Assert.Equal("budget_exceeded", (await CappedCall.MakeAsync(ann)).Code);
        feed.Send("""{"model":"claude-haiku-4-5","usage":{"input_tokens":0,"output_tokens":1400}}""");
        feed.End();
        await running;

        Assert.Equal(0.7m, await CappedCall.SettledAsync(ann.Api, "2026-11"));
        Assert.Equal(0.8m, await CappedCall.SettledAsync(ann.Api, "2026-12"));
        var told = await ann.Api.GetAsync("/api/budget");
        Assert.Equal(("2026-12", 1, "2027-01-01T00:00:00Z"), ((string)told["month"]!, (int)told["budgetCents"]!, (string)told["resetsAt"]!));
        Assert.Equal(42, (int)Assert.Single(told["alerts"].AsArray())!["thresholdPercent"]!);
    }

    [Fact]
    public async Task An_id_that_its_user_took_first_does_not_keep_the_call_from_its_budget()
    {
        await using var app = await TestApp.StartAsync(parts, [TestApp.NoRollUp]);
        using var ann = await GatewayUser.WithKeysAsync(app);
        await CappedCall.SetBudgetAsync(ann, 2);
        var feed = new Feed();
        app.Emulator.Knobs.AnswerNext(feed.Answer());
        using var answer = await ann.SendAsync(CappedCall.Path, CappedCall.Body(streams: true));
        var id = Assert.Single(answer.Headers.GetValues("X-MyCoach-Usage-Id"));
        (await ann.Api.PostAsync("/api/usage", Request.Event(id[7..], inputTokens: 0, outputTokens: 0))).Is(HttpStatusCode.Created);

        feed.Send(CappedCall.StreamStart(100));
        feed.Send(CappedCall.StreamEnd(100));
        feed.End();
        _ = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Equal(1, await CappedCall.SettledAsync(ann.Api));
        Assert.Equal([$"{id}", $"{id}.1"], (await ann.EventsAsync()).Select(one => (string)one["id"]!).Order());
    }

    private static async Task ReservedAsync(TestApp app) =>
        await Eventually.HoldsAsync(async () =>
            app.Emulator.Calls.Count == 1
            && (await app.RowsAsync("Usage")).Any(row => row.RowKey.StartsWith("reservation_", StringComparison.Ordinal))
        );

    private static Task RenewedAsync(TestApp app) =>
        Eventually.HoldsAsync(async () =>
            (await app.RowsAsync("Usage"))
                .Single(row => row.RowKey.StartsWith("reservation_", StringComparison.Ordinal))
                .GetDateTimeOffset("ExpiresAt")
            == app.Clock.GetUtcNow() + Reservation.Lease
        );

    private static Task RollUpAsync(TestApp app) => app.Service<BudgetRollup>().RunAsync(TestContext.Current.CancellationToken);
}
