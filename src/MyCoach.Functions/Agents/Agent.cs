using Azure;

namespace MyCoach.Agents;

/// <summary>A part of the application that calls models for the user.</summary>
/// <param name="PreferredModel">Null means the user's default model.</param>
internal sealed record Agent(string Id, string Name, string? PreferredModel)
{
    /// <summary>The row's ETag; null before it is stored.</summary>
    public ETag? ETag { get; init; }

    /// <summary>The id of the transaction that added the agent.</summary>
    public string? CommitId { get; init; }
}
