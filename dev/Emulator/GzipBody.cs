using System.IO.Compression;

namespace MyCoach.Dev.Emulator;

/// <summary>Compresses the response from here on. After each flush, the client can decompress everything sent so far.</summary>
internal sealed class GzipBody : IAsyncDisposable
{
    private readonly HttpResponse response;
    private readonly Stream plain;
    private readonly GZipStream compressed;

    private GzipBody(HttpResponse response)
    {
        this.response = response;
        plain = response.Body;
        compressed = new GZipStream(plain, CompressionLevel.Fastest, leaveOpen: true);
        response.Body = compressed;
        response.Headers.ContentEncoding = "gzip";
        response.Headers.Vary = "accept-encoding";
    }

    /// <summary>Null if the request does not accept gzip.</summary>
    public static GzipBody? Over(HttpContext http) =>
        http.Request.Headers.AcceptEncoding.ToString().Contains("gzip", StringComparison.OrdinalIgnoreCase) ? new GzipBody(http.Response) : null;

    public static bool IsCompressed(HttpResponse response) => response.Body is GZipStream;

    public async ValueTask DisposeAsync()
    {
        response.Body = plain;
        await compressed.DisposeAsync();
    }
}
