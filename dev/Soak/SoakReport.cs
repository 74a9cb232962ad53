using System.Globalization;
using System.Text;

namespace MyCoach.Dev.Soak;

/// <summary>What a soak has found.</summary>
/// <param name="Calls">By budget and what became of the calls.</param>
/// <param name="Counts">What else was counted.</param>
public sealed record SoakReport(
    IReadOnlyList<SoakCheck> Checks,
    IReadOnlyList<(string Budget, IReadOnlyList<long> Counts)> Calls,
    IReadOnlyList<(string Name, long Count)> Counts,
    IReadOnlyList<SoakMemoryLine> Memory
)
{
    private const int MaxFailuresShown = 10;

    internal static readonly IReadOnlyList<(string Key, string Title)> Columns =
    [
        (nameof(SoakEnding.Answered), "answered"),
        (nameof(SoakEnding.Left), "left by the caller"),
        (nameof(SoakEnding.BrokenOff), "broken off"),
        (nameof(SoakEnding.Unanswered), "no answer"),
        (nameof(SoakEnding.Refused), "over budget"),
        (nameof(SoakEnding.Unavailable), "storage failed"),
        ("Stored", "settled"),
        ("Expired", "expired"),
        ("LostAnswered", "lost, answered"),
        ("LostLeft", "lost, left"),
        ("LostBrokenOff", "lost, broken off"),
        ("LostUnanswered", "lost, no answer"),
    ];

    public IEnumerable<SoakCheck> Failed => Checks.Where(check => check.Failures.Count > 0);

    public bool Succeeded => !Failed.Any();

    /// <summary>Tables in Markdown, and the first failures.</summary>
    public string ToMarkdown()
    {
        var text = new StringBuilder();
        Head(text, "check", "checked", "failed");
        foreach (var check in Checks)
        {
            Row(text, $"{check.Rule}", $"{check.Checked:N0}", $"{check.Failures.Count:N0}");
        }
        Head(text, ["calls through the gateway", .. Columns.Select(column => column.Title)]);
        foreach (var (budget, counts) in Calls)
        {
            Row(text, [$"{budget}", .. counts.Select(count => (FormattableString)$"{count:N0}")]);
        }
        Head(text, "what else happened", "count");
        foreach (var (name, count) in Counts)
        {
            Row(text, $"{name}", $"{count:N0}");
        }
        Head(text, "memory, MB", "starts", "first third", "last third", "growth", "highest");
        foreach (var line in Memory)
        {
            Row(
                text,
                $"instance {line.Instance + 1}",
                $"{line.Starts}",
                $"{line.First:0}",
                $"{line.Last:0}",
                $"{line.Growth:P1}",
                $"{line.Highest:0}"
            );
        }
        foreach (var check in Failed)
        {
            text.Append('\n').Append(CultureInfo.InvariantCulture, $"Failed: {check.Rule}\n\n");
            foreach (var failure in check.Failures.Take(MaxFailuresShown))
            {
                text.Append(CultureInfo.InvariantCulture, $"- {failure}\n");
            }
        }
        return text.ToString();
    }

    private static void Head(StringBuilder text, params string[] names) =>
        text.Append(text.Length > 0 ? "\n" : "")
            .Append(CultureInfo.InvariantCulture, $"| {string.Join(" | ", names)} |\n")
            .Append(CultureInfo.InvariantCulture, $"| {string.Join(" | ", names.Select(_ => "---"))} |\n");

    private static void Row(StringBuilder text, params FormattableString[] cells) =>
        text.Append("| ")
            .AppendJoin(" | ", cells.Select(cell => cell.ToString(CultureInfo.InvariantCulture)))
            .Append(" |\n");
}
