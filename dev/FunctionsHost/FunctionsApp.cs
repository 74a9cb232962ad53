namespace MyCoach.Dev.FunctionsHost;

/// <param name="Folder">The folder of the built or published function app.</param>
/// <param name="Environment">Environment variables of the worker.</param>
/// <param name="Port">The public port; 0 picks a free one.</param>
/// <param name="Write">Receives each line the worker or the host writes.</param>
public sealed record FunctionsApp(
    string Folder,
    IReadOnlyList<(string Name, string Value)> Environment,
    int Port = 0,
    Action<string>? Write = null
)
{
    /// <summary>
    /// How long the host tries to connect to a worker that does not listen yet. The real host tries for two seconds.
    /// </summary>
    public TimeSpan ConnectPatience { get; init; } = TimeSpan.FromSeconds(2);
}
