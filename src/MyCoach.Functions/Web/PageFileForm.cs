using System.Reflection;
using System.Security.Cryptography;
using Microsoft.Net.Http.Headers;

namespace MyCoach.Web;

/// <summary>A file of the page in one encoding.</summary>
/// <param name="contentEncoding">Null for the file as it is.</param>
internal sealed class PageFileForm(string resource, string? contentEncoding)
{
    private readonly Lazy<EntityTagHeaderValue> etag = new(() => TagOf(resource));

    public string? ContentEncoding => contentEncoding;

    public EntityTagHeaderValue ETag => etag.Value;

    public Stream Open() => Open(resource);

    private static Stream Open(string resource) => Assembly.GetExecutingAssembly().GetManifestResourceStream(resource)!;

    private static EntityTagHeaderValue TagOf(string resource)
    {
        using var content = Open(resource);
        return new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(content))[..32]}\"");
    }
}
