namespace MyCoach.Http;

/// <summary>Finds the known names that a misspelt name probably means.</summary>
internal static class Nearest
{
    private const int MaxLength = 128;

    /// <summary>The nearest names first, at most <paramref name="count"/>; without those that differ too much.</summary>
    public static IReadOnlyList<string> Of(string name, IEnumerable<string> known, int count) =>
        name.Length > MaxLength
            ? []
            :
            [
                .. known
                    .Select(candidate => (Name: candidate, Distance: Distance(name, candidate)))
                    .Where(candidate =>
                        5 * candidate.Distance <= 2 * Math.Max(name.Length, candidate.Name.Length)
                        || name.StartsWith(candidate.Name, StringComparison.OrdinalIgnoreCase)
                    )
                    .OrderBy(candidate => candidate.Distance)
                    .ThenBy(candidate => candidate.Name, StringComparer.Ordinal)
                    .Take(count)
                    .Select(candidate => candidate.Name),
            ];

    /// <summary>Levenshtein distance, without regard to case.</summary>
    private static int Distance(string left, string right)
    {
        var row = Enumerable.Range(0, right.Length + 1).ToArray();
        foreach (var (i, character) in left.ToLowerInvariant().Index())
        {
            var diagonal = row[0];
            row[0] = i + 1;
            for (var j = 0; j < right.Length; j++)
            {
                var replaced = diagonal + (char.ToLowerInvariant(right[j]) == character ? 0 : 1);
                diagonal = row[j + 1];
                row[j + 1] = Math.Min(replaced, Math.Min(row[j], row[j + 1]) + 1);
            }
        }
        return row[^1];
    }
}
