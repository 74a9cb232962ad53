namespace MyCoach.Dev.Emulator.Billing;

/// <summary>
/// What the providers bill, and how their bill differs from what their answers said. Every call that the emulator answers
/// is entered in full when its answer is generated, also if the client leaves before the end. Planned answers are not
/// entered. Thread-safe.
/// </summary>
public sealed partial class BillingBook
{
    // Enough for a month of any test. It also prevents a benchmark from exhausting memory.
    private const int MaxCalls = 200_000;

    private readonly Lock gate = new();
    private readonly Queue<BilledCall> calls = new();
    private readonly Dictionary<Organization, Queue<BilledCall>> callsOfOrganizations = [];
    private readonly List<BilledLine> lines = [];
    private readonly OrderedDictionary<string, BilledKey> keys = [];

    internal BillingBook(TimeProvider clock) => Clock = clock;

    /// <summary>
    /// Dates the calls and hides what is later than now. A test whose program has a fake clock sets that one.
    /// </summary>
    public TimeProvider Clock { get; set; }

    /// <summary>The calls that are entered, oldest first, also those that are not reported yet.</summary>
    public IReadOnlyList<BilledCall> Calls => Read(() => calls.ToArray());

    /// <summary>Enters a call without making it, at any time, as of a program beside MyCoach.</summary>
    public void Add(BilledCall call) => Add([call]);

    public void Add(IEnumerable<BilledCall> added)
    {
        ArgumentNullException.ThrowIfNull(added);
        Turn(() =>
        {
            foreach (var call in added)
            {
                Enter(call);
                if (calls.Count > MaxCalls)
                    callsOfOrganizations[Organization.Of(See(calls.Dequeue().ApiKey))].Dequeue();
            }
        });
    }

    /// <summary>Enters a cost that belongs to no call.</summary>
    public void Add(BilledLine line)
    {
        ArgumentNullException.ThrowIfNull(line);
        Turn(() =>
        {
            See(line.ApiKey);
            lines.Add(line);
        });
    }

    /// <summary>Makes a key known to its organisation. A key that the emulator accepts is known from then on.</summary>
    public BilledKey AddKey(string text) => Read(() => See(text));

    /// <summary>Removes the calls that match, and returns how many: a provider revises a past day.</summary>
    public int Forget(Func<BilledCall, bool> match)
    {
        ArgumentNullException.ThrowIfNull(match);
        return Read(() =>
        {
            var kept = calls.Where(call => !match(call)).ToArray();
            var removed = calls.Count - kept.Length;
            Clear();
            foreach (var call in kept)
                Enter(call);
            return removed;
        });
    }

    /// <summary>Removes all calls, lines, keys and deviations.</summary>
    public void Reset() =>
        Turn(() =>
        {
            Clear();
            lines.Clear();
            keys.Clear();
            ResetDeviations();
        });

    internal DateTimeOffset Now => Clock.GetUtcNow();

    /// <summary>Enters a call that the emulator answers.</summary>
    internal void Record(
        KeyVerdict key,
        string model,
        EmulatedUsage usage,
        string? tier = null,
        bool searchesWeb = false,
        string? geography = null
    )
    {
        if (TakeForgotten())
            return;
        Add(
            new BilledCall
            {
                At = Now,
                ApiKey = key.Key,
                Model = model,
                Tier = tier is "default" or "auto" ? null : tier,
                Geography = geography ?? "global",
                Input = usage.Fresh,
                CachedInput = usage.CacheRead,
                CacheWrites = usage.IsCachedForAnHour ? 0 : usage.CacheWritten,
                CacheWrites1h = usage.IsCachedForAnHour ? usage.CacheWritten : 0,
                Output = usage.Output,
                WebSearches = searchesWeb ? 1 : 0,
            }
        );
    }

    /// <summary>The keys of an organisation that call models, oldest first.</summary>
    internal IReadOnlyList<BilledKey> KeysOf(BilledKey reader) =>
        Read(() => keys.Values.Where(key => key.Id is not null && AreOfOne(key, reader)).ToArray());

    private static bool AreOfOne(BilledKey one, BilledKey other) => Organization.Of(one) == Organization.Of(other);

    private void Enter(BilledCall call)
    {
        calls.Enqueue(call);
        var organization = Organization.Of(See(call.ApiKey));
        if (!callsOfOrganizations.TryGetValue(organization, out var ofOne))
            callsOfOrganizations[organization] = ofOne = new Queue<BilledCall>();
        ofOne.Enqueue(call);
    }

    private void Clear()
    {
        calls.Clear();
        callsOfOrganizations.Clear();
    }

    private BilledKey See(string text)
    {
        if (!keys.TryGetValue(text, out var key))
            keys[text] = key = BilledKey.Of(text);
        return key;
    }

    private T Read<T>(Func<T> read)
    {
        lock (gate)
            return read();
    }

    private void Turn(Action turn)
    {
        lock (gate)
            turn();
    }

    private readonly record struct Organization(bool IsAnthropic, string Name)
    {
        public static Organization Of(BilledKey key) => new(key.IsAnthropic, key.Organization);
    }
}
