using System.Security.Cryptography;
using System.Text;
using Azure.Data.Tables;
using MyCoach.Storage;

namespace MyCoach.Users;

/// <summary>
/// One row per erased user, keyed by a hash of the user id. The only table about users that is not in <see
/// cref="UserTables"/>.
/// </summary>
internal sealed class ErasuresTable(TableSource storage, TimeProvider clock)
{
    private const string RowKey = "erasure";

    private readonly LazyTable table = storage.Table("Erasures");

    public async Task<Erasure?> FindAsync(UserId user, CancellationToken cancellation) =>
        await table.FindAsync(HashOf(user), RowKey, cancellation) is { } row ? Read(row) : null;

    /// <summary>All erasures, in the order of their hashes, from a random one to the last and then from the
    /// first.</summary>
    public IAsyncEnumerable<Erasure> ListFromRandomAsync(CancellationToken cancellation)
    {
        var from = RandomNumberGenerator.GetHexString(2 * SHA256.HashSizeInBytes, lowercase: true);
        return table.QueryFromAsync(from, cancellation).Select(Read);
    }

    /// <summary>Returns the user's erasure in progress, or begins one.</summary>
    public async Task<Erasure> BeginAsync(UserId user, CancellationToken cancellation)
    {
        for (var race = new ConflictRetry(); ; await race.BackOffAsync(cancellation))
        {
            var found = await FindAsync(user, cancellation);
            if (found is { IsDone: false })
            {
                return found;
            }
            var begun = new Erasure(
                HashOf(user),
                Guid.NewGuid().ToString("N"),
                user,
                clock.GetUtcNow(),
                DoneAt: null,
                found?.ETag
            );
            if (await table.TryWriteAsync(Write(begun), begun.ETag, cancellation) is { } written)
            {
                return begun with { ETag = written };
            }
        }
    }

    /// <summary>
    /// Marks the erasure as done and removes the user id from the row. Does nothing if another process was first.
    /// </summary>
    public Task EndAsync(Erasure erasure, CancellationToken cancellation) =>
        table.TryWriteAsync(
            Write(erasure with { User = null, DoneAt = clock.GetUtcNow() }),
            erasure.ETag,
            cancellation
        );

    public Task<bool> TryDeleteAsync(Erasure erasure, CancellationToken cancellation) =>
        table.TryDeleteAsync(erasure.Hash, RowKey, erasure.ETag!.Value, cancellation);

    private static string HashOf(UserId user) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"MyCoach erasure {user.Value}")));

    private static TableEntity Write(Erasure erasure) =>
        new(erasure.Hash, RowKey)
        {
            [nameof(erasure.Id)] = erasure.Id,
            [nameof(erasure.User)] = erasure.User?.Value,
            [nameof(erasure.BeganAt)] = erasure.BeganAt,
            [nameof(erasure.DoneAt)] = erasure.DoneAt,
        };

    private static Erasure Read(TableEntity row) =>
        new(
            row.PartitionKey,
            row.GetString(nameof(Erasure.Id)),
            UserId.TryCreate(row.GetString(nameof(Erasure.User))),
            row.GetDateTimeOffset(nameof(Erasure.BeganAt))!.Value,
            row.GetDateTimeOffset(nameof(Erasure.DoneAt)),
            row.ETag
        );
}
