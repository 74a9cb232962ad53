using Azure;
using Azure.Data.Tables;
using MyCoach.Storage;
using MyCoach.Users;

namespace MyCoach.Ledger;

/// <summary>Writes and removes tombstones, each in one transaction with their count.</summary>
internal sealed partial class TombstonesTable
{
    /// <summary>The most tombstones of a user that wait to be cleared.</summary>
    public const int MaxPerUser = 10_000;

    // Neither equals a conversation's id, because ids cannot contain '!'. Both sort before all ids.
    private const string CountKey = "!count";
    private const string PassKey = "!pass";

    private const string Count = "Count";
    private const int MaxPerTransaction = EntityGroupTransaction.MaxOperations - 1;

    /// <summary>
    /// Writes a tombstone in place of the one that was read. Null if the user already has the maximum number.
    /// </summary>
    public async Task<TransactionOutcome?> TryWriteAsync(Tombstone tombstone, CancellationToken cancellation)
    {
        using var entered = await locks.EnterAsync(tombstone.User.Key, cancellation);
        var counted = await table.FindAsync(tombstone.User.Key, CountKey, cancellation);
        var count = CountOf(counted) + (tombstone.ETag is null ? 1 : 0);
        if (tombstone.ETag is null && count > MaxPerUser)
        {
            return null;
        }
        var transaction = new EntityGroupTransaction(tombstone.User.Key);
        transaction.Write(Write(tombstone), tombstone.ETag);
        transaction.Write(WriteCount(tombstone.User, count), counted?.ETag);
        return await table.SubmitAsync(tombstone.User, transaction, cancellation);
    }

    /// <summary>Marks tombstones of one user as cleared once. Leaves those whose conversation was deleted again.</summary>
    public Task MarkClearedAsync(UserId user, IReadOnlyList<Tombstone> cleared, CancellationToken cancellation) =>
        ChangeAsync(
            user,
            cleared,
            (transaction, tombstone) =>
                transaction.Write(Write(tombstone with { IsCleared = true }), tombstone.ETag!.Value),
            difference: 0,
            cancellation
        );

    /// <summary>Removes tombstones of one user. Leaves those whose conversation was deleted again.</summary>
    public Task RemoveAsync(UserId user, IReadOnlyList<Tombstone> cleared, CancellationToken cancellation) =>
        ChangeAsync(
            user,
            cleared,
            (transaction, tombstone) => transaction.Delete(user.Key, tombstone.ConversationId, tombstone.ETag!.Value),
            difference: -1,
            cancellation
        );

    public async Task<ClearingPass?> FindPassAsync(UserId user, CancellationToken cancellation) =>
        await table.FindAsync(user.Key, PassKey, cancellation) is { } row
            ? new ClearingPass(
                row.GetDateTimeOffset(nameof(ClearingPass.BeganAt))!.Value,
                row.GetString(nameof(ClearingPass.Continuation))
            )
            : null;

    public Task WritePassAsync(UserId user, ClearingPass pass, CancellationToken cancellation) =>
        table.WriteAsync(
            user,
            new TableEntity(user.Key, PassKey)
            {
                [nameof(pass.BeganAt)] = pass.BeganAt,
                [nameof(pass.Continuation)] = pass.Continuation,
            },
            cancellation
        );

    public Task ForgetPassAsync(UserId user, CancellationToken cancellation) =>
        table.TryDeleteAsync(user.Key, PassKey, ETag.All, cancellation);

    private async Task ChangeAsync(
        UserId user,
        IReadOnlyList<Tombstone> tombstones,
        Action<EntityGroupTransaction, Tombstone> change,
        int difference,
        CancellationToken cancellation
    )
    {
        foreach (var chunk in tombstones.Chunk(MaxPerTransaction))
        {
            var left = chunk;
            for (var race = new ConflictRetry(); left.Length > 0; await race.BackOffAsync(cancellation))
            {
                if (await SubmitAsync(user, left, change, difference, cancellation) == TransactionOutcome.Committed)
                {
                    break;
                }
                left = await WhereUnchangedAsync(user, left, cancellation);
            }
        }
    }

    private async Task<TransactionOutcome> SubmitAsync(
        UserId user,
        Tombstone[] tombstones,
        Action<EntityGroupTransaction, Tombstone> change,
        int difference,
        CancellationToken cancellation
    )
    {
        using var entered = await locks.EnterAsync(user.Key, cancellation);
        var transaction = new EntityGroupTransaction(user.Key);
        foreach (var tombstone in tombstones)
        {
            change(transaction, tombstone);
        }
        if (difference != 0)
        {
            var counted = await table.FindAsync(user.Key, CountKey, cancellation);
            var count = CountOf(counted) + (difference * tombstones.Length);
            if (count > 0)
            {
                transaction.Write(WriteCount(user, count), counted?.ETag);
            }
            else if (counted is not null)
            {
                transaction.Delete(user.Key, CountKey, counted.ETag);
            }
        }
        return await table.SubmitAsync(user, transaction, cancellation);
    }

    private async Task<Tombstone[]> WhereUnchangedAsync(
        UserId user,
        Tombstone[] tombstones,
        CancellationToken cancellation
    )
    {
        var stored = await Task.WhenAll(
            tombstones.Select(tombstone => FindAsync(user, tombstone.ConversationId, cancellation))
        );
        return
        [
            .. tombstones.Zip(stored).Where(pair => pair.First.ETag == pair.Second?.ETag).Select(pair => pair.First),
        ];
    }

    private static int CountOf(TableEntity? row) => row?.GetInt32(Count) ?? 0;

    private static TableEntity WriteCount(UserId user, int count) => new(user.Key, CountKey) { [Count] = count };

    private static TableEntity Write(Tombstone tombstone) =>
        new(tombstone.User.Key, tombstone.ConversationId)
        {
            [nameof(tombstone.Generation)] = tombstone.Generation,
            [nameof(tombstone.DeletedAt)] = tombstone.DeletedAt,
            [nameof(tombstone.IsCleared)] = tombstone.IsCleared,
        };
}
