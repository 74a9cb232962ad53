using MyCoach.Dev;
using MyCoach.Ledger;
using MyCoach.Tests.Support;
using static MyCoach.Tests.Budgets.ReservationSteps;

namespace MyCoach.Tests.Budgets;

/// <summary>A reservation whose call is gone expires and is charged, once.</summary>
public sealed class ReservationExpiryTests(LocalParts parts)
{
    [Theory]
    [InlineData(40)]
    [InlineData(100)]
    [InlineData(-1)]
    public async Task Expired_reservation_is_charged_in_full_until_a_late_settlement(int percent)
    {
        // The instance that makes the call cannot renew its reservation.
        await using var proxy = await StorageProxy.StartAsync(parts.Port);
        proxy.Fault = call =>
            call.Method != "GET" && call.Path.Contains("RowKey='reservation_", StringComparison.Ordinal)
                ? StorageFault.DropBefore
                : StorageFault.None;
        await using var ann = await BudgetedUser.StartAsync(
            parts,
            cents: 10,
            [TestApp.NoRollUp, TestApp.Behind(proxy)]
        );
        await using var other = await TestApp.StartAsync(parts, [TestApp.NoRollUp], beside: ann.App);
        var feed = new Feed();
        using var answer = await BeginAsync(ann.App, ann, feed);

        // Not a moment before its time, for a clock that is slow by two minutes.
        ann.Clock.Advance(Reservation.Lease + Reservation.ClockSkew - TimeSpan.FromSeconds(1));
        await Task.WhenAll(RollUpAsync(other), RollUpAsync(ann.App));
        Assert.Equal((0, Bound), await ann.BudgetAsync());
        ann.Clock.Advance(TimeSpan.FromSeconds(1));
        await Task.WhenAll(RollUpAsync(other), RollUpAsync(ann.App), RollUpAsync(other));
        Assert.Equal((Bound, 0), await ann.BudgetAsync());
        var estimate = await ann.EventAsync();
        Assert.Equal(
            (true, Bound, 4_000, 1_000),
            (
                (bool)estimate["estimated"]!,
                CappedCall.Cents(estimate),
                (int)estimate["inputTokens"]!,
                (int)estimate["outputTokens"]!
            )
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
            CappedCall.Cents(await ann.EventAsync()) == cents
            && (await ann.EventAsync())["estimated"]!.GetValue<bool>() == false
        );
        Assert.Equal((cents, 0), await ann.BudgetAsync());
        Assert.Equal((string)estimate["id"]!, (string)(await ann.EventAsync())["id"]!);
        await LedgerCheck.BalancesAsync(ann.Api, await ann.App.RowsAsync("Usage"), "ann_202611");
    }

    // Later than any note of the month's changes is kept, and over the month's end.
    [Theory]
    [InlineData("2026-11-15T12:00:00Z")]
    [InlineData("2026-11-30T23:40:00Z")]
    public async Task A_lost_long_call_is_charged_by_another_instances_roll_up(string begins)
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
    public async Task The_first_roll_up_charges_reservations_of_lost_instances()
    {
        await using var proxy = await StorageProxy.StartAsync(parts.Port);
        await using var ann = await BudgetedUser.StartAsync(parts, cents: 1, [TestApp.NoRollUp, TestApp.Behind(proxy)]);
        var feed = new Feed();
        using var answer = await BeginAsync(ann.App, ann, feed);
        proxy.Fault = _ => StorageFault.DropBefore;
        ann.Clock.Advance(Reservation.Lease + Reservation.ClockSkew);
        await using var other = await TestApp.StartAsync(parts, [TestApp.NoRollUp], beside: ann.App);
        await RollUpAsync(other);
        using var there = other.As("ann");
        Assert.Equal((Bound, 0), await CappedCall.BudgetAsync(there));
        feed.End();
    }
}
