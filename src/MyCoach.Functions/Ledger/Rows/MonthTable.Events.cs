using Azure.Data.Tables;
using MyCoach.Storage;
using MyCoach.Users;

namespace MyCoach.Ledger;

/// <summary>Finds the events of a user-month, and reads and writes the marks that make each id unique.</summary>
internal sealed partial class MonthTable
{
    public async Task<UsageEvent?> FindEventAsync(
        UserId user,
        Month month,
        string callerId,
        CancellationToken cancellation
    ) =>
        await FindUnmarkedAsync(user, month, callerId, cancellation) is { } row ? EventRow.Read(row)
        : await FindMarkRowAsync(user, month, callerId, cancellation) is { EventKey: not null } mark
            ? await GetEventAsync(user, month, mark, cancellation)
        : null;

    /// <summary>Where the event of this id is and which commit wrote it.</summary>
    public async Task<EventMark?> FindMarkAsync(
        UserId user,
        Month month,
        string callerId,
        CancellationToken cancellation
    ) =>
        await FindUnmarkedAsync(user, month, callerId, cancellation) is { } row
            ? new EventMark(row.RowKey, row.GetString(MonthRows.CommitId), row.ETag)
            : await FindMarkRowAsync(user, month, callerId, cancellation);

    /// <summary>The id of the commit that wrote a mark or a reservation; null if the row does not exist.</summary>
    public async Task<string?> FindCommitAsync(
        UserId user,
        Month month,
        string rowKey,
        CancellationToken cancellation
    ) => (await table.FindAsync(user.MonthPartition(month), rowKey, cancellation))?.GetString(MonthRows.CommitId);

    public async Task<UsageEvent> GetEventAsync(
        UserId user,
        Month month,
        EventMark mark,
        CancellationToken cancellation
    ) =>
        await table.FindAsync(user.MonthPartition(month), mark.EventKey!, cancellation) is { } row
            ? EventRow.Read(row)
            : throw new InvalidOperationException("A mark has no event.");

    /// <summary>
    /// Blocks an id in a month because its event is about to be recorded in the next one. Returns null if the id is now
    /// blocked, else the mark that already exists.
    /// </summary>
    public async Task<EventMark?> ForwardOrFindMarkAsync(
        UserId user,
        Month month,
        string callerId,
        CancellationToken cancellation
    ) =>
        await table.TryWriteAsync(
            user,
            MonthRows.WriteForwardingMark(user.MonthPartition(month), callerId),
            read: null,
            cancellation
        )
            is null
            ? await FindMarkAsync(user, month, callerId, cancellation)
            : null;

    /// <summary>
    /// Deletes a mark that blocks an id in a month, after its event was never recorded in the next month.
    /// </summary>
    public Task<bool> TryDeleteMarkAsync(
        UserId user,
        Month month,
        string callerId,
        EventMark mark,
        CancellationToken cancellation
    ) => table.TryDeleteAsync(user.MonthPartition(month), MonthRows.MarkKey(callerId), mark.ETag, cancellation);

    // The row of an event that has no mark.
    private async Task<TableEntity?> FindUnmarkedAsync(
        UserId user,
        Month month,
        string callerId,
        CancellationToken cancellation
    ) =>
        MonthRows.FindEventKey(callerId) is { } key
            ? await table.FindAsync(user.MonthPartition(month), key, cancellation)
            : null;

    private async Task<EventMark?> FindMarkRowAsync(
        UserId user,
        Month month,
        string callerId,
        CancellationToken cancellation
    ) =>
        await table.FindAsync(user.MonthPartition(month), MonthRows.MarkKey(callerId), cancellation) is { } row
            ? new EventMark(row.GetString("Event"), row.GetString(MonthRows.CommitId), row.ETag)
            : null;
}
