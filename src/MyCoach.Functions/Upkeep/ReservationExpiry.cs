using MyCoach.Ledger;
using MyCoach.Storage;
using MyCoach.Users;

namespace MyCoach.Upkeep;

/// <summary>Charges the reservations of a user-month that their calls stopped renewing.</summary>
internal sealed class ReservationExpiry(MonthTable table, MonthQueue months, UpkeepMetrics metrics, TimeProvider clock)
{
    /// <summary>Charges expired reservations in full. True if others are still open.</summary>
    public async Task<bool> RunAsync(UserId user, Month month, CancellationToken cancellation)
    {
        var hasOpen = false;
        var reservations = table.ListReservationsAsync(user, month, cancellation);
        await foreach (var group in reservations.GroupedAsync(_ => month.Compact, cancellation))
        {
            var expired = group.Where(reservation => reservation.HasExpired(clock.GetUtcNow())).ToArray();
            await months.RunAsync(
                [.. expired.Select(reservation => new ExpireReservation(user, reservation))],
                cancellation
            );
            metrics.Expired(expired.Length);
            hasOpen |= expired.Length < group.Count;
        }
        return hasOpen;
    }
}
