using Azure;
using MyCoach.Storage;
using MyCoach.Users;

namespace MyCoach.Agents;

/// <summary>What became of a request to change an agent.</summary>
internal enum AgentOutcome
{
    Created,
    Replaced,
    Deleted,
    NotFound,

    /// <summary>The agent is not what the caller named in <c>If-Match</c>.</summary>
    Changed,

    /// <summary>The user has as many agents as there may be.</summary>
    Full,
}

/// <summary>Puts agents on a user's list and takes them off it, as the caller's <c>If-Match</c> allows.</summary>
internal sealed class AgentRoster(AgentsTable table)
{
    /// <param name="isAllowed">Whether the caller lets the state with this ETag (null: no agent) be changed.</param>
    public async Task<(AgentOutcome, Agent?)> PutAsync(UserId user, Agent agent, Func<ETag?, bool> isAllowed, CancellationToken cancellation)
    {
        var commitId = Guid.NewGuid().ToString("N");
        for (var race = new Race(); ; await race.LostAsync(cancellation))
        {
            var old = await table.FindAsync(user, agent.Id, cancellation);
            if (old is not null && old.CommitId == commitId)
            {
                // Added by an attempt whose answer was lost.
                return (AgentOutcome.Created, old);
            }
            if (!isAllowed(old?.ETag))
            {
                return (AgentOutcome.Changed, null);
            }
            if (old is not null)
            {
                if (await table.TryReplaceAsync(user, agent with { ETag = old.ETag, CommitId = old.CommitId }, cancellation) is { } replaced)
                {
                    return (AgentOutcome.Replaced, replaced);
                }
                continue;
            }
            switch (await table.TryAddAsync(user, agent with { CommitId = commitId }, cancellation))
            {
                case null:
                    return (AgentOutcome.Full, null);
                case TransactionOutcome.Committed:
                    return (AgentOutcome.Created, await table.FindAsync(user, agent.Id, cancellation) ?? agent);
            }
        }
    }

    public async Task<AgentOutcome> DeleteAsync(UserId user, string id, Func<ETag?, bool> isAllowed, CancellationToken cancellation)
    {
        var isUnsure = false;
        for (var race = new Race(); ; await race.LostAsync(cancellation))
        {
            var agent = await table.FindAsync(user, id, cancellation);
            if (agent is null && isUnsure)
            {
                // Deleted by an attempt whose answer was lost.
                return AgentOutcome.Deleted;
            }
            if (!isAllowed(agent?.ETag))
            {
                return AgentOutcome.Changed;
            }
            if (agent is null)
            {
                return AgentOutcome.NotFound;
            }
            var outcome = await table.TryDeleteAsync(user, agent, CancellationToken.None);
            if (outcome == TransactionOutcome.Committed)
            {
                return AgentOutcome.Deleted;
            }
            isUnsure |= outcome == TransactionOutcome.Unknown;
        }
    }
}
