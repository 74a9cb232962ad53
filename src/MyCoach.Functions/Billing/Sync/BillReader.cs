using MyCoach.Crypto;
using MyCoach.Ledger;
using MyCoach.ProviderKeys;
using MyCoach.Providers;
using MyCoach.Storage;
using MyCoach.Users;

namespace MyCoach.Billing;

/// <summary>
/// Reads the bills of one user's organisation, some days at a time, and stores each part before the next. It can be
/// killed at any point: days are stored whole, and what is missing is read again.
/// </summary>
internal sealed partial class BillReader(
    IEnumerable<IProviderBills> providers,
    BillsTable bills,
    KeyMatch match,
    ProviderKeyCipher cipher,
    SpendCount spend,
    PriceEvidence evidence,
    TimeProvider clock,
    ILogger<BillReader> logger
)
{
    /// <summary>How many of the latest days are read each time, because providers still change them.</summary>
    public const int RereadDays = 10;

    // The days of a month on which the whole month before is read again: by then it was invoiced.
    private static readonly int[] MonthRereads = [1, 5, 10];

    /// <summary>
    /// Reads what is due. Returns false if the time ended before it was complete. A fault of the provider is stored with
    /// the account.
    /// </summary>
    /// <param name="isOver">Whether no further part may begin.</param>
    public async Task<bool> ReadAsync(UserId user, ProviderKey key, Func<bool> isOver, CancellationToken cancellation)
    {
        var provider = providers.Single(provider => provider.Provider == key.Provider);
        try
        {
            var caller = (await cipher.DecryptAsync(user, key, cancellation), key.Account.Organization);
            await MatchAsync(user, provider, caller, cancellation);
            var due = await ListDueAsync(user, key.Provider, cancellation);
            foreach (var part in due)
            {
                if (isOver())
                {
                    return false;
                }
                await ReadAsync(user, provider, caller, part, cancellation);
                await spend.UpdateAsync(user, key.Provider, part, cancellation);
            }
            var read = new Period(due[0].First, due[^1].Last);
            await evidence.NoteAsync(user, key.Provider, read, cancellation);
        }
        catch (Exception fault)
            when (fault is BillingFaultException or TamperedException or EncryptionUnavailableException)
        {
            Log.NotRead(logger, key.Provider.Id, fault.Message);
            await bills.UpdateAsync(
                user,
                key.Provider,
                account => account with { LastError = fault.Message },
                cancellation
            );
        }
        return true;
    }

    private async Task MatchAsync(
        UserId user,
        IProviderBills provider,
        (string AdminKey, string? Organization) caller,
        CancellationToken cancellation
    )
    {
        for (var race = new ConflictRetry(); ; await race.BackOffAsync(cancellation))
        {
            var account = await bills.GetAccountAsync(user, provider.Provider, cancellation);
            if (Organisation.AreDifferent(account.OrganizationId, caller.Organization))
            {
                // A key of another organisation has replaced this one meanwhile.
                return;
            }
            var matched = await match.FindAsync(user, provider, caller.AdminKey, account, cancellation);
            if (await bills.TryWriteAsync(user, matched, cancellation) is not null)
            {
                return;
            }
        }
    }

    private async Task ReadAsync(
        UserId user,
        IProviderBills provider,
        (string AdminKey, string? Organization) caller,
        Period part,
        CancellationToken cancellation
    )
    {
        // The data are at least as new as this.
        var at = clock.GetUtcNow();
        var read = await provider.ReadAsync(caller.AdminKey, part, cancellation);
        var keys = (await bills.GetAccountAsync(user, provider.Provider, cancellation))
            .Links.Select(link => link.ProviderKeyId)
            .ToHashSet();
        var fitting = read.ToDictionary(
            day => day.Key,
            day => BillDay.CanHold(day.Value) ? day.Value : day.Value.Condense(keys)
        );
        var of = (BillSource.Api, caller.Organization);
        await bills.WriteAsync(user, provider.Provider, of, fitting, at, cancellation);
        await bills.UpdateAsync(
            user,
            provider.Provider,
            // The organisation that is there now has other days to read.
            account =>
                Organisation.AreDifferent(account.OrganizationId, caller.Organization)
                    ? account
                    : account with
                    {
                        ReadThrough = account.ReadThrough > part.Last ? account.ReadThrough : part.Last,
                        LastReadAt = at,
                        LastError = null,
                    },
            cancellation
        );
    }

    // The days to read, in parts, oldest first.
    private async Task<IReadOnlyList<Period>> ListDueAsync(
        UserId user,
        Provider provider,
        CancellationToken cancellation
    )
    {
        var account = await bills.GetAccountAsync(user, provider, cancellation);
        var today = DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);
        var monthBefore = new DateOnly(today.Year, today.Month, 1).AddMonths(-1);
        var first =
            account.ReadThrough is not { } read || MonthRereads.Contains(today.Day)
                ? monthBefore
                : Min(read.AddDays(1), today.AddDays(1 - RereadDays));
        // What was never read, because nothing ran for long, is older than that.
        first = Min(first, account.ReadThrough?.AddDays(1) ?? first);
        return [.. Parts(first, today)];
    }

    private static IEnumerable<Period> Parts(DateOnly first, DateOnly last)
    {
        for (var start = first; start <= last; start = start.AddDays(RereadDays))
        {
            yield return new Period(start, Min(start.AddDays(RereadDays - 1), last));
        }
    }

    private static DateOnly Min(DateOnly one, DateOnly other) => one < other ? one : other;

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Could not read the bills of an organisation at {Provider}: {Reason}")]
        public static partial void NotRead(ILogger logger, string provider, string reason);
    }
}
