namespace MyCoach.Dev.Emulator;

/// <summary>
/// Controls how both providers misbehave. Thread-safe. A running call reads each knob when it needs it.
/// </summary>
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
    private bool unlistedModels = true;
    private readonly Queue<PlannedAnswer> answers = new();

    /// <summary>The delay before the response headers or the failure of a call.</summary>
    public TimeSpan Delay
    {
        get => Read(() => delay);
        set => Turn(() => delay = NotNegative(value));
    }

    /// <summary>The delay between two events of a stream.</summary>
    public TimeSpan ChunkDelay
    {
        get => Read(() => chunkDelay);
        set => Turn(() => chunkDelay = NotNegative(value));
    }

    /// <summary>
    /// Whether to compress the emulator's own responses if the client accepts gzip. Planned responses are never
    /// compressed.
    /// </summary>
    public bool Gzip
    {
        get => Read(() => gzip);
        set => Turn(() => gzip = value);
    }

    /// <summary>
    /// Whether any model of a provider's families is served, also one that does not exist. Such a model has no known price.
    /// </summary>
    public bool UnlistedModels
    {
        get => Read(() => unlistedModels);
        set => Turn(() => unlistedModels = value);
    }

    /// <summary>
    /// The next calls fail with this status, in the called provider's error format. Replaces an earlier plan; 0 cancels
    /// it.
    /// </summary>
    public void FailNext(int times, int status)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(times);
        ArgumentOutOfRangeException.ThrowIfLessThan(status, 400);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(status, 599);
        Turn(() => (failures, failStatus) = (times, status));
    }

    /// <summary>
    /// Resets the connection of the next calls without a response. Planned drops precede redirects, which precede
    /// failures.
    /// </summary>
    public void DropNext(int times)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(times);
        Turn(() => drops = times);
    }

    /// <summary>The next calls get a 302 to this address, as from a hijacked DNS name or a captive portal.</summary>
    public void RedirectNext(int times, Uri to)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(times);
        Turn(() => (redirects, redirectTo) = (times, to));
    }

    /// <summary>
    /// Resets the next streams after this many events; 0 means after the headers. A stream with fewer events is sent
    /// whole and also counts. Planned responses are not affected.
    /// </summary>
    public void CutNext(int times, int afterEvents)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(times);
        ArgumentOutOfRangeException.ThrowIfNegative(afterEvents);
        Turn(() => (cuts, cutAfter) = (times, afterEvents));
    }

    /// <summary>
    /// The next call with a valid key gets this response, whatever its path and body. Several responses form a queue.
    /// Planned drops, redirects and failures come first.
    /// </summary>
    public void AnswerNext(PlannedAnswer answer)
    {
        ArgumentNullException.ThrowIfNull(answer);
        Turn(() => answers.Enqueue(answer));
    }

    /// <summary>Removes all delays, compression, planned faults and planned responses.</summary>
    public void Reset() =>
        Turn(() =>
        {
            delay = chunkDelay = TimeSpan.Zero;
            drops = redirects = failures = cuts = cutAfter = 0;
            (gzip, unlistedModels) = (false, true);
            redirectTo = null;
            failStatus = 500;
            answers.Clear();
        });

    internal KnobPositions Positions =>
        Read(() => new KnobPositions(drops, redirects, redirectTo, failures, failStatus, cuts, cutAfter));

    /// <summary>Takes the planned fault for the current call.</summary>
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

    /// <summary>Takes the planned cut for the current stream: the number of events before it; null for none.</summary>
    internal int? TakeCut() =>
        Read(() =>
        {
            if (cuts == 0)
                return (int?)null;
            cuts--;
            return cutAfter;
        });

    /// <summary>Takes the planned response for the current call; null for none.</summary>
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

internal sealed record KnobPositions(
    int Drops,
    int Redirects,
    Uri? RedirectTo,
    int Failures,
    int FailStatus,
    int Cuts,
    int CutAfter
);
