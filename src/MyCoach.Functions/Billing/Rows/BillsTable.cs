using System.Globalization;
using MyCoach.Ledger;
using MyCoach.Providers;
using MyCoach.Storage;
using MyCoach.Users;

namespace MyCoach.Billing;

/// <summary>
/// What providers billed: in the user's partition what is known of each organisation, and in a partition for each month a
/// row for each day, and the totals of invoices.
/// </summary>
internal sealed partial class BillsTable(UserTables tables)
{
    private readonly UserTable table = tables.Bills;

    public async Task<BillingAccount> GetAccountAsync(UserId user, Provider provider, CancellationToken cancellation) =>
        await table.FindAsync(user.Key, BillingAccount.RowKeyOf(provider), cancellation) is { } row
            ? BillingAccount.Read(row)
            : BillingAccount.New(provider);

    /// <summary>Null if the row has changed since it was read.</summary>
    public async Task<BillingAccount?> TryWriteAsync(
        UserId user,
        BillingAccount account,
        CancellationToken cancellation
    ) =>
        await table.TryWriteAsync(user, account.Write(user.Key), account.ETag, cancellation) is { } etag
            ? account with
            {
                ETag = etag,
            }
            : null;

    /// <summary>Changes what is stored, also if another writer changes it meanwhile.</summary>
    public async Task<BillingAccount> UpdateAsync(
        UserId user,
        Provider provider,
        Func<BillingAccount, BillingAccount> change,
        CancellationToken cancellation
    )
    {
        for (var race = new ConflictRetry(); ; await race.BackOffAsync(cancellation))
        {
            var account = await GetAccountAsync(user, provider, cancellation);
            if (await TryWriteAsync(user, change(account), cancellation) is { } written)
            {
                return written;
            }
        }
    }

    /// <summary>The stored days of a period, of one provider or of all, oldest first.</summary>
    public IAsyncEnumerable<BillDay> ListAsync(
        UserId user,
        Period days,
        Provider? provider,
        CancellationToken cancellation
    ) =>
        days.ByMonth()
            .Reverse()
            .ToAsyncEnumerable()
            .SelectMany(part =>
                table.QueryAsync(MonthRows.FilterOf(user.MonthPartition(part.Month), RowsOf(part)), cancellation)
            )
            .Select(BillDay.Read)
            .Where(day => provider is null || day.Provider == provider);

    /// <summary>
    /// Stores what was read of some days, each month in transactions: all days of one or none. A day that was read later
    /// than this stays, and so does one that was over when it was read of another organisation. Returns how many days are
    /// new or differ from what was stored.
    /// </summary>
    /// <param name="of">Where the lines come from, and the id of the organisation, if it is known.</param>
    /// <exception cref="BillingFaultException">A day has too many lines.</exception>
    public async Task<int> WriteAsync(
        UserId user,
        Provider provider,
        (BillSource Source, string? Organization) of,
        IReadOnlyDictionary<DateOnly, BillLines> read,
        DateTimeOffset at,
        CancellationToken cancellation
    )
    {
        // A part of the days may be stored before a conflict.
        var different = new HashSet<DateOnly>();
        foreach (var part in new Period(read.Keys.Min(), read.Keys.Max()).ByMonth())
        {
            for (var race = new ConflictRetry(); ; await race.BackOffAsync(cancellation))
            {
                var stored = await ListAsync(user, part, provider, cancellation)
                    .Where(day => day.Source == of.Source)
                    .ToDictionaryAsync(day => day.Day, cancellationToken: cancellation);
                var changed = part
                    .Days.Where(read.ContainsKey)
                    .Select(day =>
                        stored.TryGetValue(day, out var old)
                            ? old.Read(read[day], of.Organization, at)
                            : new BillDay(provider, day, of.Source, read[day], Revision: 1, at, at)
                            {
                                Organization = of.Organization,
                            }
                    )
                    .OfType<BillDay>()
                    .ToArray();
                different.UnionWith(
                    changed
                        .Where(day => stored.GetValueOrDefault(day.Day)?.Revision != day.Revision)
                        .Select(day => day.Day)
                );
                if (await TryWriteAsync(user, part.Month, changed, cancellation))
                {
                    break;
                }
            }
        }
        return different.Count;
    }

    // Rows are large, so a transaction may hold only a few.
    private async Task<bool> TryWriteAsync(
        UserId user,
        Month month,
        IEnumerable<BillDay> days,
        CancellationToken cancellation
    )
    {
        var partition = user.MonthPartition(month);
        var transaction = new EntityGroupTransaction(partition);
        foreach (var day in days)
        {
            var row = day.Write(partition);
            if (!transaction.HasRoomFor(row))
            {
                if (await table.SubmitAsync(user, transaction, cancellation) != TransactionOutcome.Committed)
                {
                    return false;
                }
                transaction = new EntityGroupTransaction(partition);
            }
            transaction.Write(row, day.ETag);
        }
        return transaction.Actions.Count == 0
            || await table.SubmitAsync(user, transaction, cancellation) == TransactionOutcome.Committed;
    }

    private static (string From, string Before) RowsOf(Period part) =>
        (
            string.Create(CultureInfo.InvariantCulture, $"bill_{part.First:yyyyMMdd}_"),
            string.Create(CultureInfo.InvariantCulture, $"bill_{part.Last:yyyyMMdd}`")
        );
}
