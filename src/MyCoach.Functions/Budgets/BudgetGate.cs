using MyCoach.Auth;
using MyCoach.Bounds;
using MyCoach.Ledger;
using MyCoach.Settings;
using MyCoach.Users;

namespace MyCoach.Budgets;

/// <summary>
/// Admits calls whose maximum cost the budgets of the user and the token cover, and keeps their reservations alive while
/// they run.
/// </summary>
internal sealed partial class BudgetGate(
    MonthQueue months,
    SettingsCache settings,
    UsageSettler settler,
    PendingSettlements open,
    MonthTable table,
    IHostApplicationLifetime lifetime,
    TimeProvider clock,
    ILogger<BudgetGate> logger
)
{
    // Together longer than a storage request can be in flight.
    private static readonly TimeSpan[] Pauses =
    [
        .. new[] { 1, 5, 15, 60, 60, 60, 60 }.Select(seconds => TimeSpan.FromSeconds(seconds)),
    ];

    // How long a call waits, in milliseconds, if only what other calls hold is in its way. They may settle meanwhile, here
    // or on another instance.
    private static readonly int[] Waits = [25, 50, 75, 100];

    /// <summary>The user's settings; null if no budget limits the call.</summary>
    /// <param name="token">The token of the call; null if it has none.</param>
    public async Task<UserSettings?> FindBudgetAsync(UserId user, UserToken? token, CancellationToken cancellation)
    {
        var own = await settings.GetAsync(user, cancellation);
        return own.MonthlyBudgetCents is null && token?.MonthlyBudgetCents is null ? null : own;
    }

    /// <summary>
    /// Reserves a call in the month in which it begins. Does not stop when the caller disconnects, because an aborted
    /// write may have succeeded.
    /// </summary>
    /// <param name="call">The call's event before its usage is known.</param>
    public async Task<(HeldReservation? Held, BudgetRefusal? Refusal)> ReserveAsync(
        UserId user,
        UsageEvent call,
        CallCost cost,
        CallBudgets budgets
    )
    {
        var reserveCall = await RunAsync(mayWait: true);
        for (var wait = 0; reserveCall.Waits; wait++)
        {
            // The settlements of this process are known and often quicker.
            var isOpen = wait == 0 && open.HasAny(user);
            await (isOpen ? open.WaitForUserAsync(user, CancellationToken.None) : Task.Delay(Waits[wait]));
            reserveCall = await RunAsync(mayWait: wait < Waits.Length - 1);
        }
        var held = reserveCall.Reserved is { } reserved
            ? new HeldReservation(user, reserved, table, clock, logger)
            : null;
        return (held, reserveCall.Refusal);

        async Task<ReserveCall> RunAsync(bool mayWait)
        {
            var change = new ReserveCall(user, call, cost, budgets, mayWait);
            try
            {
                await months.RunAsync([change], CancellationToken.None);
                return change;
            }
            catch (Exception fault) when (fault is not AccountErasingException)
            {
                // The call will not be sent, but storage may have written the reservation, so release it.
                open.AddShutdownWork(ReleaseLostAsync(user, call));
                throw;
            }
        }
    }

    private async Task ReleaseLostAsync(UserId user, UsageEvent call)
    {
        // The write can land after its request failed, so keep looking. When the program stops, look once more and give
        // up.
        foreach (var pause in Pauses)
        {
            if (lifetime.ApplicationStopping.IsCancellationRequested)
            {
                break;
            }
            if (await TryReleaseAsync(user, call))
            {
                return;
            }
            await Task.Delay(pause, clock, lifetime.ApplicationStopping)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        await TryReleaseAsync(user, call);
    }

    private async Task<bool> TryReleaseAsync(UserId user, UsageEvent call)
    {
        try
        {
            if (
                await table.FindReservationAsync(user, call.Month, call.CallerId, CancellationToken.None)
                is not { } stored
            )
            {
                return false;
            }
            await settler.Settle(user, new UnsettledCall(Event: null, stored)).Settled;
            return true;
        }
        catch (Exception fault)
        {
            Log.NotReleased(logger, call.Id, fault.GetType().Name);
            return false;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(
            LogLevel.Warning,
            "Could not yet release the reservation of call {Id}, which was never sent: {Reason}"
        )]
        public static partial void NotReleased(ILogger logger, string id, string reason);
    }
}
