namespace MyCoach.Dev.Emulator;

/// <summary>How both providers misbehave. Safe to turn while calls are running; a call reads a knob when it gets to it.</summary>
public sealed class EmulatorKnobs
{
    private readonly Lock gate = new();
    private TimeSpan delay;
    private TimeSpan chunkDelay;
    private int drops;
    private int redirects;
    private Uri? redirectTo;
    private int failures;
    private int failStatus = 500;
    private int cuts;
    private int cutAfter;
    private bool gzip;
    private readonly Queue<PlannedAnswer> answers = new();

    /// <summary>How long a call waits before its headers, or before its failure.</summary>
    public TimeSpan Delay
    {
        get => Read(() => delay);
        set => Turn(() => delay = NotNegative(value));
    }

    /// <summary>How long a stream waits between two events.</summary>
    public TimeSpan ChunkDelay
    {
        get => Read(() => chunkDelay);
        set => Turn(() => chunkDelay = NotNegative(value));
    }

    /// <summary>Whether the emulator's own answers are packed for a client that accepts it. Planned answers never are.</summary>
    public bool Gzip
    {
        get => Read(() => gzip);
        set => Turn(() => gzip = value);
    }

    /// <summary>The next calls get this status, in the shape of the provider that is called. Replaces an earlier plan; 0 cancels it.</summary>
    public void FailNext(int times, int status)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(times);
        ArgumentOutOfRangeException.ThrowIfLessThan(status, 400);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(status, 599);
        Turn(() => (failures, failStatus) = (times, status));
    }

    /// <summary>The next calls have their connection reset without an answer. They come before planned redirects, and those before failures.</summary>
    public void DropNext(int times)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(times);
        Turn(() => drops = times);
    }

    /// <summary>The next calls get a 302 to this address, as from a hijacked name or a captive portal.</summary>
    public void RedirectNext(int times, Uri to)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(times);
        Turn(() => (redirects, redirectTo) = (times, to));
    }

    /// <summary>
    /// The next streams of the emulator's own are reset after so many events; 0 is after the headers. A stream that has fewer is sent whole,
    /// and counts.
    /// </summary>
    public void CutNext(int times, int afterEvents)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(times);
        ArgumentOutOfRangeException.ThrowIfNegative(afterEvents);
        Turn(() => (cuts, cutAfter) = (times, afterEvents));
    }

    /// <summary>
    /// The next call with a right key gets this answer, whatever its path and body; several stand in line. Planned drops, redirects and
    /// failures come before.
    /// </summary>
    public void AnswerNext(PlannedAnswer answer)
    {
        ArgumentNullException.ThrowIfNull(answer);
        Turn(() => answers.Enqueue(answer));
    }

    /// <summary>Back to no delays, no packing, no planned faults and no planned answers.</summary>
    public void Reset() =>
        Turn(() =>
        {
            delay = chunkDelay = TimeSpan.Zero;
            drops = redirects = failures = cuts = cutAfter = 0;
            gzip = false;
            redirectTo = null;
            failStatus = 500;
            answers.Clear();
        });

    internal KnobPositions Positions => Read(() => new KnobPositions(drops, redirects, redirectTo, failures, failStatus, cuts, cutAfter));

    /// <summary>What is planned for the call that asks, which uses it up.</summary>
    internal PlannedFault TakeFault() =>
        Read(() =>
        {
            if (drops > 0)
            {
                drops--;
                return new PlannedFault(Drop: true);
            }
            if (redirects > 0)
            {
                redirects--;
                return new PlannedFault(RedirectTo: redirectTo);
            }
            if (failures > 0)
            {
                failures--;
                return new PlannedFault(Status: failStatus);
            }
            return default;
        });

    /// <summary>After how many events the stream that asks is cut, which uses the cut up; null for not at all.</summary>
    internal int? TakeCut() =>
        Read(() =>
        {
            if (cuts == 0)
                return (int?)null;
            cuts--;
            return cutAfter;
        });

    /// <summary>The answer planned for the call that asks, which uses it up.</summary>
    internal PlannedAnswer? TakeAnswer() => Read(() => answers.TryDequeue(out var answer) ? answer : null);

    private static TimeSpan NotNegative(TimeSpan value)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero);
        return value;
    }

    private T Read<T>(Func<T> read)
    {
        lock (gate)
            return read();
    }

    private void Turn(Action turn)
    {
        lock (gate)
            turn();
    }
}

internal readonly record struct PlannedFault(bool Drop = false, Uri? RedirectTo = null, int? Status = null);

internal sealed record KnobPositions(int Drops, int Redirects, Uri? RedirectTo, int Failures, int FailStatus, int Cuts, int CutAfter);
