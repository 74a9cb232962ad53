using System.Collections.ObjectModel;
using System.Globalization;
using System.Text.RegularExpressions;
using Azure.Data.Tables;
using MyCoach.Http;

namespace MyCoach.Ledger;

/// <summary>The metadata of an event: pairs of names and texts that its caller chose, one column per pair.</summary>
internal static partial class EventMetadata
{
    public const int MaxPairs = 8;

    public const int MaxValueBytes = 128;

    /// <summary>What metadata must be, for errors.</summary>
    public static readonly string Rule = string.Create(
        CultureInfo.InvariantCulture,
        $"must have at most {MaxPairs} pairs: different keys of 1 to 32 letters, digits and _ that begin with a letter, and values"
            + $" of 1 to {MaxValueBytes} UTF-8 bytes without control characters"
    );

    // No other column begins with it.
    private const string Prefix = "Metadata_";

    public static readonly IReadOnlyDictionary<string, string> None = ReadOnlyDictionary<string, string>.Empty;

    public static bool IsKey(string key) => Key().IsMatch(key);

    public static bool IsValue(string? value) => value is not null && PlainTextAttribute.IsPlain(value, MaxValueBytes);

    /// <summary>The column of a valid key.</summary>
    public static string ColumnOf(string key) => Prefix + key;

    public static bool AreSame(IReadOnlyDictionary<string, string> left, IReadOnlyDictionary<string, string> right) =>
        left.Count == right.Count
        && left.All(pair => right.TryGetValue(pair.Key, out var value) && value == pair.Value);

    /// <summary>The pairs in the order of their keys.</summary>
    public static IReadOnlyDictionary<string, string> Of(IEnumerable<KeyValuePair<string, string>> pairs) =>
        new SortedDictionary<string, string>(pairs.ToDictionary(StringComparer.Ordinal), StringComparer.Ordinal);

    public static void Write(IReadOnlyDictionary<string, string> metadata, TableEntity row)
    {
        foreach (var (key, value) in metadata)
        {
            row[ColumnOf(key)] = value;
        }
    }

    public static IReadOnlyDictionary<string, string> Read(TableEntity row)
    {
        List<KeyValuePair<string, string>>? pairs = null;
        foreach (var (column, value) in row)
        {
            if (column.StartsWith(Prefix, StringComparison.Ordinal) && value is string text)
            {
                (pairs ??= []).Add(new(column[Prefix.Length..], text));
            }
        }
        return pairs is null ? None : Of(pairs);
    }

    [GeneratedRegex(@"^[A-Za-z][A-Za-z0-9_]{0,31}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Key();
}
