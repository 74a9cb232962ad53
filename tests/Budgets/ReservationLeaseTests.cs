using MyCoach.Budgets;
using MyCoach.Dev;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Budgets;

/// <summary>A reservation lasts for as long as its call; where that is gone, it ends by itself and is charged, once.</summary>
public sealed class ReservationLeaseTests(LocalParts parts)
{
    private const decimal Bound = 1;

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
        await CappedCall.ReservedAsync(app);

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

    private static Task RenewedAsync(TestApp app) =>
        Eventually.HoldsAsync(async () =>
            (await app.RowsAsync("Usage"))
                .Single(row => row.RowKey.StartsWith("reservation_", StringComparison.Ordinal))
                .GetDateTimeOffset("ExpiresAt")
            == app.Clock.GetUtcNow() + Reservation.Lease
        );

    private static Task RollUpAsync(TestApp app) => app.Service<BudgetRollup>().RunAsync(TestContext.Current.CancellationToken);
}
