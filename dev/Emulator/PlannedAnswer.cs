namespace MyCoach.Dev.Emulator;

/// <summary>An answer given instead of the emulator's own, byte for byte.</summary>
public sealed class PlannedAnswer
{
    public int Status { get; init; } = 200;

    public string ContentType { get; init; } = "application/json";

    /// <summary>More headers of the answer (<c>content-encoding</c> …); one that the emulator sets too replaces its value.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>The pieces of the body, each written and flushed by itself as it comes. The headers go out before the first one is awaited.</summary>
    public required IAsyncEnumerable<ReadOnlyMemory<byte>> Body { get; init; }

    /// <summary>Whether the connection is reset after the last piece instead of the answer being ended properly.</summary>
    public bool BreaksOff { get; init; }

    /// <summary>Sends Content-Length (the body is then gathered first) instead of chunks.</summary>
    public bool StatesLength { get; init; }

    /// <summary>Without a size for the pieces the whole body is one.</summary>
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
        http.Response.ContentType = ContentType;
        foreach (var (name, value) in Headers)
            http.Response.Headers[name] = value;

        var pieces = StatesLength ? await GatherAsync(http) : Body;
        await http.Response.Body.FlushAsync(http.RequestAborted);
        await foreach (var piece in pieces.WithCancellation(http.RequestAborted))
        {
            await http.Response.Body.WriteAsync(piece, http.RequestAborted);
            await http.Response.Body.FlushAsync(http.RequestAborted);
        }
        if (BreaksOff)
            await BrokenConnection.ResetAsync(http);
    }

    private async Task<IAsyncEnumerable<ReadOnlyMemory<byte>>> GatherAsync(HttpContext http)
    {
        var pieces = await Body.ToListAsync(http.RequestAborted);
        // Whoever has as many bytes as were stated has the whole answer and never sees the reset.
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
