using MyCoach.Catalogue;

namespace MyCoach.Billing;

/// <summary>What one side counts for a day, model and key, by kind of charge.</summary>
internal sealed class Side
{
    private readonly Dictionary<string, long> counts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, PicoUsd> amounts = new(StringComparer.Ordinal);

    /// <summary>Null if this side does not count calls.</summary>
    public long? Requests { get; set; }

    public IEnumerable<string> Kinds => counts.Keys.Union(amounts.Keys, StringComparer.Ordinal);

    /// <summary>The amounts of all kinds together.</summary>
    public PicoUsd Amount => amounts.Values.Aggregate(PicoUsd.Zero, (sum, amount) => sum + amount);

    public long CountOf(string kind) => counts.GetValueOrDefault(kind);

    public PicoUsd AmountOf(string kind) => amounts.GetValueOrDefault(kind);

    public void Count(string kind, long count) => counts[kind] = checked(CountOf(kind) + count);

    public void Charge(string kind, PicoUsd amount) => amounts[kind] = AmountOf(kind) + amount;
}
