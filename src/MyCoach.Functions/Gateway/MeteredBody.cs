using System.Buffers;
using System.IO.Pipelines;
using MyCoach.Metering;

namespace MyCoach.Gateway;

/// <summary>
/// The way of an answer to its caller: every piece is metered and passed on at once, but for the very last byte, which waits until the usage is recorded,
/// so that whoever has the answer can see what it cost. When the caller has left, the rest is metered only.
/// </summary>
/// <param name="meter">Null for an answer that costs nothing.</param>
/// <param name="takesComments">Whether a line can be added to it, as to no stream that is compressed.</param>
/// <param name="hidesUsage">Whether the event that states the usage is kept from the caller, who did not ask for it.</param>
/// <param name="settle">Records the usage; returns after a while even where that does not succeed.</param>
internal sealed class MeteredBody(
    PipeWriter client,
    AnswerMeter? meter,
    bool isEventStream,
    bool takesComments,
    bool hidesUsage,
    CallWatch watch,
    TimeProvider clock,
    Func<Task> settle
) : WriteOnlyStream
{
    /// <summary>How long a stream may be silent before it gets a comment line, which tells everything on the way that it is alive.</summary>
    public static readonly TimeSpan KeepAliveAfter = TimeSpan.FromSeconds(30);

    private readonly SemaphoreSlim gate = new(1);
    private readonly EventStreamMeter? events = hidesUsage ? meter as EventStreamMeter : null;
    private readonly ArrayBufferWriter<byte> pending = new();
    private long passed = clock.GetTimestamp();
    private byte last = (byte)'\n';
    private byte? held;
    private bool isSettled;
    private bool isOver;

    public bool HasFinished => meter?.HasFinished ?? false;

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        watch.Hear();
        await gate.WaitAsync(cancellationToken);
        try
        {
            if (events is not null)
            {
                await TakeEventsAsync(events, buffer, cancellationToken);
            }
            else
            {
                meter?.Write(buffer.Span);
                await PassAsync(buffer, cancellationToken);
            }
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>The provider's answer has come to its end, or was given up; what is still held goes out only with a whole one.</summary>
    public async Task EndAsync(bool isWhole)
    {
        await gate.WaitAsync(CancellationToken.None);
        try
        {
            isOver = true;
            if (meter is not null)
            {
                await meter.CompleteAsync();
            }
            await SettleAsync();
            if (isWhole && !watch.HasClientLeft)
            {
                Put(events?.IsUsageAlone == true ? default : pending.WrittenSpan);
                Put(held is { } byteHeld ? [byteHeld] : default);
                await client.FlushAsync(CancellationToken.None);
            }
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>Lets a caller who has waited long see that the stream is alive, where a line can stand.</summary>
    public async Task KeepAliveAsync()
    {
        if (!takesComments || watch.HasClientLeft || clock.GetElapsedTime(passed) < KeepAliveAfter || !gate.Wait(0))
        {
            return;
        }
        try
        {
            // Once it is over, what would be written would stand in the answer to the connection's next request.
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

    private async ValueTask TakeEventsAsync(EventStreamMeter events, ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        var from = 0;
        for (var at = 0; at < bytes.Length; )
        {
            var start = at;
            at += events.TakeEvent(bytes.Span[at..], out var isComplete);
            if (!isComplete)
            {
                // Until its end has come, nobody knows whether this is the one to hide.
                await PassAsync(bytes[from..start], cancellation);
                pending.Write(bytes.Span[start..]);
                return;
            }
            if (pending.WrittenCount > 0)
            {
                pending.Write(bytes.Span[start..at]);
                await PassAsync(events.IsUsageAlone ? default : pending.WrittenMemory, cancellation);
                pending.ResetWrittenCount();
                from = at;
            }
            else if (events.IsUsageAlone)
            {
                await PassAsync(bytes[from..start], cancellation);
                from = at;
            }
        }
        await PassAsync(bytes[from..], cancellation);
    }

    private async ValueTask PassAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        if (bytes.IsEmpty)
        {
            return;
        }
        var isEnd = isEventStream && meter is { HasEnded: true } && !isSettled;
        if (watch.HasClientLeft)
        {
            await (isEnd ? SettleAsync() : Task.CompletedTask);
            return;
        }
        if (held is { } byteHeld)
        {
            Put([byteHeld]);
            held = null;
        }
        if (meter is not null && (isEnd || !isEventStream))
        {
            held = bytes.Span[^1];
            bytes = bytes[..^1];
        }
        Put(bytes.Span);
        await client.FlushAsync(cancellation);
        if (isEnd)
        {
            await SettleAsync();
            Put([held!.Value]);
            held = null;
            await client.FlushAsync(cancellation);
        }
    }

    private async Task SettleAsync()
    {
        if (!isSettled)
        {
            isSettled = true;
            await settle();
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
