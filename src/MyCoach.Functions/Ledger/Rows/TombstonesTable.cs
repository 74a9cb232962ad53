using Azure;
using Azure.Data.Tables;
using MyCoach.Storage;
using MyCoach.Users;

namespace MyCoach.Ledger;

/// <summary>
/// One tombstone per deleted conversation, until its rows are cleared, and a row with their count. A conversation
/// without a tombstone has generation 0.
/// </summary>
internal sealed partial class TombstonesTable(UserTables tables, PartitionLocks locks, TimeProvider clock)
{
    private const int PageRows = 1_000;
    private const int MaxCached = 8;
    private static readonly TimeSpan CacheLifetime = TimeSpan.FromHours(1);

    private readonly UserTable table = tables.Conversations;

    // The tombstones of users who have more than a page of them. Every change that readers can see writes the count, so
    // its ETag shows whether they are current.
    private readonly ExpiringMap<(string User, ETag Count), DeletedConversations> cache = new(
        clock,
        CacheLifetime,
        MaxCached
    );

    public async Task<Tombstone?> FindAsync(UserId user, string id, CancellationToken cancellation) =>
        await table.FindAsync(user.Key, id, cancellation) is { } row ? Read(row) : null;

    public async Task<long> FindGenerationAsync(UserId user, string id, CancellationToken cancellation) =>
        (await FindAsync(user, id, cancellation))?.Generation ?? 0;

    /// <summary>Reads one page, or all pages if the user has more and they have changed since the last time.</summary>
    public async Task<DeletedConversations> ListDeletedConversationsAsync(UserId user, CancellationToken cancellation)
    {
        var generations = new Dictionary<string, long>(StringComparer.Ordinal);
        ETag? count = null;
        string? continuation = null;
        do
        {
            var page =
                await table.QueryPageAsync(
                    TableClient.CreateQueryFilter($"PartitionKey eq {user.Key}"),
                    maxRows: null,
                    continuation,
                    cancellation
                ) ?? throw new StorageUnavailableException("The table service rejected its own continuation token.");
            // The count is the first row, so the tombstones are at least as new.
            count ??= page.Values.FirstOrDefault(row => row.RowKey == CountKey)?.ETag;
            foreach (var tombstone in page.Values.Where(row => !IsInternal(row)).Select(Read))
            {
                generations[tombstone.ConversationId] = tombstone.Generation;
            }
            continuation = page.ContinuationToken;
            if (continuation is not null && count is { } etag && cache.TryGet((user.Key, etag), out var cached))
            {
                return cached;
            }
        } while (continuation is not null);
        var deletions = new DeletedConversations(generations);
        if (count is { } current && generations.Count > PageRows)
        {
            cache.Set((user.Key, current), deletions);
        }
        return deletions;
    }

    /// <summary>
    /// A stored event as callers may see it: without the id of a conversation that was deleted since.
    /// </summary>
    public async Task<UsageEvent> HideDeletedConversationAsync(
        UserId user,
        UsageEvent usageEvent,
        CancellationToken cancellation
    ) =>
        usageEvent.ConversationId is { } id
        && usageEvent.ConversationGeneration < await FindGenerationAsync(user, id, cancellation)
            ? usageEvent with
            {
                ConversationId = null,
            }
            : usageEvent;

    /// <summary>All tombstones, grouped by user, starting at the user with this key and wrapping around.</summary>
    public IAsyncEnumerable<Tombstone> ListAsync(string firstUser, CancellationToken cancellation) =>
        table.QueryFromAsync(firstUser, cancellation).Where(row => !IsInternal(row)).Select(Read);

    /// <summary>Whether the row is no tombstone.</summary>
    public static bool IsInternal(TableEntity row) => row.RowKey is CountKey or PassKey;

    public static Tombstone Read(TableEntity row) =>
        new(
            UserId.TryCreate(KeyEncoding.Decode(row.PartitionKey))!,
            row.RowKey,
            row.GetInt64(nameof(Tombstone.Generation))!.Value,
            row.GetDateTimeOffset(nameof(Tombstone.DeletedAt))!.Value,
            row.GetBoolean(nameof(Tombstone.IsCleared)) ?? false,
            row.ETag
        );
}
