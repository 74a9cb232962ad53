using MyCoach.Bounds;
using MyCoach.Dev;
using MyCoach.Ledger;
using MyCoach.Tests.Support;
using MyCoach.Upkeep;

namespace MyCoach.Tests.Budgets;

/// <summary>A reservation lasts for as long as its call; where that is gone, it ends by itself and is charged, once.</summary>
public sealed class ReservationLeaseTests(LocalParts parts)
{
    private const decimal Bound = 1;

    [Fact]
    public async Task An_open_call_keeps_its_reservation_for_as_long_as_it_takes()
    {
        await using var ann = await BudgetedUser.StartAsync(parts, cents: 1, [TestApp.NoRollUp]);
        var feed = new Feed();
        ann.Emulator.Knobs.AnswerNext(feed.Answer());
        using var answer = await ann.SendAsync(CappedCall.Path, CappedCall.Body(streams: true));
        feed.Send(CappedCall.StreamStart(100));

        for (var minute = 1; minute <= 20; minute++)
        {
            ann.Clock.Advance(TimeSpan.FromMinutes(1));
            await RenewedAsync(ann.App);
            // Every piece of the answer says that it goes on.
            feed.Send(": ping\n");
            if (minute % 5 == 0)
            {
                await RollUpAsync(ann.App);
            }
            Assert.Equal((0, Bound), await ann.BudgetAsync());
        }
        feed.Send(CappedCall.StreamEnd(100));
        feed.End();
        _ = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Equal(Bound, await ann.SettledAsync());
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
        await using var ann = await BudgetedUser.StartAsync(parts, cents: 10, [TestApp.NoRollUp, TestApp.Behind(proxy)]);
        await using var other = await TestApp.StartAsync(parts, [TestApp.NoRollUp], beside: ann.App);
        var feed = new Feed();
        using var answer = await BeginAsync(ann.App, ann, feed);

        // Not a moment before its time, for a clock that is slow by two minutes.
        ann.Clock.Advance(Reservation.Lease + Reservation.Slack - TimeSpan.FromSeconds(1));
        await Task.WhenAll(RollUpAsync(other), RollUpAsync(ann.App));
        Assert.Equal((0, Bound), await ann.BudgetAsync());
        ann.Clock.Advance(TimeSpan.FromSeconds(1));
        await Task.WhenAll(RollUpAsync(other), RollUpAsync(ann.App), RollUpAsync(other));
        Assert.Equal((Bound, 0), await ann.BudgetAsync());
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
        Assert.Equal((cents, 0), await ann.BudgetAsync());
        Assert.Equal((string)estimate["id"]!, (string)(await ann.EventAsync())["id"]!);
        await LedgerCheck.BalancesAsync(ann.Api, await ann.App.RowsAsync("Usage"), "ann_202611");
    }

    // Later than any note of the month's changes is kept, and over the month's end.
    [Theory]
    [InlineData("2026-11-15T12:00:00Z")]
    [InlineData("2026-11-30T23:40:00Z")]
    public async Task A_long_call_whose_program_is_gone_is_found_by_the_roll_up_of_another(string begins)
    {
        await using var proxy = await StorageProxy.StartAsync(parts.Port);
        await using var ann = await GatewayUser.StartAsync(parts, [TestApp.NoRollUp, TestApp.Behind(proxy)]);
        await using var other = await TestApp.StartAsync(parts, [TestApp.NoRollUp], beside: ann.App);
        ann.Clock.SetUtcNow(DateTimeOffset.Parse(begins, System.Globalization.CultureInfo.InvariantCulture));
        await ann.SetBudgetAsync(10);
        var feed = new Feed();
        ann.Emulator.Knobs.AnswerNext(feed.Answer());
        using var answer = await ann.SendAsync(CappedCall.Path, CappedCall.Body(streams: true));
        feed.Send(CappedCall.StreamStart(100));
        await CappedCall.ReservedAsync(ann.App);
        for (var minute = 1; minute <= 16; minute++)
        {
            ann.Clock.Advance(TimeSpan.FromMinutes(1));
            await RenewedAsync(ann.App);
            feed.Send(": ping\n");
            await (minute % 5 == 0 ? RollUpAsync(other) : Task.CompletedTask);
        }

        proxy.Fault = _ => StorageFault.DropBefore;
        for (var minute = 5; minute <= 10; minute += 5)
        {
            ann.Clock.Advance(TimeSpan.FromMinutes(5));
            await RollUpAsync(other);
        }
        using var there = other.As("ann");
        Assert.Equal((Bound, 0), await CappedCall.BudgetAsync(there, "2026-11"));
        feed.End();
    }

    [Fact]
    public async Task The_first_roll_up_of_an_instance_charges_what_another_left_behind()
    {
        await using var proxy = await StorageProxy.StartAsync(parts.Port);
        await using var ann = await BudgetedUser.StartAsync(parts, cents: 1, [TestApp.NoRollUp, TestApp.Behind(proxy)]);
        var feed = new Feed();
        using var answer = await BeginAsync(ann.App, ann, feed);
        proxy.Fault = _ => StorageFault.DropBefore;
        ann.Clock.Advance(Reservation.Lease + Reservation.Slack);
        await using var other = await TestApp.StartAsync(parts, [TestApp.NoRollUp], beside: ann.App);
        await RollUpAsync(other);
        using var there = other.As("ann");
        Assert.Equal((Bound, 0), await CappedCall.BudgetAsync(there));
        feed.End();
    }

    [Fact]
    public async Task One_renewal_that_fails_is_made_good_by_the_next()
    {
        await using var proxy = await StorageProxy.StartAsync(parts.Port);
        await using var ann = await BudgetedUser.StartAsync(parts, cents: 1, [TestApp.NoRollUp, TestApp.Behind(proxy)]);
        var feed = new Feed();
        using var answer = await BeginAsync(ann.App, ann, feed);
        proxy.ClearCalls();
        proxy.Fault = call => IsRenewal(call) ? StorageFault.DropBefore : StorageFault.None;
        ann.Clock.Advance(Reservation.Renewal);
        // As often as one renewal is tried.
        await Eventually.HoldsAsync(() => Task.FromResult(proxy.Calls.Count(IsRenewal) == 4));
        await Task.Delay(200, TestContext.Current.CancellationToken);
        proxy.Fault = _ => StorageFault.None;
        Assert.Equal(TestApp.Noon + Reservation.Lease, await ExpiryAsync(ann.App));
        ann.Clock.Advance(Reservation.Renewal);
        await RenewedAsync(ann.App);
        feed.End();
    }

    [Fact]
    public async Task A_renewal_that_comes_just_before_the_expiry_saves_the_reservation()
    {
        await using var proxy = await StorageProxy.StartAsync(parts.Port);
        await using var app = await TestApp.StartAsync(parts, [TestApp.NoRollUp]);
        await using var other = await TestApp.StartAsync(
            parts,
            [TestApp.NoRollUp, TestApp.Behind(proxy)],
            beside: app
        );
        using var ann = await GatewayUser.WithKeysAsync(app);
        await ann.SetBudgetAsync(1);
        var feed = new Feed();
        using var answer = await BeginAsync(app, ann, feed);
        // As it stands after renewals that did not come.
        var row = (await app.RowsAsync("Usage")).Single(row => row.RowKey.StartsWith("reservation_", StringComparison.Ordinal));
        row["ExpiresAt"] = app.Clock.GetUtcNow() - Reservation.Slack;
        await app.Table("Usage").UpdateEntityAsync(row, row.ETag, Azure.Data.Tables.TableUpdateMode.Replace, TestContext.Current.CancellationToken);
        var held = 0;
        proxy.Hold = async call =>
        {
            if (call.IsTransaction && Interlocked.Increment(ref held) == 1)
            {
                app.Clock.Advance(Reservation.Renewal);
                await RenewedAsync(app);
            }
        };
        await RollUpAsync(other);
        Assert.NotEqual(0, held);
        Assert.Equal((0, Bound), await ann.BudgetAsync());
        feed.End();
    }

    [Fact]
    public async Task No_call_is_admitted_that_no_roll_up_would_find()
    {
        await using var proxy = await StorageProxy.StartAsync(parts.Port);
        await using var ann = await BudgetedUser.StartAsync(parts, cents: 1, [TestApp.NoRollUp, TestApp.Behind(proxy)]);
        ann.Clock.Advance(TimeSpan.FromHours(1));
        proxy.Fault = call =>
            call.Method != "GET" && call.Path.Contains("ChangedMonths", StringComparison.Ordinal) ? StorageFault.DropBefore : StorageFault.None;
        var call = await ann.App.WhileTimePassesAsync(CappedCall.MakeAsync(ann), faster: 10);
        Assert.Equal("storage_unavailable", call.Code);
        Assert.Empty(ann.Emulator.Calls);
        Assert.DoesNotContain(await ann.App.RowsAsync("Usage"), row => row.RowKey.StartsWith("reservation_", StringComparison.Ordinal));
    }

    private static async Task<HttpResponseMessage> BeginAsync(TestApp app, GatewayUser user, Feed feed)
    {
        app.Emulator.Knobs.AnswerNext(feed.Answer());
        var answer = await user.SendAsync(CappedCall.Path, CappedCall.Body(streams: true));
        await CappedCall.ReservedAsync(app);
        return answer;
    }

    private static bool IsRenewal(StorageCall call) => call.Method != "GET" && call.Path.Contains("RowKey='reservation_", StringComparison.Ordinal);

    private static Task RenewedAsync(TestApp app) =>
        Eventually.HoldsAsync(async () => await ExpiryAsync(app) == app.Clock.GetUtcNow() + Reservation.Lease);

    private static async Task<DateTimeOffset?> ExpiryAsync(TestApp app) =>
        (await app.RowsAsync("Usage")).Single(row => row.RowKey.StartsWith("reservation_", StringComparison.Ordinal)).GetDateTimeOffset("ExpiresAt");

    private static Task RollUpAsync(TestApp app) => app.Service<MonthUpkeep>().RunAsync(TestContext.Current.CancellationToken);
}
