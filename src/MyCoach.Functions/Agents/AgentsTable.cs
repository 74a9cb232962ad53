using Azure.Data.Tables;
using MyCoach.Storage;
using MyCoach.Users;

namespace MyCoach.Agents;

/// <summary>One row per agent, and one row with their count.</summary>
internal sealed class AgentsTable(UserTables tables, PartitionLocks locks)
{
    public const int MaxPerUser = 200;

    private readonly UserTable table = tables.Agents;
    private readonly CountedRows rows = new(tables.Agents, locks, MaxPerUser);

    public async Task<Agent?> FindAsync(UserId user, string id, CancellationToken cancellation) =>
        await table.FindAsync(user.Key, id, cancellation) is { } row ? Read(row) : null;

    public async Task<IReadOnlyList<Agent>> ListAsync(UserId user, CancellationToken cancellation) =>
        await rows.ListAsync(user.Key, cancellation).Select(Read).ToListAsync(cancellation);

    /// <summary>
    /// Replaces the state that <see cref="Agent.ETag"/> names. Null if another writer changed it first.
    /// </summary>
    public async Task<Agent?> TryReplaceAsync(UserId user, Agent agent, CancellationToken cancellation) =>
        await table.TryWriteAsync(user, Write(user, agent), agent.ETag, cancellation) is { } written
            ? agent with
            {
                ETag = written,
            }
            : null;

    /// <inheritdoc cref="CountedRows.TryAddAsync"/>
    public Task<TransactionOutcome?> TryAddAsync(UserId user, Agent agent, CancellationToken cancellation) =>
        rows.TryAddAsync(user, Write(user, agent), cancellation);

    /// <inheritdoc cref="CountedRows.TryDeleteAsync"/>
    public Task<TransactionOutcome?> TryDeleteAsync(UserId user, Agent agent, CancellationToken cancellation) =>
        rows.TryDeleteAsync(user, (user.Key, agent.Id), agent.ETag!.Value, cancellation);

    private static TableEntity Write(UserId user, Agent agent) =>
        new(user.Key, agent.Id)
        {
            [nameof(agent.Name)] = agent.Name,
            [nameof(agent.PreferredModel)] = agent.PreferredModel,
            [nameof(agent.CommitId)] = agent.CommitId,
        };

    public static Agent Read(TableEntity row) =>
        new(row.RowKey, row.GetString(nameof(Agent.Name)), row.GetString(nameof(Agent.PreferredModel)))
        {
            ETag = row.ETag,
            CommitId = row.GetString(nameof(Agent.CommitId)),
        };
}
