namespace MyCoach.Gateway;

/// <summary>Why the gateway aborted a call.</summary>
internal enum AbortReason
{
    None,
    NoAnswer,
    Silent,
    TooLong,
    ClientLeft,
}

/// <summary>
/// Decides when a call is aborted. A caller who disconnects in mid-stream wants no more of it, and every further token costs: the provider is left at once,
/// but not before its first event, which can state the input. A stream is drained if nothing more is generated, or if only its end states a cost that must
/// be known.
/// </summary>
internal sealed class AbortPolicy : IDisposable
{
    /// <summary>How long a provider may take to begin. Load balancers in front of the program abort after 230 or 240 seconds.</summary>
    public static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(220);

    /// <summary>How long a provider may be silent within its answer.</summary>
    public static readonly TimeSpan SilenceLimit = TimeSpan.FromMinutes(10);

    /// <summary>How long a call may last. Must be below the Functions host's time-out of 30 minutes.</summary>
    public static readonly TimeSpan CallLimit = TimeSpan.FromMinutes(25);

    /// <summary>How long a disconnected caller's stream may take to begin, or its finished answer to end.</summary>
    public static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5);

    private readonly TimeProvider clock;
    private readonly bool streams;
    private readonly bool abortsOnDisconnect;
    private readonly CancellationTokenSource abort = new();
    private readonly CancellationToken stopping;
    private readonly CancellationTokenRegistration disconnecting;
    private readonly CancellationTokenRegistration stop;
    private readonly ITimer timer;
    private readonly long began;
    private readonly Lock gate = new();
    private Func<Task>? keepAlive;
    private bool hasFirstEvent;
    private bool hasLastEvent;
    private long heardAt;
    private long disconnectedAt;
    private bool isDisposed;

    /// <param name="isDrained">Whether the caller's disconnect aborts nothing.</param>
    /// <param name="stopping">Shutdown: a stream whose caller has disconnected is not drained.</param>
    public AbortPolicy(TimeProvider clock, bool streams, bool isDrained, CancellationToken clientLeft, CancellationToken stopping)
    {
        this.clock = clock;
        (this.streams, abortsOnDisconnect) = (streams, streams && !isDrained);
        began = heardAt = clock.GetTimestamp();
        timer = clock.CreateTimer(_ => Check(), null, Period, Period);
        this.stopping = stopping;
        disconnecting = clientLeft.UnsafeRegister(_ => Disconnect(), null);
        stop = stopping.UnsafeRegister(_ => AbortDisconnected(), null);
    }

    /// <summary>Aborts the provider's work. A disconnect alone does not cancel it.</summary>
    public CancellationToken Token => abort.Token;

    public AbortReason Reason { get; private set; }

    public bool HasClientLeft { get; private set; }

    /// <summary>The time from the begin of the call to the first piece of its answer.</summary>
    public TimeSpan? FirstPieceAfter { get; private set; }

    public TimeSpan Elapsed => clock.GetElapsedTime(began);

    /// <summary>The provider has begun to answer.</summary>
    /// <param name="keepAlive">Called every five seconds.</param>
    /// <param name="isMetered">False for an answer that states no usage, so that a disconnect may abort it at once.</param>
    public void BeginAnswer(Func<Task> keepAlive, bool isMetered)
    {
        Hear();
        hasFirstEvent = !isMetered;
        this.keepAlive = keepAlive;
    }

    /// <summary>The provider has sent something.</summary>
    public void Hear()
    {
        Volatile.Write(ref heardAt, clock.GetTimestamp());
        FirstPieceAfter ??= keepAlive is null ? null : Elapsed;
    }

    /// <summary>What the provider has sent is metered.</summary>
    public void Meter(bool hasFirstEvent, bool hasLastEvent)
    {
        (this.hasFirstEvent, this.hasLastEvent) = (hasFirstEvent, hasLastEvent);
        AbortDisconnected();
    }

    public void Dispose()
    {
        disconnecting.Dispose();
        stop.Dispose();
        timer.Dispose();
        lock (gate)
        {
            isDisposed = true;
        }
        abort.Dispose();
    }

    private void Disconnect()
    {
        HasClientLeft = true;
        disconnectedAt = clock.GetTimestamp();
        AbortDisconnected();
    }

    private void AbortDisconnected()
    {
        var isTime = stopping.IsCancellationRequested || (abortsOnDisconnect && keepAlive is not null && hasFirstEvent);
        if (HasClientLeft && streams && isTime && !hasLastEvent)
        {
            Abort(AbortReason.ClientLeft);
        }
    }

    private void Check()
    {
        var silence = clock.GetElapsedTime(Volatile.Read(ref heardAt));
        if (Elapsed >= CallLimit)
        {
            Abort(AbortReason.TooLong);
        }
        else if (keepAlive is null && Elapsed >= AnswerLimit)
        {
            Abort(AbortReason.NoAnswer);
        }
        else if (keepAlive is not null && silence >= (streams ? SilenceLimit : AnswerLimit))
        {
            Abort(AbortReason.Silent);
        }
        else if (HasClientLeft && abortsOnDisconnect && clock.GetElapsedTime(disconnectedAt) >= EndLimit)
        {
            Abort(AbortReason.ClientLeft);
        }
        else
        {
            _ = keepAlive?.Invoke();
        }
    }

    private void Abort(AbortReason reason)
    {
        lock (gate)
        {
            if (isDisposed || abort.IsCancellationRequested)
            {
                return;
            }
            Reason = reason;
        }
        try
        {
            abort.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The call ended at the same moment.
        }
    }
}
