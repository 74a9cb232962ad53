using System.Buffers;
using System.IO.Pipelines;
using MyCoach.Metering;

namespace MyCoach.Gateway;

/// <summary>
/// The way of an answer to its caller: every piece is metered and passed on at once. Before the very last byte goes, what the whole used is handed over to
/// be recorded. When the caller has left, the rest is metered only.
/// </summary>
/// <param name="meter">Null for an answer that costs nothing.</param>
/// <param name="length">In bytes, where it is stated.</param>
/// <param name="takesComments">Whether a line can be added to it, as to no stream that is compressed.</param>
/// <param name="hidesUsage">Whether the event that states the usage is kept from the caller, who did not ask for it.</param>
/// <param name="settle">Hands the usage over to be recorded, and waits with the last byte where that is behind.</param>
internal sealed class MeteredBody(
    PipeWriter client,
    AnswerMeter? meter,
    bool isEventStream,
    long? length,
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
    private readonly HiddenUsage? hidden = hidesUsage && meter is EventStreamMeter events ? new(events) : null;
    private long passed = clock.GetTimestamp();
    private byte last = (byte)'\n';
    private byte? held;
    private bool isComplete;
    private bool isSettled;
    private bool isOver;

    public bool HasFinished => meter?.HasFinished ?? false;

    /// <summary>Whether its first event is metered.</summary>
    public bool HasBegun => meter is null or { Usage.Model: not null };

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        watch.Hear();
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
            watch.Meter();
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
            await CompleteAsync();
            await SettleAsync();
            if (isWhole && !watch.HasClientLeft)
            {
                Put(hidden is null ? default : hidden.Rest);
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

    private async ValueTask PassAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        if (bytes.IsEmpty)
        {
            return;
        }
        var isEnd = !isSettled && meter is not null && (isEventStream ? meter.HasEnded : meter.Length == length);
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
        if (isEnd && SettleAsync() is { IsCompletedSuccessfully: false } settling)
        {
            Put(bytes.Span[..^1]);
            await client.FlushAsync(cancellation);
            await settling;
            bytes = bytes[^1..];
        }
        else if (meter is not null && !isEventStream && length is null)
        {
            // It may be the last.
            held = bytes.Span[^1];
            bytes = bytes[..^1];
        }
        Put(bytes.Span);
        await client.FlushAsync(cancellation);
    }

    private async Task SettleAsync()
    {
        if (!isSettled)
        {
            isSettled = true;
            // A stream says by itself that it has ended.
            await (isEventStream ? Task.CompletedTask : CompleteAsync());
            await settle();
        }
    }

    private async Task CompleteAsync()
    {
        if (!isComplete && meter is not null)
        {
            isComplete = true;
            await meter.CompleteAsync();
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
