using MyCoach.Auth;
using MyCoach.Months;
using MyCoach.Settings;
using MyCoach.Storage;
using MyCoach.Usage;

namespace MyCoach.Budgets;

/// <summary>Lets a call pass whose cost its user's budget covers, and holds the reservation of each for as long as it is under way.</summary>
internal sealed class BudgetGate(
    MonthQueue months,
    ActiveSettings settings,
    UsageSettler settler,
    OpenSettlements open,
    UsageTable table,
    TimeProvider clock
)
{
    /// <summary>Null where the user has no budget.</summary>
    public async Task<UserSettings?> FindBudgetAsync(UserId user, CancellationToken cancellation) =>
        await settings.GetAsync(user, cancellation) is { MonthlyBudgetCents: not null } budgeted ? budgeted : null;

    /// <summary>
    /// Reserves the bound of a call in the month in which it begins. It is not given up when its caller leaves: then nobody would know whether it was done.
    /// </summary>
    /// <param name="call">What is known of the call before it is made.</param>
    public async Task<(HeldReservation? Held, BudgetRefusal? Refusal)> ReserveAsync(UserId user, UsageEvent call, CallBound bound)
    {
        var reserving = await RunAsync();
        if (reserving.Refusal is not null && open.HasAny(user))
        {
            // What has just ended may still be on its way to the ledger, with room to give back.
            await open.CaughtUpAsync(user, CancellationToken.None);
            reserving = await RunAsync();
        }
        var held = reserving.Reserved is { } reserved ? new HeldReservation(user, reserved, table, clock) : null;
        return (held, reserving.Refusal);

        async Task<Reserving> RunAsync()
        {
            var reserving = new Reserving(user, call, bound);
            try
            {
                await months.RunAsync([reserving], CancellationToken.None);
                return reserving;
            }
            catch (Exception fault) when (StorageFaults.IsUnavailable(fault))
            {
                // The call is not made, but what was asked of the storage may have been done.
                _ = ReleaseLostAsync(user, call);
                throw;
            }
        }
    }

    private async Task ReleaseLostAsync(UserId user, UsageEvent call)
    {
        for (var tries = 0; tries < Reservation.Lease / Reservation.Renewal; tries++)
        {
            try
            {
                if (await table.FindReservationAsync(user, call.Month, call.CallerId, CancellationToken.None) is { } stored)
                {
                    await settler.SettleAsync(user, new EndedCall(Event: null, stored));
                }
                return;
            }
            catch (Exception fault) when (StorageFaults.IsUnavailable(fault))
            {
                await Task.Delay(Reservation.Renewal, clock, CancellationToken.None);
            }
        }
    }
}

/// <summary>A reservation that is renewed for as long as it is held here.</summary>
internal sealed class HeldReservation : IDisposable
{
    private readonly UserId user;
    private readonly UsageTable table;
    private readonly TimeProvider clock;
    private readonly ITimer timer;

    public HeldReservation(UserId user, Reservation reservation, UsageTable table, TimeProvider clock)
    {
        (this.user, Reservation, this.table, this.clock) = (user, reservation, table, clock);
        timer = clock.CreateTimer(_ => _ = RenewAsync(), null, Reservation.Renewal, Reservation.Renewal);
    }

    public Reservation Reservation { get; }

    public void Dispose() => timer.Dispose();

    private async Task RenewAsync()
    {
        try
        {
            if (!await table.RenewAsync(user, Reservation, clock.GetUtcNow(), CancellationToken.None))
            {
                timer.Dispose();
            }
        }
        catch (Exception)
        {
            // The next renewal may do better. Until none has for five minutes nothing is lost, and even then what the call used is charged in the end.
        }
    }
}
