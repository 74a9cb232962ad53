using Azure;
using Azure.Data.Tables;
using MyCoach.Auth;
using MyCoach.Storage;

namespace MyCoach.Agents;

/// <summary>A part of the application that calls models for the user.</summary>
/// <param name="PreferredModel">Null: the user's default.</param>
internal sealed record Agent(string Id, string Name, string? PreferredModel)
{
    /// <summary>The row's ETag; null before it is stored.</summary>
    public ETag? ETag { get; init; }
}

internal sealed class AgentsTable(TableSource storage)
{
    public const int MostAUser = 200;

    private readonly LazyTable table = storage.Table("Agents");

    public async Task<Agent?> FindAsync(UserId user, string id, CancellationToken cancellation) =>
        await table.FindAsync(user.Key, id, cancellation) is { } row ? Read(row) : null;

    public async Task<IReadOnlyList<Agent>> ListAsync(UserId user, CancellationToken cancellation)
    {
        var agents = new List<Agent>();
        await foreach (var row in table.QueryAsync(TableClient.CreateQueryFilter($"PartitionKey eq {user.Key}"), cancellation))
        {
            agents.Add(Read(row));
        }
        return agents;
    }

    /// <summary>Writes over the state that <see cref="Agent.ETag"/> names (null: inserts). Null where somebody else was faster.</summary>
    public async Task<Agent?> TryWriteAsync(UserId user, Agent agent, CancellationToken cancellation)
    {
        var row = new TableEntity(user.Key, agent.Id) { [nameof(agent.Name)] = agent.Name, [nameof(agent.PreferredModel)] = agent.PreferredModel };
        return await table.TryWriteAsync(row, agent.ETag, cancellation) is { } written ? agent with { ETag = written } : null;
    }

    /// <summary>False where the row is no longer what was read.</summary>
    public Task<bool> TryDeleteAsync(UserId user, Agent agent, CancellationToken cancellation) =>
        table.TryDeleteAsync(user.Key, agent.Id, agent.ETag ?? ETag.All, cancellation);

    private static Agent Read(TableEntity row) =>
        new(row.RowKey, row.GetString(nameof(Agent.Name)), row.GetString(nameof(Agent.PreferredModel))) { ETag = row.ETag };
}
