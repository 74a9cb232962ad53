using MyCoach.Dev;

namespace MyCoach.Tests.Support;

/// <summary>
/// Injects storage faults from a seed, at most <paramref name="maxInARow"/> in a row. Each call has the same chance of a
/// fault, and gets one that the service could produce for it.
/// </summary>
/// <param name="maxInARow">The SDK, or the program where the SDK may not retry, recovers from three.</param>
public sealed class FaultPlan(int seed, double chance, int maxInARow = 3)
{
    private readonly Lock gate = new();
    private readonly Random random = new(seed);
    private readonly Dictionary<string, int> inARow = new(StringComparer.Ordinal);
    private readonly Dictionary<int, Queue<StorageFault>> decks = [];
    private readonly Dictionary<(bool IsTransaction, StorageFault Fault), int> dealt = [];

    /// <summary>How many transactions failed in this way.</summary>
    public int Transactions(StorageFault fault) => dealt.GetValueOrDefault((true, fault));

    public string Summary =>
        string.Join(
            ", ",
            dealt
                .OrderBy(pair => pair.Key)
                .Select(pair => $"{(pair.Key.IsTransaction ? "transactions" : "others")} {pair.Key.Fault} {pair.Value}")
        );

    /// <summary>The fault for a call of one of the instances.</summary>
    public StorageFault Deal(int instance, StorageCall call)
    {
        // SDK retries keep the request id, and many such calls may run at once. The program's retries get a new id and
        // run alone.
        var key = call.Method == "GET" || call.CreatesTable ? call.RequestId : $"{instance} {call.Method} {call.Path}";
        lock (gate)
        {
            var failed = inARow.GetValueOrDefault(key);
            var fault =
                failed < maxInARow && random.NextDouble() < chance ? Draw([.. Possible(call)]) : StorageFault.None;
            inARow[key] = fault == StorageFault.None ? 0 : failed + 1;
            dealt[(call.IsTransaction, fault)] = dealt.GetValueOrDefault((call.IsTransaction, fault)) + 1;
            return fault;
        }
    }

    // Each fault is used once before any repeats, so none is missing when there are few calls.
    private StorageFault Draw(StorageFault[] possible)
    {
        if (!decks.TryGetValue(possible.Length, out var deck) || deck.Count == 0)
        {
            random.Shuffle(possible);
            decks[possible.Length] = deck = new Queue<StorageFault>(possible);
        }
        return deck.Dequeue();
    }

    private static IEnumerable<StorageFault> Possible(StorageCall call)
    {
        yield return StorageFault.Busy;
        yield return StorageFault.DropBefore;
        yield return StorageFault.DropAfter;
        if (call.Inserts)
        {
            yield return StorageFault.Conflict;
        }
        if (call.Inserts && call.IsConditional)
        {
            yield return StorageFault.PreconditionFailed;
        }
    }
}
