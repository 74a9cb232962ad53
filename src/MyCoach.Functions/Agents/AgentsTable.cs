using Azure.Data.Tables;
using MyCoach.Storage;
using MyCoach.Users;

namespace MyCoach.Agents;

/// <summary>
/// One row per agent, and one row with their count. An agent is added or deleted in one transaction with the count, so
/// that concurrent instances cannot exceed a user's limit.
/// </summary>
internal sealed class AgentsTable(UserTables tables, PartitionLocks locks)
{
    public const int MaxPerUser = 200;

    // Never equals an agent's id, because ids cannot contain '='.
    private const string CountKey = "=count";

    private readonly UserTable table = tables.Agents;

    /// <summary>Whether the row is the count of the agents.</summary>
    public static bool IsCount(TableEntity row) => row.RowKey == CountKey;

    public async Task<Agent?> FindAsync(UserId user, string id, CancellationToken cancellation) =>
        await table.FindAsync(user.Key, id, cancellation) is { } row ? Read(row) : null;

    public async Task<IReadOnlyList<Agent>> ListAsync(UserId user, CancellationToken cancellation)
    {
        var agents = new List<Agent>();
        await foreach (
            var row in table.QueryAsync(
                TableClient.CreateQueryFilter($"PartitionKey eq {user.Key} and RowKey ne {CountKey}"),
                cancellation
            )
        )
        {
            agents.Add(Read(row));
        }
        return agents;
    }

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

    /// <summary>
    /// Inserts the agent. Returns <see cref="TransactionOutcome.Exists"/> or <see cref="TransactionOutcome.Conflict"/>
    /// if another writer was faster, and null if the user already has the maximum number of agents.
    /// </summary>
    public Task<TransactionOutcome?> TryAddAsync(UserId user, Agent agent, CancellationToken cancellation) =>
        SubmitWithCountAsync(user, +1, transaction => transaction.Insert(Write(user, agent)), cancellation);

    /// <summary>
    /// Deletes the agent. Returns <see cref="TransactionOutcome.Conflict"/> if it has changed since it was read.
    /// </summary>
    public Task<TransactionOutcome?> TryDeleteAsync(UserId user, Agent agent, CancellationToken cancellation) =>
        SubmitWithCountAsync(
            user,
            -1,
            transaction => transaction.Delete(user.Key, agent.Id, agent.ETag!.Value),
            cancellation
        );

    private async Task<TransactionOutcome?> SubmitWithCountAsync(
        UserId user,
        int difference,
        Action<EntityGroupTransaction> addChange,
        CancellationToken cancellation
    )
    {
        using var entered = await locks.EnterAsync(user.Key, cancellation);
        var countRow = await table.FindAsync(user.Key, CountKey, cancellation);
        var count = (countRow?.GetInt32("Count") ?? 0) + difference;
        if (count > MaxPerUser)
        {
            return null;
        }
        var transaction = new EntityGroupTransaction(user.Key);
        addChange(transaction);
        transaction.Write(new TableEntity(user.Key, CountKey) { ["Count"] = count }, countRow?.ETag);
        return await table.SubmitAsync(user, transaction, cancellation);
    }

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
