using MyCoach.Dev;

namespace MyCoach.Tests.Support;

/// <summary>
/// Fails storage calls by a seed: each with the same chance, in any of the ways in which the service could fail that
/// call, and none more often in a row than said.
/// </summary>
/// <param name="mostInARow">Three are as many as the SDK, and the program where the SDK may not, makes good by
/// itself.</param>
public sealed class FaultPlan(int seed, double chance, int mostInARow = 3)
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

    /// <summary>What befalls a call of one of the instances.</summary>
    public StorageFault Deal(int instance, StorageCall call)
    {
        // What the SDK repeats keeps its id, and many of its kind may be under way; what the program repeats gets
        // another id, and is alone.
        var key = call.Method == "GET" || call.CreatesTable ? call.RequestId : $"{instance} {call.Method} {call.Path}";
        lock (gate)
        {
            var failed = inARow.GetValueOrDefault(key);
            var fault =
                failed < mostInARow && random.NextDouble() < chance ? Draw([.. Possible(call)]) : StorageFault.None;
            inARow[key] = fault == StorageFault.None ? 0 : failed + 1;
            dealt[(call.IsTransaction, fault)] = dealt.GetValueOrDefault((call.IsTransaction, fault)) + 1;
            return fault;
        }
    }

    // Each way once before any comes again, so that none is missing by chance where calls are few.
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
