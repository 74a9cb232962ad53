using System.Globalization;
using Azure.Data.Tables;
using MyCoach.Storage;
using MyCoach.Users;

namespace MyCoach.Auth;

/// <summary>One row per token, and one row with their count, in a partition that the token's text names.</summary>
internal sealed class TokensTable(UserTables tables, PartitionLocks locks)
{
    public const int MaxPerUser = 50;

    private readonly UserTable table = tables.Tokens;
    private readonly CountedRows rows = new(tables.Tokens, locks, MaxPerUser);

    /// <param name="owner">The partition of its user's tokens.</param>
    public async Task<UserToken?> FindAsync(string owner, string id, CancellationToken cancellation) =>
        await table.FindAsync(owner, id, cancellation) is { } row ? Read(row) : null;

    public async Task<IReadOnlyList<UserToken>> ListAsync(UserId user, CancellationToken cancellation) =>
        await rows.ListAsync(TokenOwner.Of(user), cancellation).Select(Read).ToListAsync(cancellation);

    /// <inheritdoc cref="CountedRows.TryAddAsync"/>
    public Task<TransactionOutcome?> TryAddAsync(UserId user, UserToken token, CancellationToken cancellation) =>
        rows.TryAddAsync(user, Write(token), cancellation);

    /// <summary>
    /// Replaces the state that <see cref="UserToken.ETag"/> names. Null if another writer changed it first.
    /// </summary>
    public async Task<UserToken?> TryReplaceAsync(UserId user, UserToken token, CancellationToken cancellation) =>
        await table.TryWriteAsync(user, Write(token), token.ETag, cancellation) is { } written
            ? token with
            {
                ETag = written,
            }
            : null;

    /// <inheritdoc cref="CountedRows.TryDeleteAsync"/>
    public Task<TransactionOutcome?> TryDeleteAsync(UserId user, UserToken token, CancellationToken cancellation) =>
        rows.TryDeleteAsync(user, (TokenOwner.Of(user), token.Id), token.ETag!.Value, cancellation);

    /// <summary>Notes the day of a use. Does nothing if the token is deleted.</summary>
    public Task NoteUseAsync(UserId user, UserToken token, DateOnly day, CancellationToken cancellation) =>
        table.TryMergeAsync(
            user,
            new TableEntity(TokenOwner.Of(user), token.Id) { [nameof(UserToken.LastUsedOn)] = TextOf(day) },
            cancellation
        );

    private static string TextOf(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static TableEntity Write(UserToken token) =>
        new(TokenOwner.Of(token.User), token.Id)
        {
            [nameof(token.User)] = token.User.Value,
            [nameof(token.Name)] = token.Name,
            [nameof(token.Scopes)] = string.Join(',', token.Scopes),
            [nameof(token.AgentId)] = token.AgentId,
            [nameof(token.ConversationId)] = token.ConversationId,
            [nameof(token.Models)] = token.Models.Count == 0 ? null : string.Join('\n', token.Models),
            [nameof(token.MonthlyBudgetCents)] = token.MonthlyBudgetCents,
            [nameof(token.ExpiresAt)] = token.ExpiresAt,
            [nameof(token.CreatedAt)] = token.CreatedAt,
            [nameof(token.Hint)] = token.Hint,
            [nameof(token.Hash)] = token.Hash,
            [nameof(token.PreviousHash)] = token.PreviousHash,
            [nameof(token.PreviousUntil)] = token.PreviousUntil,
            [nameof(token.LastUsedOn)] = token.LastUsedOn is { } day ? TextOf(day) : null,
        };

    public static UserToken Read(TableEntity row) =>
        new(
            UserId.TryCreate(row.GetString(nameof(UserToken.User)))!,
            row.RowKey,
            row.GetString(nameof(UserToken.Name)),
            row.GetString(nameof(UserToken.Scopes)).Split(','),
            row.GetString(nameof(UserToken.AgentId)),
            row.GetString(nameof(UserToken.ConversationId)),
            row.GetString(nameof(UserToken.Models))?.Split('\n') ?? [],
            row.GetDateTimeOffset(nameof(UserToken.ExpiresAt)),
            row.GetDateTimeOffset(nameof(UserToken.CreatedAt))!.Value
        )
        {
            MonthlyBudgetCents = row.GetInt64(nameof(UserToken.MonthlyBudgetCents)),
            Hint = row.GetString(nameof(UserToken.Hint)),
            Hash = row.GetString(nameof(UserToken.Hash)),
            PreviousHash = row.GetString(nameof(UserToken.PreviousHash)),
            PreviousUntil = row.GetDateTimeOffset(nameof(UserToken.PreviousUntil)),
            LastUsedOn = row.GetString(nameof(UserToken.LastUsedOn)) is { } day
                ? DateOnly.ParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture)
                : null,
            ETag = row.ETag,
        };
}
