using MyCoach.Ledger;
using MyCoach.Users;

namespace MyCoach.Budgets;

/// <summary>A reservation that is renewed for as long as it is held here.</summary>
internal sealed class HeldReservation : IDisposable
{
    private readonly UserId user;
    private readonly MonthTable table;
    private readonly TimeProvider clock;
    private readonly ITimer timer;

    public HeldReservation(UserId user, Reservation reservation, MonthTable table, TimeProvider clock)
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
