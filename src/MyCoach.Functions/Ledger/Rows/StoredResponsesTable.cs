using System.Security.Cryptography;
using System.Text;
using Azure.Data.Tables;
using MyCoach.Storage;
using MyCoach.Users;

namespace MyCoach.Ledger;

/// <summary>
/// How many tokens the answers that OpenAI stores add to later calls that refer to them: a row per answer and per item of
/// it. Without a row, a call counts as the model's whole input. So rows may get lost, and a user has a fixed number of
/// places: a new row takes the place of an old one.
/// </summary>
internal sealed partial class StoredResponsesTable(
    UserTables tables,
    TimeProvider clock,
    ILogger<StoredResponsesTable> logger
)
{
    public const int MaxPerUser = 1 << (4 * PlaceDigits);

    /// <summary>OpenAI keeps answers as long.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(30);

    private const int PlaceDigits = 4;
    private const int HashBytes = 16;

    private readonly UserTable table = tables.StoredResponses;

    /// <summary>Keeps what a later call reads if it refers to the answer or to one of its items. Never throws.</summary>
    /// <param name="model">Its id in the catalogue.</param>
    /// <param name="tokens">Of the answer with its input.</param>
    /// <param name="output">Of the answer alone, which no item of it exceeds.</param>
    public async Task KeepAsync(
        UserId user,
        (string Id, IEnumerable<string> Items) response,
        string model,
        long tokens,
        long output
    )
    {
        var expiresAt = clock.GetUtcNow() + Lifetime;
        var transaction = new EntityGroupTransaction(user.Key);
        var rows = response.Items.Select(item => RowOf(item, output)).Prepend(RowOf(response.Id, tokens));
        foreach (var row in rows.DistinctBy(row => row.RowKey))
        {
            transaction.Upsert(row);
        }
        try
        {
            await table.SubmitAsync(user, transaction, CancellationToken.None);
        }
        catch (Exception fault) when (StorageFaults.IsUnavailable(fault) || fault is AccountErasingException)
        {
            Log.NotKept(logger, fault.GetType().Name);
        }

        TableEntity RowOf(string id, long count) =>
            new(user.Key, PlaceOf(HashOf(id)))
            {
                ["Hash"] = HashOf(id),
                ["Response"] = HashOf(response.Id),
                ["Model"] = model,
                ["Tokens"] = count,
                ["ExpiresAt"] = expiresAt,
            };
    }

    /// <summary>
    /// The most tokens that answers and items add to a call that refers to them. Null if the user has no row of one, or the
    /// answer is of another model, which counts in other tokens.
    /// </summary>
    /// <param name="ids">Of answers and items, as often as the call refers to them.</param>
    /// <param name="model">Its id in the catalogue.</param>
    public async Task<long?> FindTokensAsync(
        UserId user,
        IReadOnlyList<string> ids,
        string model,
        CancellationToken cancellation
    )
    {
        var references = ids.Select(HashOf).CountBy(hash => hash).ToArray();
        var rows = await Task.WhenAll(
            references.Select(reference => table.FindAsync(user.Key, PlaceOf(reference.Key), cancellation))
        );
        var now = clock.GetUtcNow();
        var found = references
            .Zip(rows)
            .Where(pair =>
                pair.Second is { } row
                && row.GetString("Hash") == pair.First.Key
                && row.GetString("Model") == model
                && row.GetDateTimeOffset("ExpiresAt") > now
            )
            .ToArray();
        // All items of an answer together have its output tokens.
        return found.Length < references.Length
            ? null
            : found
                .GroupBy(pair =>
                    (pair.Second!.GetString("Response"), pair.Second.GetString("Response") == pair.First.Key)
                )
                .Sum(answer => answer.Max(pair => pair.First.Value * pair.Second!.GetInt64("Tokens")!.Value));
    }

    /// <summary>Rows that have expired, in groups of a partition.</summary>
    public IAsyncEnumerable<IReadOnlyList<TableEntity>> ListExpiredAsync(CancellationToken cancellation) =>
        table
            .QueryAsync(TableClient.CreateQueryFilter($"ExpiresAt le {clock.GetUtcNow()}"), cancellation)
            .GroupedAsync(cancellation);

    /// <summary>Deletes rows of a partition. False if another writer has changed one since they were read.</summary>
    public Task<bool> TryDeleteAsync(IReadOnlyList<TableEntity> rows, CancellationToken cancellation) =>
        table.TryDeleteAsync(rows, cancellation);

    private static string PlaceOf(string hash) => hash[..PlaceDigits];

    private static string HashOf(string id) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(id)).AsSpan(0, HashBytes));

    private static partial class Log
    {
        [LoggerMessage(
            LogLevel.Warning,
            "Could not keep the tokens of an answer: {Fault}; calls that refer to it count as the model's whole input"
        )]
        public static partial void NotKept(ILogger logger, string fault);
    }
}
