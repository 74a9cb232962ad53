using System.Diagnostics;
using MyCoach.Metering;

namespace MyCoach.Bench;

/// <summary>Measures the meter's time and allocations per stream event.</summary>
internal static class MeterCost
{
    private const int Streams = 5000;

    // After these events the meter has made its one-time allocations (reader and buffers).
    private const int First = 3;

    public static void Measure()
    {
        Console.WriteLine(
            Figures.Head("meter, a chat's stream event by event", "ns per event", "bytes allocated per event", "bytes allocated per stream")
        );
        Print("passed on whole", (meter, bytes) => meter.Write(bytes));
        Print("searched for the event to hide", (meter, bytes) => meter.TakeEvent(bytes, out _));
    }

    private static void Print(string what, Action<EventStreamMeter, byte[]> take)
    {
        for (var i = 0; i < Streams; i++)
        {
            MeterOne(take);
        }
        var streams = Enumerable.Range(0, Streams).Select(_ => MeterOne(take)).ToArray();
        Console.WriteLine(
            Figures.Row(
                $"{what}",
                $"{streams.Select(stream => stream.Nanoseconds).Median():0}",
                $"{streams.Max(stream => stream.Bytes):0}",
                $"{streams.Select(stream => stream.BytesInAll).Median():0}"
            )
        );
    }

    private static (double Nanoseconds, double Bytes, double BytesInAll) MeterOne(Action<EventStreamMeter, byte[]> take)
    {
        var allocatedBefore = GC.GetAllocatedBytesForCurrentThread();
        var meter = new EventStreamMeter();
        foreach (var data in ProviderStub.Stream.AsSpan(0, First))
        {
            take(meter, data);
        }
        // Exclude the last three events (finish reason, usage, end), because each stream has them once.
        var events = ProviderStub.Stream.AsSpan(First..^3);
        var (allocated, began) = (GC.GetAllocatedBytesForCurrentThread(), Stopwatch.GetTimestamp());
        foreach (var data in events)
        {
            take(meter, data);
        }
        var (took, after) = (Stopwatch.GetElapsedTime(began), GC.GetAllocatedBytesForCurrentThread());
        foreach (var data in ProviderStub.Stream.AsSpan(^3..))
        {
            take(meter, data);
        }
        return meter.Usage is { InputTokens: ProviderStub.InputTokens, OutputTokens: ProviderStub.OutputTokens }
            ? (
                took.TotalNanoseconds / events.Length,
                (double)(after - allocated) / events.Length,
                GC.GetAllocatedBytesForCurrentThread() - allocatedBefore
            )
            : throw new InvalidOperationException("The meter did not find the usage.");
    }
}
