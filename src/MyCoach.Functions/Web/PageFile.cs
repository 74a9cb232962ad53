using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Net.Http.Headers;

namespace MyCoach.Web;

/// <summary>A file of the page.</summary>
/// <param name="forms">The file as it is and its compressed forms, the smallest first.</param>
internal sealed class PageFile(string path, IReadOnlyList<PageFileForm> forms)
{
    public const string Html = "text/html; charset=utf-8";

    private const string Identity = "identity";

    // Less than any quality that a client can state.
    private const double LeastQuality = 0.0001;

    private static readonly FileExtensionContentTypeProvider Types = new();

    public string ContentType { get; } =
        !Types.TryGetContentType(path, out var type) ? "application/octet-stream"
        : type == "text/html" ? Html
        : type;

    // The names of assets contain a hash of their content.
    public string CacheControl { get; } =
        path.StartsWith(PageFiles.Assets, StringComparison.Ordinal)
            ? "public, max-age=31536000, immutable"
            : "no-cache";

    /// <summary>The form that the client prefers, of equal ones the smallest.</summary>
    public PageFileForm FormFor(IList<StringWithQualityHeaderValue> accepted) =>
        forms.MaxBy(form => QualityOf(form.ContentEncoding ?? Identity, accepted))!;

    private static double QualityOf(string encoding, IList<StringWithQualityHeaderValue> accepted) =>
        (
            accepted.FirstOrDefault(value => value.Value.Equals(encoding, StringComparison.OrdinalIgnoreCase))
            ?? accepted.FirstOrDefault(value => value.Value == "*")
        )
            is { } stated
            ? stated.Quality ?? 1
        : encoding == Identity ? LeastQuality
        : 0;
}
