using MyCoach.Catalogue;
using MyCoach.Http;
using MyCoach.Ledger;

namespace MyCoach.Billing;

/// <summary>Adds up the rows of an export by day. Rows that differ in what is not compared become one line.</summary>
/// <param name="models">Finds models by the names that consoles show.</param>
/// <param name="names">The provider's ids of keys, by the provider's names of them, as far as they are known.</param>
/// <param name="memory">Of the request.</param>
internal sealed class StatementLines(ModelCatalogue models, Func<string, string?> names, MemoryShare memory)
{
    // A line with its texts, and its places in the sums and in what is then stored.
    private const int LineBytes = 1024;

    private readonly SortedDictionary<DateOnly, OfDay> days = [];

    // Null for two keys with one name.
    private readonly Dictionary<string, string?> idsByName = new(StringComparer.Ordinal);

    public ModelCatalogue Models => models;

    public PicoUsd Total { get; private set; }

    /// <summary>The ids of the keys that the rows name.</summary>
    public HashSet<string> KeyIds { get; } = new(StringComparer.Ordinal);

    public Period Period => new(days.Keys.First(), days.Keys.Last());

    /// <summary>Says that the export has this day, also if nothing was charged.</summary>
    public void AddDay(DateOnly day) => Of(day);

    public void Add(DateOnly day, CostLine line)
    {
        Total += line.Amount;
        var like = new LinesLike(
            line with
            {
                Amount = PicoUsd.Zero,
                Count = line.Count is null ? null : 0,
                List = line.List is null ? null : PicoUsd.Zero,
            },
            line.Amount < PicoUsd.Zero
        );
        var costs = Of(day).Costs;
        if (!costs.TryGetValue(like, out var sum))
        {
            Take();
            sum = like.Line;
        }
        costs[like] = sum with
        {
            Amount = sum.Amount + line.Amount,
            Count = sum.Count + line.Count,
            List = Add(sum.List, line.List),
        };
    }

    public void Add(DateOnly day, UsageLine line)
    {
        var usage = Of(day).Usage;
        var like = line with { Count = 0 };
        if (!usage.TryGetValue(like, out var sum))
        {
            Take();
        }
        usage[like] = sum + line.Count;
    }

    /// <summary>Remembers a key of the export.</summary>
    public void Name(string? keyId, string? name)
    {
        if (keyId is null)
        {
            return;
        }
        KeyIds.Add(keyId);
        if (name is not null)
        {
            idsByName[name] = idsByName.GetValueOrDefault(name, keyId) == keyId ? keyId : null;
        }
    }

    /// <summary>The id of a key that the export names without its id.</summary>
    public string? IdOf(string? name) => name is null ? null : names(name);

    /// <summary>The name of a key, if no other has the same.</summary>
    public string? NameOf(string keyId) => idsByName.FirstOrDefault(known => known.Value == keyId).Key;

    /// <summary>Each day from the first to the last: an export leaves out days on which nothing was charged.</summary>
    public IReadOnlyDictionary<DateOnly, BillLines> ByDay() =>
        Period.Days.ToDictionary(
            day => day,
            day => days.TryGetValue(day, out var lines) ? lines.Sum() : new OfDay().Sum()
        );

    private OfDay Of(DateOnly day) => days.TryGetValue(day, out var lines) ? lines : days[day] = new OfDay();

    private void Take()
    {
        if (!memory.TryGrow(LineBytes))
        {
            throw new MemoryExhaustedException();
        }
    }

    private static PicoUsd? Add(PicoUsd? sum, PicoUsd? more) =>
        sum is { } known && more is { } added ? known + added : null;

    // Refunds stay apart, because they are a cause of their own.
    private sealed record LinesLike(CostLine Line, bool IsNegative);

    private sealed class OfDay
    {
        public Dictionary<LinesLike, CostLine> Costs { get; } = [];

        public Dictionary<UsageLine, long> Usage { get; } = [];

        public BillLines Sum() =>
            new(
                [.. Usage.Select(use => use.Key with { Count = use.Value })],
                [.. Costs.Values],
                HasRequests: false,
                HasKeys: true
            );
    }
}
