using MyCoach.Catalogue;

namespace MyCoach.Billing;

/// <summary>
/// Derives what each key cost from a bill that does not name keys: each line is divided by the tokens of its kind that the
/// keys used. The parts of a line are exactly the line.
/// </summary>
internal static class CostShares
{
    public static IEnumerable<CostLine> Of(BillLines lines) =>
        lines.HasKeys
            ? lines.Costs
            : lines.Costs.SelectMany(line => Divide(line, [.. lines.Usage.Where(use => IsOf(use, line))]));

    private static bool IsOf(UsageLine use, CostLine line) =>
        line.Kind is not null
        && use.Kind == line.Kind
        && use.Model == line.Model
        && use.Group == line.Group
        && use.Terms == line.Terms;

    private static List<CostLine> Divide(CostLine line, IReadOnlyList<UsageLine> uses)
    {
        var total = uses.Sum(use => use.Count);
        if (total == 0)
        {
            return [line];
        }
        var parts = uses.GroupBy(use => use.KeyId)
            .OrderBy(key => key.Key, StringComparer.Ordinal)
            .Select(key => (KeyId: key.Key, Count: key.Sum(use => use.Count)))
            .ToArray();
        var (given, done) = (PicoUsd.Zero, 0L);
        var divided = new List<CostLine>();
        foreach (var part in parts)
        {
            // Up to here all parts together have this much, so that the last one ends with the whole line.
            done += part.Count;
            var sum = new Fraction((System.Numerics.BigInteger)line.Amount.Value * done, total).Round();
            divided.Add(line with { KeyId = part.KeyId, Amount = sum - given, Count = part.Count });
            given = sum;
        }
        return divided;
    }
}
