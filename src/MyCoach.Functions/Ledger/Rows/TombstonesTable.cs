using Azure;
using Azure.Data.Tables;
using MyCoach.Storage;
using MyCoach.Users;

namespace MyCoach.Ledger;

/// <summary>That a conversation was deleted: its events of an earlier generation are no longer part of it.</summary>
/// <param name="IsCleared">Whether the rows were cleared once since; a second time takes the tombstone away.</param>
internal sealed record Tombstone(UserId User, string ConversationId, long Generation, DateTimeOffset DeletedAt, bool IsCleared, ETag? ETag);

/// <summary>One tombstone a deleted conversation, until its rows are cleared. A conversation that was never deleted has none, and generation 0.</summary>
internal sealed class TombstonesTable(UserTables tables, TimeProvider clock)
{
    private readonly UserTable table = tables.Conversations;

    public async Task<long> FindGenerationAsync(UserId user, string id, CancellationToken cancellation) =>
        (await FindAsync(user, id, cancellation))?.Generation ?? 0;

    public async Task<Detachments> ListDetachmentsAsync(UserId user, CancellationToken cancellation) =>
        new(
            await table
                .QueryAsync(TableClient.CreateQueryFilter($"PartitionKey eq {user.Key}"), cancellation)
                .Select(Read)
                .ToDictionaryAsync(tombstone => tombstone.ConversationId, tombstone => tombstone.Generation, StringComparer.Ordinal, cancellation)
        );

    /// <summary>An event that was read, as it is to be seen.</summary>
    public async Task<UsageEvent> ShowAsync(UserId user, UsageEvent one, CancellationToken cancellation) =>
        one.ConversationId is { } id && one.ConversationGeneration < await FindGenerationAsync(user, id, cancellation)
            ? one with
            {
                ConversationId = null,
            }
            : one;

    /// <summary>Every tombstone there is, those of one user together.</summary>
    public IAsyncEnumerable<Tombstone> ListAsync(CancellationToken cancellation) => table.QueryAsync(filter: null, cancellation).Select(Read);

    public async Task DetachAsync(UserId user, string id, CancellationToken cancellation)
    {
        for (var race = new Race(); ; await race.LostAsync(cancellation))
        {
            var old = await FindAsync(user, id, cancellation);
            var now = clock.GetUtcNow();
            // Later than every earlier generation, those included whose tombstones are gone.
            var generation = Math.Max(now.UtcTicks, (old?.Generation ?? 0) + 1);
            if (await TryWriteAsync(new Tombstone(user, id, generation, now, IsCleared: false, old?.ETag), cancellation))
            {
                return;
            }
        }
    }

    /// <summary>False where the conversation was deleted again meanwhile.</summary>
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

/// <summary>The deleted conversations of a user whose rows are not all cleared yet, with the generation that each has reached.</summary>
internal sealed class Detachments(IReadOnlyDictionary<string, long> generations)
{
    public long GenerationOf(string conversationId) => generations.GetValueOrDefault(conversationId);

    public bool Cover(string? conversationId, long generation) => conversationId is not null && generation < GenerationOf(conversationId);

    /// <summary>Takes the conversation out of the row of an event that is no longer part of it. False for the totals of a deleted conversation: nobody's.</summary>
    public bool Show(TableEntity row)
    {
        if (MonthRows.IsEvent(row.RowKey) && Cover(row.GetString(MonthRows.ConversationId), MonthRows.ReadEvent(row).ConversationGeneration))
        {
            row[MonthRows.ConversationId] = null;
        }
        return !MonthRows.IsConversation(row.RowKey) || !Cover(MonthRows.ConversationOf(row.RowKey), MonthRows.ReadTotals(row).Generation);
    }

    /// <summary>The event as it is to be seen.</summary>
    public UsageEvent Apply(UsageEvent one) => Cover(one.ConversationId, one.ConversationGeneration) ? one with { ConversationId = null } : one;
}
