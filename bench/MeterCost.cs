using System.Diagnostics;
using MyCoach.Metering;

namespace MyCoach.Bench;

/// <summary>What the meter itself costs for each event of a stream.</summary>
internal static class MeterCost
{
    private const int Streams = 5000;

    // What a stream needs once (its reader, its buffers) is there after these.
    private const int First = 3;

    public static void Measure()
    {
        Console.WriteLine(
            Figures.Head("meter, a chat's stream event by event", "ns an event", "bytes allocated an event", "bytes allocated a stream")
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
                $"{streams.Select(one => one.Nanoseconds).Median():0}",
                $"{streams.Max(one => one.Bytes):0}",
                $"{streams.Select(one => one.BytesInAll).Median():0}"
            )
        );
    }

    private static (double Nanoseconds, double Bytes, double BytesInAll) MeterOne(Action<EventStreamMeter, byte[]> take)
    {
        var allocatedBefore = GC.GetAllocatedBytesForCurrentThread();
        var meter = new EventStreamMeter();
        foreach (var one in ProviderStub.Stream.AsSpan(0, First))
        {
            take(meter, one);
        }
        // The last three name a finish, the usage and the end, once in each stream.
        var events = ProviderStub.Stream.AsSpan(First..^3);
        var (allocated, began) = (GC.GetAllocatedBytesForCurrentThread(), Stopwatch.GetTimestamp());
        foreach (var one in events)
        {
            take(meter, one);
        }
        var (took, after) = (Stopwatch.GetElapsedTime(began), GC.GetAllocatedBytesForCurrentThread());
        foreach (var one in ProviderStub.Stream.AsSpan(^3..))
        {
            take(meter, one);
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
