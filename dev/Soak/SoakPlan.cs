namespace MyCoach.Dev.Soak;

/// <summary>How large a soak is and how long it takes.</summary>
public sealed record SoakPlan
{
    /// <summary>The executable of the program.</summary>
    public required string Program { get; init; }

    /// <summary>All environment variables of the program; null for those of this process.</summary>
    public IEnumerable<KeyValuePair<string, string>>? Environment { get; init; }

    public int Users { get; init; } = 200;

    /// <summary>About how many calls all users together make, if the instances answer at once.</summary>
    public double CallsPerSecond { get; init; } = 50;

    public TimeSpan Time { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>The average time from one burst of storage faults to the next.</summary>
    public TimeSpan FaultEvery { get; init; } = TimeSpan.FromSeconds(3);

    public TimeSpan KillEvery { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Whether memory that grows is a failure. A short soak ends before the program's memory is level.</summary>
    public bool ChecksMemory { get; init; } = true;

    /// <summary>How many instances run. The first is never killed.</summary>
    internal const int Instances = 3;

    /// <summary>The time between two calls of a user.</summary>
    internal TimeSpan Pause => TimeSpan.FromSeconds(Users / CallsPerSecond);
}
