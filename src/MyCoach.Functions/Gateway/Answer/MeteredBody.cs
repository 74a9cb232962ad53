using MyCoach.Metering;

namespace MyCoach.Gateway;

/// <summary>
/// Passes an answer to the caller: each piece is metered and forwarded at once. Before the last byte is forwarded, the
/// call is ended. After the caller disconnects, the rest is only metered.
/// </summary>
/// <param name="meter">Null for an answer that costs nothing, or that has no meter.</param>
/// <param name="length">In bytes; null if the provider does not state it.</param>
/// <param name="takesComments">Whether comment lines can be added: not to a compressed stream.</param>
/// <param name="hidesUsage">Whether to drop the event that only states the usage, which the caller did not ask
/// for.</param>
/// <param name="end">Ends the call. The last byte waits for it.</param>
internal sealed class MeteredBody(
    ClientOutput client,
    AnswerMeter? meter,
    bool isEventStream,
    long? length,
    bool takesComments,
    bool hidesUsage,
    AbortPolicy abort,
    TimeProvider clock,
    Func<Task> end
) : WriteOnlyStream
{
    /// <summary>
    /// How long a stream may be silent before it gets a comment line, so that nothing in between aborts it as idle.
    /// </summary>
    public static readonly TimeSpan KeepAliveAfter = TimeSpan.FromSeconds(30);

    private readonly SemaphoreSlim gate = new(1);
    private readonly HiddenUsage? hidden = hidesUsage && meter is EventStreamMeter events ? new(events) : null;
    private long passed = clock.GetTimestamp();
    private byte last = (byte)'\n';
    private byte? held;
    private bool isComplete;
    private bool hasEnded;
    private bool isOver;

    public override async ValueTask WriteAsync(
        ReadOnlyMemory<byte> buffer,
        CancellationToken cancellationToken = default
    )
    {
        abort.Hear();
        await gate.WaitAsync(cancellationToken);
        try
        {
            if (hidden is not null)
            {
                await hidden.TakeAsync(buffer, PassAsync, cancellationToken);
            }
            else
            {
                meter?.Write(buffer.Span);
                await PassAsync(buffer, cancellationToken);
            }
            abort.Meter(
                hasFirstEvent: meter is null or { Usage.Model: not null },
                hasLastEvent: meter?.HasFinished ?? false
            );
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>
    /// The provider's answer has ended or was aborted. The byte that is still held is forwarded only if the answer is
    /// whole.
    /// </summary>
    public async Task EndAsync(bool isWhole)
    {
        await gate.WaitAsync(CancellationToken.None);
        try
        {
            isOver = true;
            Complete();
            await EndCallAsync();
            if (isWhole && !abort.HasClientLeft)
            {
                Put(hidden is null ? default : hidden.Rest);
                Put(held is { } byteHeld ? [byteHeld] : default);
                client.End();
                await client.FlushAsync(CancellationToken.None);
            }
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>
    /// Writes a comment line into a stream that has been silent for long, if it is between two lines.
    /// </summary>
    public async Task KeepAliveAsync()
    {
        if (!takesComments || abort.HasClientLeft || clock.GetElapsedTime(passed) < KeepAliveAfter || !gate.Wait(0))
        {
            return;
        }
        try
        {
            // After the end it would be written into the next response of the connection.
            if (last == '\n' && held is null && !isOver)
            {
                Put(": keep-alive\n"u8);
                await client.FlushAsync(CancellationToken.None);
            }
        }
        finally
        {
            gate.Release();
        }
    }

    private async ValueTask PassAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        if (bytes.IsEmpty)
        {
            return;
        }
        var isEnd = !hasEnded && meter is not null && (isEventStream ? meter.HasEnded : meter.Length == length);
        if (abort.HasClientLeft)
        {
            if (isEnd)
            {
                await EndCallAsync();
            }
            return;
        }
        if (held is { } byteHeld)
        {
            Put([byteHeld]);
            held = null;
        }
        if (isEnd && EndCallAsync() is { IsCompletedSuccessfully: false } ending)
        {
            Put(bytes.Span[..^1]);
            await client.FlushAsync(cancellation);
            await ending;
            bytes = bytes[^1..];
        }
        else if (meter is not null && !isEventStream && length is null)
        {
            // This byte may be the last.
            held = bytes.Span[^1];
            bytes = bytes[..^1];
        }
        Put(bytes.Span);
        await client.FlushAsync(cancellation);
    }

    private async Task EndCallAsync()
    {
        if (!hasEnded)
        {
            hasEnded = true;
            if (!isEventStream)
            {
                Complete();
            }
            await end();
        }
    }

    private void Complete()
    {
        if (!isComplete && meter is not null)
        {
            isComplete = true;
            meter.Complete();
        }
    }

    private void Put(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > 0)
        {
            client.Write(bytes);
            last = bytes[^1];
            passed = clock.GetTimestamp();
        }
    }
}
