using MyCoach.Dev;
using MyCoach.Ledger;
using MyCoach.Tests.Support;
using static MyCoach.Tests.Budgets.ReservationSteps;

namespace MyCoach.Tests.Budgets;

/// <summary>A reservation lasts for as long as its call.</summary>
public sealed class ReservationLeaseTests(LocalParts parts)
{
    [Fact]
    public async Task An_open_call_keeps_its_reservation_until_it_ends()
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
            // Every piece of the answer keeps the call alive.
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

    [Fact]
    public async Task The_next_renewal_makes_up_for_a_failed_one()
    {
        await using var proxy = await StorageProxy.StartAsync(parts.Port);
        await using var ann = await BudgetedUser.StartAsync(parts, cents: 1, [TestApp.NoRollUp, TestApp.Behind(proxy)]);
        var feed = new Feed();
        using var answer = await BeginAsync(ann.App, ann, feed);
        proxy.ClearCalls();
        proxy.Fault = call => IsRenewal(call) ? StorageFault.DropBefore : StorageFault.None;
        ann.Clock.Advance(Reservation.Renewal);
        // As often as one renewal is tried.
        await Eventually.HoldsAsync(() => proxy.Calls.Count(IsRenewal) == 4);
        await Eventually.StaysAsync(async () => await ExpiryAsync(ann.App) == TestApp.Noon + Reservation.Lease);
        proxy.Fault = _ => StorageFault.None;
        ann.Clock.Advance(Reservation.Renewal);
        await RenewedAsync(ann.App);
        feed.End();
    }

    [Fact]
    public async Task A_renewal_just_before_the_expiry_keeps_the_reservation()
    {
        await using var proxy = await StorageProxy.StartAsync(parts.Port);
        await using var app = await TestApp.StartAsync(parts, [TestApp.NoRollUp]);
        await using var other = await TestApp.StartAsync(parts, [TestApp.NoRollUp, TestApp.Behind(proxy)], beside: app);
        using var ann = await GatewayUser.WithKeysAsync(app);
        await ann.SetBudgetAsync(1);
        var feed = new Feed();
        using var answer = await BeginAsync(app, ann, feed);
        // As after missed renewals.
        var row = (await app.RowsAsync("Usage")).Single(row =>
            row.RowKey.StartsWith("reservation_", StringComparison.Ordinal)
        );
        row["ExpiresAt"] = app.Clock.GetUtcNow() - Reservation.ClockSkew;
        await app.Table("Usage")
            .UpdateEntityAsync(
                row,
                row.ETag,
                Azure.Data.Tables.TableUpdateMode.Replace,
                TestContext.Current.CancellationToken
            );
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
    public async Task No_call_is_admitted_without_a_note_for_the_roll_up()
    {
        await using var proxy = await StorageProxy.StartAsync(parts.Port);
        await using var ann = await BudgetedUser.StartAsync(parts, cents: 1, [TestApp.NoRollUp, TestApp.Behind(proxy)]);
        ann.Clock.Advance(TimeSpan.FromHours(1));
        proxy.Fault = call =>
            call.Method != "GET" && call.Path.Contains("ChangedMonths", StringComparison.Ordinal)
                ? StorageFault.DropBefore
                : StorageFault.None;
        var call = await ann.App.WhileTimePassesAsync(CappedCall.MakeAsync(ann), faster: 10);
        Assert.Equal("storage_unavailable", call.Code);
        Assert.Empty(ann.Emulator.Calls);
        Assert.DoesNotContain(
            await ann.App.RowsAsync("Usage"),
            row => row.RowKey.StartsWith("reservation_", StringComparison.Ordinal)
        );
    }
}
