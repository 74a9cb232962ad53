namespace MyCoach.Hosting;

/// <summary>Finds the name that a misspelt one probably means.</summary>
internal static class Spelling
{
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
