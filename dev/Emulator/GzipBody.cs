using System.IO.Compression;

namespace MyCoach.Dev.Emulator;

/// <summary>Packs what is written to the answer from here on, each flush so that the client can unpack everything up to it.</summary>
internal sealed class GzipBody : IAsyncDisposable
{
    private readonly HttpResponse response;
    private readonly Stream plain;
    private readonly GZipStream packed;

    private GzipBody(HttpResponse response)
    {
        this.response = response;
        plain = response.Body;
        packed = new GZipStream(plain, CompressionLevel.Fastest, leaveOpen: true);
        response.Body = packed;
        response.Headers.ContentEncoding = "gzip";
        response.Headers.Vary = "accept-encoding";
    }

    /// <summary>Null where the request does not accept it.</summary>
    public static GzipBody? Over(HttpContext http) =>
        http.Request.Headers.AcceptEncoding.ToString().Contains("gzip", StringComparison.OrdinalIgnoreCase) ? new GzipBody(http.Response) : null;

    public static bool Packs(HttpResponse response) => response.Body is GZipStream;

    public async ValueTask DisposeAsync()
    {
        response.Body = plain;
        await packed.DisposeAsync();
    }
}
