using System.Buffers;
using MyCoach.Metering;

namespace MyCoach.Gateway;

/// <summary>
/// Drops the event of a stream that states only the usage. All other events pass as soon as they are complete.
/// </summary>
internal sealed class HiddenUsage(EventStreamMeter events)
{
    // An event that states only the usage is shorter than a tenth of this.
    private const int MaxPendingBytes = 16 * 1024;

    private readonly ArrayBufferWriter<byte> pending = new();
    private bool isLong;

    /// <summary>What remains at the end of the stream: the beginning of an incomplete event.</summary>
    public ReadOnlySpan<byte> Rest => events.IsUsageOnly ? default : pending.WrittenSpan;

    public async ValueTask TakeAsync(
        ReadOnlyMemory<byte> bytes,
        Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> pass,
        CancellationToken cancellation
    )
    {
        var from = 0;
        for (var at = 0; at < bytes.Length; )
        {
            var start = at;
            at += events.TakeEvent(bytes.Span[at..], out var isComplete);
            if (!isComplete)
            {
                // Whether to hide this event is known only at its end.
                await pass(bytes[from..start], cancellation);
                pending.Write(bytes.Span[start..]);
                isLong |= pending.WrittenCount > MaxPendingBytes;
                if (isLong)
                {
                    await pass(pending.WrittenMemory, cancellation);
                    pending.ResetWrittenCount();
                }
                return;
            }
            if (isLong)
            {
                isLong = false;
            }
            else if (pending.WrittenCount > 0)
            {
                pending.Write(bytes.Span[start..at]);
                await pass(events.IsUsageOnly ? default : pending.WrittenMemory, cancellation);
                pending.ResetWrittenCount();
                from = at;
            }
            else if (events.IsUsageOnly)
            {
                await pass(bytes[from..start], cancellation);
                from = at;
            }
        }
        await pass(bytes[from..], cancellation);
    }
}
