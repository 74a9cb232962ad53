using System.Collections.Concurrent;

namespace MyCoach.Dev.Soak;

/// <summary>Bursts of storage faults: in each, a share of the calls of all instances fails or waits in one way.</summary>
internal sealed class SoakFaults(StorageProxy proxy, TimeSpan every)
{
    private static readonly (string Name, StorageFault Fault)[] Kinds =
    [
        ("refused", StorageFault.Busy),
        ("broken off before the change", StorageFault.DropBefore),
        ("answer lost after the change", StorageFault.DropAfter),
        ("answer of a success lost", StorageFault.DropAfterSuccess),
        ("answer cut", StorageFault.CutAnswer),
        ("false conflict", StorageFault.Conflict),
        ("false precondition", StorageFault.PreconditionFailed),
        ("delayed", StorageFault.None),
        ("answer delayed", StorageFault.None),
    ];

    private readonly ConcurrentDictionary<string, int> struck = new();
    private volatile Burst? burst;

    public int Bursts { get; private set; }

    /// <summary>How many storage calls each kind of fault has struck.</summary>
    public IReadOnlyList<(string Kind, int Calls)> Struck =>
        [.. Kinds.Select(kind => (kind.Name, struck.GetValueOrDefault(kind.Name)))];

    public async Task RunAsync(CancellationToken over)
    {
        proxy.Fault = Deal;
        proxy.Hold = call => DelayAsync(call, "delayed");
        proxy.HoldAnswer = call => DelayAsync(call, "answer delayed");
        for (var next = 0; !over.IsCancellationRequested; next++)
        {
            await PauseAsync(every * (0.5 + Random.Shared.NextDouble()), over);
            // All kinds in turn, so that a short soak has each.
            var (name, fault) = Kinds[next % Kinds.Length];
            burst = new Burst(name, fault, Share: Random.Shared.Next(3) == 0 ? 1 : 0.4);
            Bursts++;
            await PauseAsync(TimeSpan.FromMilliseconds(Random.Shared.Next(100, 1000)), over);
            burst = null;
            // The proxy records every call with its body.
            proxy.ClearCalls();
        }
    }

    private StorageFault Deal(StorageCall call)
    {
        if (burst is not { Fault: not StorageFault.None } now || !Strikes(now) || !CanHappen(now.Fault, call))
        {
            return StorageFault.None;
        }
        Count(now);
        return now.Fault;
    }

    private Task DelayAsync(StorageCall call, string name)
    {
        if (burst is not { Fault: StorageFault.None } now || now.Name != name || !Strikes(now))
        {
            return Task.CompletedTask;
        }
        Count(now);
        return Task.Delay(Random.Shared.Next(100, 2000));
    }

    private static bool Strikes(Burst now) => Random.Shared.NextDouble() < now.Share;

    private static bool CanHappen(StorageFault fault, StorageCall call) =>
        fault switch
        {
            StorageFault.Conflict => call.Inserts,
            StorageFault.PreconditionFailed => call is { Inserts: true, IsConditional: true },
            _ => true,
        };

    private void Count(Burst now) => struck.AddOrUpdate(now.Name, 1, (_, count) => count + 1);

    private static async Task PauseAsync(TimeSpan time, CancellationToken over) =>
        await Task.Delay(time, over).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private sealed record Burst(string Name, StorageFault Fault, double Share);
}
