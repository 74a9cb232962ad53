using Azure.Data.Tables;
using MyCoach.Storage;
using MyCoach.Users;

namespace MyCoach.Ledger;

/// <summary>
/// One tombstone per deleted conversation, until its rows are cleared. A conversation without a tombstone has
/// generation 0.
/// </summary>
internal sealed class TombstonesTable(UserTables tables, TimeProvider clock)
{
    private readonly UserTable table = tables.Conversations;

    public async Task<long> FindGenerationAsync(UserId user, string id, CancellationToken cancellation) =>
        (await FindAsync(user, id, cancellation))?.Generation ?? 0;

    public async Task<DeletedConversations> ListDeletedConversationsAsync(
        UserId user,
        CancellationToken cancellation
    ) =>
        new(
            await table
                .QueryAsync(TableClient.CreateQueryFilter($"PartitionKey eq {user.Key}"), cancellation)
                .Select(Read)
                .ToDictionaryAsync(
                    tombstone => tombstone.ConversationId,
                    tombstone => tombstone.Generation,
                    StringComparer.Ordinal,
                    cancellation
                )
        );

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

    /// <summary>All tombstones, grouped by user.</summary>
    public IAsyncEnumerable<Tombstone> ListAsync(CancellationToken cancellation) =>
        table.QueryAsync(filter: null, cancellation).Select(Read);

    public async Task DeleteConversationAsync(UserId user, string id, CancellationToken cancellation)
    {
        for (var race = new ConflictRetry(); ; await race.BackOffAsync(cancellation))
        {
            var old = await FindAsync(user, id, cancellation);
            var now = clock.GetUtcNow();
            // Higher than every earlier generation, including those whose tombstones are deleted.
            var generation = Math.Max(now.UtcTicks, (old?.Generation ?? 0) + 1);
            if (
                await TryWriteAsync(new Tombstone(user, id, generation, now, IsCleared: false, old?.ETag), cancellation)
            )
            {
                return;
            }
        }
    }

    /// <summary>False if the conversation was deleted again in the meantime.</summary>
    public async Task<bool> TryWriteAsync(Tombstone tombstone, CancellationToken cancellation)
    {
        var row = new TableEntity(tombstone.User.Key, tombstone.ConversationId)
        {
            [nameof(tombstone.Generation)] = tombstone.Generation,
            [nameof(tombstone.DeletedAt)] = tombstone.DeletedAt,
            [nameof(tombstone.IsCleared)] = tombstone.IsCleared,
        };
        return await table.TryWriteAsync(tombstone.User, row, tombstone.ETag, cancellation) is not null;
    }

    public Task<bool> TryDeleteAsync(Tombstone tombstone, CancellationToken cancellation) =>
        table.TryDeleteAsync(tombstone.User.Key, tombstone.ConversationId, tombstone.ETag!.Value, cancellation);

    private async Task<Tombstone?> FindAsync(UserId user, string id, CancellationToken cancellation) =>
        await table.FindAsync(user.Key, id, cancellation) is { } row ? Read(row) : null;

    private static Tombstone Read(TableEntity row) =>
        new(
            UserId.TryCreate(KeyEncoding.Decode(row.PartitionKey))!,
            row.RowKey,
            row.GetInt64(nameof(Tombstone.Generation))!.Value,
            row.GetDateTimeOffset(nameof(Tombstone.DeletedAt))!.Value,
            row.GetBoolean(nameof(Tombstone.IsCleared)) ?? false,
            row.ETag
        );
}
