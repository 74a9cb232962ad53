using System.Text;
using System.Text.Unicode;
using MyCoach.Ledger;
using MyCoach.Users;

namespace MyCoach.Gateway;

/// <summary>
/// The header with a call's metadata: <c>key=value</c>, separated by commas, each value percent-encoded.
/// </summary>
internal static class MetadataHeader
{
    public const string Name = "X-MyCoach-Metadata";

    public static readonly string InvalidMessage =
        $"{Name} must be pairs such as feature=search,team=a%20b with percent-encoded values. It {EventMetadata.Rule}.";

    /// <summary>Null if the header is malformed.</summary>
    public static IReadOnlyDictionary<string, string>? TryRead(HttpRequest request)
    {
        var text = request.Headers[Name].ToString();
        var pairs = (text.Length == 0 ? [] : text.Split(','))
            .Select(pair => pair.Split('=', 2))
            .Select(parts => (Key: parts[0].Trim(), Value: parts.Length == 2 ? Decode(parts[1].Trim()) : null))
            .ToArray();
        return
            pairs.Length <= EventMetadata.MaxPairs
            && pairs.All(pair => EventMetadata.IsKey(pair.Key) && EventMetadata.IsValue(pair.Value))
            && pairs.DistinctBy(pair => pair.Key).Count() == pairs.Length
            ? EventMetadata.Of(pairs.Select(pair => KeyValuePair.Create(pair.Key, pair.Value!)))
            : null;
    }

    private static string? Decode(string encoded) =>
        PercentEncoding.TryDecode(encoded) is { } bytes && Utf8.IsValid(bytes) ? Encoding.UTF8.GetString(bytes) : null;
}
