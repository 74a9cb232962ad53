using System.Runtime.CompilerServices;
using Azure;
using Azure.Data.Tables;
using MyCoach.Providers;
using MyCoach.Storage;
using MyCoach.Users;

namespace MyCoach.ProviderKeys;

/// <summary>One row per user, provider and purpose.</summary>
internal sealed class ProviderKeysTable(UserTables tables)
{
    private readonly UserTable table = tables.ProviderKeys;

    public async Task<ProviderKey?> FindAsync(
        UserId user,
        Provider provider,
        CancellationToken cancellation,
        KeyPurpose purpose = KeyPurpose.Calls
    ) =>
        await table.FindAsync(user.Key, ProviderKey.RowKeyOf(provider, purpose), cancellation) is { } row
            ? Read(row)
            : null;

    public async Task<IReadOnlyList<ProviderKey>> ListAsync(
        UserId user,
        CancellationToken cancellation,
        KeyPurpose purpose = KeyPurpose.Calls
    ) =>
        await table
            .QueryAsync(TableClient.CreateQueryFilter($"PartitionKey eq {user.Key}"), cancellation)
            .Select(Read)
            .Where(key => key.Purpose == purpose)
            .ToListAsync(cancellation);

    /// <summary>All users' keys of a purpose, starting at the user with this key.</summary>
    public IAsyncEnumerable<(UserId User, ProviderKey Key)> ListAllAsync(
        KeyPurpose purpose,
        string firstUser,
        CancellationToken cancellation
    )
    {
        var rows = Provider.All.Select(provider => ProviderKey.RowKeyOf(provider, purpose)).ToArray();
        return table
            .QueryAsync(
                TableClient.CreateQueryFilter(
                    $"PartitionKey ge {firstUser} and (RowKey eq {rows[0]} or RowKey eq {rows[1]})"
                ),
                cancellation
            )
            .Select(row => (UserId.TryCreate(KeyEncoding.Decode(row.PartitionKey))!, Read(row)));
    }

    /// <summary>
    /// All users' keys that are encrypted with a data key other than this one, starting at the user with this key.
    /// </summary>
    public async IAsyncEnumerable<(UserId User, ProviderKey Key)> ListNotEncryptedByAsync(
        string dataKeyId,
        string firstUser,
        [EnumeratorCancellation] CancellationToken cancellation
    )
    {
        await foreach (
            var row in table.QueryAsync(
                TableClient.CreateQueryFilter($"PartitionKey ge {firstUser} and DataKeyId ne {dataKeyId}"),
                cancellation
            )
        )
        {
            yield return (UserId.TryCreate(KeyEncoding.Decode(row.PartitionKey))!, Read(row));
        }
    }

    /// <summary>
    /// Replaces the row with the ETag <see cref="ProviderKey.ETag"/>; null inserts. Returns null if another write came
    /// first.
    /// </summary>
    public async Task<ProviderKey?> TryWriteAsync(UserId user, ProviderKey key, CancellationToken cancellation) =>
        await table.TryWriteAsync(user, Write(user, key), key.ETag, cancellation) is { } written
            ? key with
            {
                ETag = written,
            }
            : null;

    /// <summary>False if the row has changed since it was read.</summary>
    public Task<bool> TryDeleteAsync(UserId user, ProviderKey key, CancellationToken cancellation) =>
        table.TryDeleteAsync(user.Key, key.RowKey, key.ETag ?? ETag.All, cancellation);

    private static TableEntity Write(UserId user, ProviderKey key) =>
        new(user.Key, key.RowKey)
        {
            [nameof(key.EncryptedKey)] = key.EncryptedKey,
            [nameof(key.DataKeyId)] = key.DataKeyId,
            [nameof(key.MaskedKey)] = key.MaskedKey,
            [nameof(key.Status)] = key.Status.ToString(),
            [nameof(key.LastValidatedAt)] = key.LastValidatedAt,
            [nameof(key.CreatedAt)] = key.CreatedAt,
            [nameof(key.UpdatedAt)] = key.UpdatedAt,
            [nameof(key.Account.Organization)] = key.Account.Organization,
            [nameof(key.Account.Project)] = key.Account.Project,
            [nameof(key.Account.Region)] = key.Account.Region,
            [nameof(key.FirstUsedAt)] = key.FirstUsedAt,
            [nameof(key.StoreId)] = key.StoreId,
        };

    public static ProviderKey Read(TableEntity row)
    {
        var (provider, purpose) = ProviderKey.ParseRowKey(row.RowKey);
        return new ProviderKey(
            provider,
            row.GetString(nameof(ProviderKey.EncryptedKey)),
            row.GetString(nameof(ProviderKey.DataKeyId)),
            row.GetString(nameof(ProviderKey.MaskedKey)),
            Enum.Parse<KeyStatus>(row.GetString(nameof(ProviderKey.Status))),
            row.GetDateTimeOffset(nameof(ProviderKey.LastValidatedAt)),
            row.GetDateTimeOffset(nameof(ProviderKey.CreatedAt))!.Value,
            row.GetDateTimeOffset(nameof(ProviderKey.UpdatedAt))!.Value
        )
        {
            ETag = row.ETag,
            Purpose = purpose,
            Account = new KeyAccount(
                row.GetString(nameof(KeyAccount.Organization)),
                row.GetString(nameof(KeyAccount.Project)),
                row.GetString(nameof(KeyAccount.Region))
            ),
            FirstUsedAt = row.GetDateTimeOffset(nameof(ProviderKey.FirstUsedAt)),
            StoreId = row.GetString(nameof(ProviderKey.StoreId)),
        };
    }
}
