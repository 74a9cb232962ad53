namespace MyCoach.Hosting;

/// <summary>
/// Work that a timer does. Steps run one after another in the order in which they were added; a failed step does not
/// stop the next.
/// </summary>
/// <param name="Share">The part of a run after which the step stops by itself and leaves the rest to the next
/// run.</param>
internal sealed record TimerStep(
    string Timer,
    string Name,
    TimeSpan Share,
    Func<IServiceProvider, CancellationToken, Task> RunAsync
)
{
    /// <summary>How much longer a step may take to end what it has begun. Then it is cancelled.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);

    public TimeSpan Limit => Share + Grace;
}
