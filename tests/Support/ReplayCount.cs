using System.Globalization;
using System.Text;

namespace MyCoach.Tests.Support;

/// <summary>What became of replayed exchanges, by their kind.</summary>
internal sealed class ReplayCount
{
    private readonly SortedDictionary<string, Row> rows = new(StringComparer.Ordinal);

    public Row Total => rows.Values.Aggregate(new Row(), (sum, row) => sum + row);

    public void Add(Recording recording, Row outcome)
    {
        var kind =
            $"{recording.ProviderId, -9} {recording.Path, -20} {(recording.IsStream ? "stream" : "body"), -6} {recording.Status}";
        rows[kind] = rows.GetValueOrDefault(kind, new Row()) + outcome;
    }

    public override string ToString()
    {
        var table = new StringBuilder($"{"", -41} {Row.Heads}\n");
        foreach (var (kind, row) in rows)
        {
            table.Append(CultureInfo.InvariantCulture, $"{kind, -41} {row}\n");
        }
        return table.Append(CultureInfo.InvariantCulture, $"{"in all", -41} {Total}").ToString();
    }

    /// <summary>
    /// How many were replayed; of those, how many came byte for byte, and how many were recorded as stated, by an
    /// estimate or not at all.
    /// </summary>
    public readonly record struct Row(int Replayed, int SameBytes, int AsStated, int Estimated, int Unmetered)
    {
        public const string Heads = "replayed  bytes equal  usage equal  estimated  unmetered";

        public static Row operator +(Row left, Row right) =>
            new(
                left.Replayed + right.Replayed,
                left.SameBytes + right.SameBytes,
                left.AsStated + right.AsStated,
                left.Estimated + right.Estimated,
                left.Unmetered + right.Unmetered
            );

        public override string ToString() =>
            $"{Replayed, 8} {SameBytes, 12} {AsStated, 12} {Estimated, 10} {Unmetered, 10}";
    }
}
