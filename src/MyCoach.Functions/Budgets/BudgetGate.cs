using MyCoach.Bounds;
using MyCoach.Ledger;
using MyCoach.Settings;
using MyCoach.Users;

namespace MyCoach.Budgets;

/// <summary>Lets a call pass whose cost its user's budget covers, and holds the reservation of each for as long as it is under way.</summary>
internal sealed partial class BudgetGate(
    MonthQueue months,
    ActiveSettings settings,
    UsageSettler settler,
    OpenSettlements open,
    MonthTable table,
    IHostApplicationLifetime lifetime,
    TimeProvider clock,
    ILogger<BudgetGate> logger
)
{
    // Together more than a request to the storage can be under way.
    private static readonly TimeSpan[] Pauses = [.. new[] { 1, 5, 15, 60, 60, 60, 60 }.Select(seconds => TimeSpan.FromSeconds(seconds))];

    /// <summary>Null where the user has no budget.</summary>
    public async Task<UserSettings?> FindBudgetAsync(UserId user, CancellationToken cancellation) =>
        await settings.GetAsync(user, cancellation) is { MonthlyBudgetCents: not null } budgeted ? budgeted : null;

    /// <summary>
    /// Reserves the bound of a call in the month in which it begins. It is not given up when its caller leaves: then nobody would know whether it was done.
    /// </summary>
    /// <param name="call">What is known of the call before it is made.</param>
    /// <param name="known">The settings that <see cref="FindBudgetAsync"/> gave.</param>
    public async Task<(HeldReservation? Held, BudgetRefusal? Refusal)> ReserveAsync(UserId user, UsageEvent call, CostBound bound, UserSettings known)
    {
        // What has just ended may still be on its way to the ledger, with room to give back: only then is a refusal meant.
        var mayHaveRoom = open.HasAny(user);
        var reserving = await RunAsync(isMeant: !mayHaveRoom);
        if (reserving.Refusal is not null && mayHaveRoom)
        {
            await open.CaughtUpAsync(user, CancellationToken.None);
            reserving = await RunAsync(isMeant: true);
        }
        var held = reserving.Reserved is { } reserved ? new HeldReservation(user, reserved, table, clock) : null;
        return (held, reserving.Refusal);

        async Task<ReserveCall> RunAsync(bool isMeant)
        {
            var reserving = new ReserveCall(user, call, bound, known.Budget, isMeant);
            try
            {
                await months.RunAsync([reserving], CancellationToken.None);
                return reserving;
            }
            catch (Exception fault) when (fault is not AccountErasingException)
            {
                // The call is not made, but what was asked of the storage may have been done.
                open.AddForStop(ReleaseLostAsync(user, call));
                throw;
            }
        }
    }

    private async Task ReleaseLostAsync(UserId user, UsageEvent call)
    {
        // It can land later than the attempt was given up, too. Where the program stops, a last look must do.
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
            await Task.Delay(pause, clock, lifetime.ApplicationStopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        await TryReleaseAsync(user, call);
    }

    private async Task<bool> TryReleaseAsync(UserId user, UsageEvent call)
    {
        try
        {
            if (await table.FindReservationAsync(user, call.Month, call.CallerId, CancellationToken.None) is not { } stored)
            {
                return false;
            }
            await settler.SettleAsync(user, new EndedCall(Event: null, stored));
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
        [LoggerMessage(LogLevel.Warning, "What may be reserved for call {Id}, which was not made, is not given back yet: {Reason}")]
        public static partial void NotReleased(ILogger logger, string id, string reason);
    }
}
