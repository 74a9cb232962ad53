namespace MyCoach.Hosting;

/// <summary>Finds the known names that a misspelt name probably means.</summary>
internal static class Spelling
{
    private const int MaxLength = 128;
    private const int MaxEdits = 2;

    /// <summary>
    /// The known name with the fewest letters inserted, removed or replaced, ignoring case; null if the nearest takes more
    /// than two.
    /// </summary>
    public static string? Nearest(string name, IEnumerable<string> known) =>
        known
            .Where(candidate => Math.Abs(candidate.Length - name.Length) <= MaxEdits)
            .Select(candidate => (Name: candidate, Edits: Edits(name, candidate)))
            .Where(candidate => candidate.Edits <= MaxEdits)
            .OrderBy(candidate => candidate.Edits)
            .Select(candidate => candidate.Name)
            .FirstOrDefault();

    /// <summary>
    /// The nearest names first, at most <paramref name="count"/>, of which two fifths may differ; also those that the name
    /// begins with.
    /// </summary>
    public static IReadOnlyList<string> Nearest(string name, IEnumerable<string> known, int count) =>
        name.Length > MaxLength
            ? []
            :
            [
                .. known
                    .Select(candidate => (Name: candidate, Edits: Edits(name, candidate)))
                    .Where(candidate =>
                        5 * candidate.Edits <= 2 * Math.Max(name.Length, candidate.Name.Length)
                        || name.StartsWith(candidate.Name, StringComparison.OrdinalIgnoreCase)
                    )
                    .OrderBy(candidate => candidate.Edits)
                    .ThenBy(candidate => candidate.Name, StringComparer.Ordinal)
                    .Take(count)
                    .Select(candidate => candidate.Name),
            ];

    // Levenshtein's distance, one row of its table at a time.
    private static int Edits(string from, string to)
    {
        var row = Enumerable.Range(0, to.Length + 1).ToArray();
        for (var i = 1; i <= from.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= to.Length; j++)
            {
                var replaced =
                    diagonal + (char.ToUpperInvariant(from[i - 1]) == char.ToUpperInvariant(to[j - 1]) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
            }
        }
        return row[to.Length];
    }
}
