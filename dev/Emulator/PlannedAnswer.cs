using Microsoft.AspNetCore.Http.Features;

namespace MyCoach.Dev.Emulator;

/// <summary>A response to send, byte for byte, instead of the emulator's own.</summary>
public sealed class PlannedAnswer
{
    public int Status { get; init; } = 200;

    /// <summary>The text after the status; null for the usual one.</summary>
    public string? ReasonPhrase { get; init; }

    public string ContentType { get; init; } = "application/json";

    /// <summary>Additional headers (<c>content-encoding</c> …). They override headers that the emulator sets.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>
    /// The pieces of the body, each written and flushed separately. The headers are sent before the first piece is
    /// awaited.
    /// </summary>
    public required IAsyncEnumerable<ReadOnlyMemory<byte>> Body { get; init; }

    /// <summary>Whether to reset the connection after the last piece instead of completing the response.</summary>
    public bool BreaksOff { get; init; }

    /// <summary>Whether to send Content-Length instead of chunks. Then all pieces are buffered first.</summary>
    public bool StatesLength { get; init; }

    /// <summary>Plans a response with this body. Without a piece size, the body is one piece.</summary>
    public static PlannedAnswer Of(
        ReadOnlyMemory<byte> body,
        string contentType = "application/json",
        int status = 200,
        int? pieceSize = null,
        bool breaksOff = false
    )
    {
        var size = pieceSize ?? Math.Max(body.Length, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1, nameof(pieceSize));
        return new PlannedAnswer
        {
            Status = status,
            ContentType = contentType,
            Body = Cut(body, size).ToAsyncEnumerable(),
            BreaksOff = breaksOff,
        };
    }

    internal async Task WriteAsync(HttpContext http)
    {
        http.Response.StatusCode = Status;
        http.Features.GetRequiredFeature<IHttpResponseFeature>().ReasonPhrase = ReasonPhrase;
        http.Response.ContentType = ContentType;
        foreach (var (name, value) in Headers)
            http.Response.Headers[name] = value;

        var pieces = StatesLength ? await BufferAsync(http) : Body;
        await http.Response.Body.FlushAsync(http.RequestAborted);
        await foreach (var piece in pieces.WithCancellation(http.RequestAborted))
        {
            await http.Response.Body.WriteAsync(piece, http.RequestAborted);
            await http.Response.Body.FlushAsync(http.RequestAborted);
        }
        if (BreaksOff)
            await BrokenConnection.ResetAsync(http);
    }

    private async Task<IAsyncEnumerable<ReadOnlyMemory<byte>>> BufferAsync(HttpContext http)
    {
        var pieces = await Body.ToListAsync(http.RequestAborted);
        // A client that has received Content-Length bytes would not notice the reset.
        var missing = BreaksOff ? 1 : 0;
        http.Response.ContentLength = pieces.Sum(piece => (long)piece.Length) + missing;
        return pieces.ToAsyncEnumerable();
    }

    private static IEnumerable<ReadOnlyMemory<byte>> Cut(ReadOnlyMemory<byte> body, int size)
    {
        for (var start = 0; start < body.Length; start += size)
            yield return body.Slice(start, Math.Min(size, body.Length - start));
    }
}
