namespace MyCoach.Agents;

/// <summary>The outcome of a request to change an agent.</summary>
internal enum AgentOutcome
{
    Created,
    Replaced,
    Deleted,
    NotFound,

    /// <summary>The agent's state does not match the caller's <c>If-Match</c>.</summary>
    Changed,

    /// <summary>The user already has the maximum number of agents.</summary>
    Full,
}
