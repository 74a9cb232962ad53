namespace MyCoach.Hosting;

/// <summary>
/// Work that a timer does. Steps run one after another in the order in which they were added; a failed step does not
/// stop the next.
/// </summary>
internal sealed record TimerStep(string Timer, string Name, Func<IServiceProvider, CancellationToken, Task> RunAsync);
