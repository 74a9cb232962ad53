using Azure;
using MyCoach.Storage;
using MyCoach.Users;

namespace MyCoach.Agents;

/// <summary>Creates, replaces and deletes a user's agents, if the caller's <c>If-Match</c> allows it.</summary>
internal sealed class AgentRoster(AgentsTable table, AgentCache cache)
{
    /// <param name="isAllowed">Whether the caller allows a change of the state with this ETag (null: no agent).</param>
    public async Task<(AgentOutcome, Agent?)> PutAsync(
        UserId user,
        Agent agent,
        Func<ETag?, bool> isAllowed,
        CancellationToken cancellation
    )
    {
        var commitId = Guid.NewGuid().ToString("N");
        for (var race = new ConflictRetry(); ; await race.BackOffAsync(cancellation))
        {
            var old = await table.FindAsync(user, agent.Id, cancellation);
            if (old is not null && old.CommitId == commitId)
            {
                // An earlier attempt added it, but the response was lost.
                cache.Invalidate(user, agent.Id);
                return (AgentOutcome.Created, old);
            }
            if (!isAllowed(old?.ETag))
            {
                return (AgentOutcome.Changed, null);
            }
            if (old is not null)
            {
                if (
                    await table.TryReplaceAsync(
                        user,
                        agent with
                        {
                            ETag = old.ETag,
                            CommitId = old.CommitId,
                        },
                        cancellation
                    ) is
                    { } replaced
                )
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
                    cache.Invalidate(user, agent.Id);
                    return (AgentOutcome.Created, await table.FindAsync(user, agent.Id, cancellation) ?? agent);
            }
        }
    }

    public async Task<AgentOutcome> DeleteAsync(
        UserId user,
        string id,
        Func<ETag?, bool> isAllowed,
        CancellationToken cancellation
    )
    {
        var mayBeDeleted = false;
        for (var race = new ConflictRetry(); ; await race.BackOffAsync(cancellation))
        {
            var agent = await table.FindAsync(user, id, cancellation);
            if (agent is null && mayBeDeleted)
            {
                // An earlier attempt deleted it, but the response was lost.
                cache.Invalidate(user, id);
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
                cache.Invalidate(user, id);
                return AgentOutcome.Deleted;
            }
            mayBeDeleted |= outcome == TransactionOutcome.Unknown;
        }
    }
}
