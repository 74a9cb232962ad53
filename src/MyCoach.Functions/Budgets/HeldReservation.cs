using MyCoach.Ledger;
using MyCoach.Users;

namespace MyCoach.Budgets;

/// <summary>
/// A reservation that this process renews. Held → ending → ended, or held → abandoned: an ending reservation is renewed
/// until it is settled; an abandoned one expires, and is then charged in full.
/// </summary>
internal sealed partial class HeldReservation : IDisposable
{
    private readonly UserId user;
    private readonly MonthTable table;
    private readonly TimeProvider clock;
    private readonly ILogger logger;
    private readonly ITimer timer;
    private State state;

    public HeldReservation(UserId user, Reservation reservation, MonthTable table, TimeProvider clock, ILogger logger)
    {
        (this.user, Reservation, this.table, this.clock, this.logger) = (user, reservation, table, clock, logger);
        timer = clock.CreateTimer(_ => _ = RenewAsync(), null, Reservation.Renewal, Reservation.Renewal);
    }

    private enum State
    {
        Held,
        Ending,
        Ended,
        Abandoned,
    }

    public Reservation Reservation { get; }

    /// <summary>Renews the reservation until the settlement is recorded, or cannot be.</summary>
    public void EndWith(Task settlement)
    {
        if (Interlocked.CompareExchange(ref state, State.Ending, State.Held) == State.Held)
        {
            _ = settlement.ContinueWith(_ => Stop(State.Ended), TaskScheduler.Default);
        }
    }

    /// <summary>Abandons the reservation unless it is ending or has ended.</summary>
    public void Dispose()
    {
        if (Interlocked.CompareExchange(ref state, State.Abandoned, State.Held) == State.Held)
        {
            timer.Dispose();
        }
    }

    private void Stop(State now)
    {
        state = now;
        timer.Dispose();
    }

    private async Task RenewAsync()
    {
        try
        {
            if (!await table.RenewAsync(user, Reservation, clock.GetUtcNow(), CancellationToken.None))
            {
                timer.Dispose();
            }
        }
        catch (Exception fault)
        {
            // The next renewal can succeed. Without one for five minutes the reservation expires, and is charged in
            // full until the call settles.
            Log.NotRenewed(logger, Reservation.HeldEvent.Id, fault.GetType().Name);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Could not renew the reservation of call {Id}: {Reason}")]
        public static partial void NotRenewed(ILogger logger, string id, string reason);
    }
}
