namespace MyCoach.Gateway;

/// <summary>Why the gateway gave up a call.</summary>
internal enum GivenUp
{
    No,
    NoAnswer,
    Silent,
    TooLong,
    ClientLeft,
}

/// <summary>
/// Decides when a call is given up. A caller who leaves in the middle of a stream wants no more of it, and every further token costs: the provider is
/// left at once, but not before its first event, which can say how much went in. Where nothing more will be generated, or what it cost is stated only at
/// the end and has to be known, it is read to its end.
/// </summary>
internal sealed class CallWatch : IDisposable
{
    /// <summary>How long a provider may take to begin. Whatever stands before us gives up at 230 or 240 seconds.</summary>
    public static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(220);

    /// <summary>How long a provider may be silent within its answer.</summary>
    public static readonly TimeSpan SilenceLimit = TimeSpan.FromMinutes(10);

    /// <summary>How long a call may last. Must be below the Functions host's time-out of 30 minutes.</summary>
    public static readonly TimeSpan CallLimit = TimeSpan.FromMinutes(25);

    /// <summary>How long the beginning of a stream, or the end of a finished answer, is waited for when its caller has left.</summary>
    public static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5);

    private readonly TimeProvider clock;
    private readonly bool streams;
    private readonly bool endsOnLeaving;
    private readonly CancellationTokenSource giveUp = new();
    private readonly CancellationToken stopping;
    private readonly CancellationTokenRegistration leaving;
    private readonly CancellationTokenRegistration stop;
    private readonly ITimer timer;
    private readonly long began;
    private readonly Lock gate = new();
    private MeteredBody? body;
    private long heard;
    private long left;
    private bool isDisposed;

    /// <param name="isReadOn">Whether its caller's leaving ends nothing.</param>
    /// <param name="stopping">The program is told to stop: no stream whose caller has left is read on.</param>
    public CallWatch(TimeProvider clock, bool streams, bool isReadOn, CancellationToken clientLeft, CancellationToken stopping)
    {
        this.clock = clock;
        (this.streams, endsOnLeaving) = (streams, streams && !isReadOn);
        began = heard = clock.GetTimestamp();
        timer = clock.CreateTimer(_ => Look(), null, Period, Period);
        this.stopping = stopping;
        leaving = clientLeft.UnsafeRegister(_ => Leave(), null);
        stop = stopping.UnsafeRegister(_ => GiveUpStream(), null);
    }

    /// <summary>Ends the work for the provider; not because the caller left, unless that is the reason to.</summary>
    public CancellationToken Token => giveUp.Token;

    public GivenUp GivenUp { get; private set; }

    public bool HasClientLeft { get; private set; }

    /// <summary>How long after its begin the call got the first piece of its answer.</summary>
    public TimeSpan? FirstPieceAfter { get; private set; }

    public TimeSpan Elapsed => clock.GetElapsedTime(began);

    /// <summary>The provider has begun to answer.</summary>
    public void Answer(MeteredBody answer)
    {
        Hear();
        body = answer;
    }

    /// <summary>The provider has sent something.</summary>
    public void Hear()
    {
        Volatile.Write(ref heard, clock.GetTimestamp());
        FirstPieceAfter ??= body is null ? null : Elapsed;
    }

    /// <summary>What the provider has sent is metered.</summary>
    public void Meter() => GiveUpStream();

    public void Dispose()
    {
        leaving.Dispose();
        stop.Dispose();
        timer.Dispose();
        lock (gate)
        {
            isDisposed = true;
        }
        giveUp.Dispose();
    }

    private void Leave()
    {
        HasClientLeft = true;
        left = clock.GetTimestamp();
        GiveUpStream();
    }

    private void GiveUpStream()
    {
        var isTime = stopping.IsCancellationRequested || (endsOnLeaving && body is { HasBegun: true });
        if (HasClientLeft && streams && isTime && body?.HasFinished != true)
        {
            GiveUp(GivenUp.ClientLeft);
        }
    }

    private void Look()
    {
        var silence = clock.GetElapsedTime(Volatile.Read(ref heard));
        if (Elapsed >= CallLimit)
        {
            GiveUp(GivenUp.TooLong);
        }
        else if (body is null && Elapsed >= AnswerLimit)
        {
            GiveUp(GivenUp.NoAnswer);
        }
        else if (body is not null && silence >= (streams ? SilenceLimit : AnswerLimit))
        {
            GiveUp(GivenUp.Silent);
        }
        else if (HasClientLeft && endsOnLeaving && clock.GetElapsedTime(left) >= EndLimit)
        {
            GiveUp(GivenUp.ClientLeft);
        }
        else
        {
            _ = body?.KeepAliveAsync();
        }
    }

    private void GiveUp(GivenUp why)
    {
        lock (gate)
        {
            if (isDisposed || giveUp.IsCancellationRequested)
            {
                return;
            }
            GivenUp = why;
        }
        try
        {
            giveUp.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The call ended at the same moment.
        }
    }
}
