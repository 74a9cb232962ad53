using System.Buffers;
using MyCoach.Metering;

namespace MyCoach.Gateway;

/// <summary>Leaves the event out of a stream that states the usage and nothing else. All others pass as soon as they are complete.</summary>
internal sealed class HiddenUsage(EventStreamMeter events)
{
    private readonly ArrayBufferWriter<byte> pending = new();

    /// <summary>What is left when the stream is over: the beginning of an event that never ended.</summary>
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
                // Until its end has come, nobody knows whether this is the one to hide.
                await pass(bytes[from..start], cancellation);
                pending.Write(bytes.Span[start..]);
                return;
            }
            if (pending.WrittenCount > 0)
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
