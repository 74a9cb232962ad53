using Azure.Data.Tables;
using MyCoach.Storage;
using MyCoach.Users;

namespace MyCoach.Agents;

/// <summary>
/// One row an agent, and one that counts them: agents come and go in a transaction with the count, so that no number of instances lets a user have more
/// than there may be.
/// </summary>
internal sealed class AgentsTable(UserTables tables, PartitionLocks locks)
{
    public const int MostAUser = 200;

    // No agent's id: = is not in their alphabet.
    private const string CountKey = "=count";

    private readonly UserTable table = tables.Agents;

    public async Task<Agent?> FindAsync(UserId user, string id, CancellationToken cancellation) =>
        await table.FindAsync(user.Key, id, cancellation) is { } row ? Read(row) : null;

    public async Task<IReadOnlyList<Agent>> ListAsync(UserId user, CancellationToken cancellation)
    {
        var agents = new List<Agent>();
        await foreach (
            var row in table.QueryAsync(TableClient.CreateQueryFilter($"PartitionKey eq {user.Key} and RowKey ne {CountKey}"), cancellation)
        )
        {
            agents.Add(Read(row));
        }
        return agents;
    }

    /// <summary>Writes over the state that <see cref="Agent.ETag"/> names. Null where somebody else was faster.</summary>
    public async Task<Agent?> TryReplaceAsync(UserId user, Agent agent, CancellationToken cancellation) =>
        await table.TryWriteAsync(user, Write(user, agent), agent.ETag, cancellation) is { } written ? agent with { ETag = written } : null;

    /// <summary>Inserts the agent: <see cref="TransactionOutcome.Exists"/> or <see cref="TransactionOutcome.Conflict"/> where somebody else was faster, null where the user has as many as there may be.</summary>
    public Task<TransactionOutcome?> TryAddAsync(UserId user, Agent agent, CancellationToken cancellation) =>
        CountedAsync(user, +1, transaction => transaction.Insert(Write(user, agent)), cancellation);

    /// <summary>Deletes the agent: <see cref="TransactionOutcome.Conflict"/> where it is no longer what was read.</summary>
    public Task<TransactionOutcome?> TryDeleteAsync(UserId user, Agent agent, CancellationToken cancellation) =>
        CountedAsync(user, -1, transaction => transaction.Delete(user.Key, agent.Id, agent.ETag!.Value), cancellation);

    private async Task<TransactionOutcome?> CountedAsync(UserId user, int change, Action<EntityGroupTransaction> add, CancellationToken cancellation)
    {
        using var entered = await locks.EnterAsync(user.Key, cancellation);
        var counted = await table.FindAsync(user.Key, CountKey, cancellation);
        var count = (counted?.GetInt32("Count") ?? 0) + change;
        if (count > MostAUser)
        {
            return null;
        }
        var transaction = new EntityGroupTransaction(user.Key);
        add(transaction);
        transaction.Write(new TableEntity(user.Key, CountKey) { ["Count"] = count }, counted?.ETag);
        return await table.SubmitAsync(user, transaction, cancellation);
    }

    private static TableEntity Write(UserId user, Agent agent) =>
        new(user.Key, agent.Id)
        {
            [nameof(agent.Name)] = agent.Name,
            [nameof(agent.PreferredModel)] = agent.PreferredModel,
            [nameof(agent.CommitId)] = agent.CommitId,
        };

    private static Agent Read(TableEntity row) =>
        new(row.RowKey, row.GetString(nameof(Agent.Name)), row.GetString(nameof(Agent.PreferredModel)))
        {
            ETag = row.ETag,
            CommitId = row.GetString(nameof(Agent.CommitId)),
        };
}
