using System.IO.Compression;
using System.Text.Json;

namespace MyCoach.Backups;

/// <summary>The lines of a backup: what it is, a row each, and how many there were.</summary>
internal static class BackupFile
{
    private const string Format = "mycoach-backup-1";

    public static Task BeginAsync(Stream to, DateTimeOffset now, CancellationToken cancellation) =>
        WriteAsync(
            to,
            json =>
            {
                json.WriteString("format", Format);
                json.WriteString("at", now);
            },
            cancellation
        );

    public static Task EndAsync(Stream to, long rows, CancellationToken cancellation) =>
        WriteAsync(to, json => json.WriteNumber("rows", rows), cancellation);

    public static async Task WriteAsync(Stream to, Action<Utf8JsonWriter> write, CancellationToken cancellation)
    {
        using var line = new MemoryStream();
        using (var json = new Utf8JsonWriter(line))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }
        line.WriteByte((byte)'\n');
        await to.WriteAsync(line.GetBuffer().AsMemory(0, (int)line.Length), cancellation);
    }

    /// <exception cref="BackupException">It is none, or not whole; then the rows before that have been given already.</exception>
    public static async IAsyncEnumerable<RowLine> ReadAsync(
        Stream from,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation
    )
    {
        using var lines = new StreamReader(new GZipStream(from, CompressionMode.Decompress, leaveOpen: true));
        var (rows, isWhole) = (-1L, false);
        while (await NextAsync(lines, cancellation) is { } text)
        {
            using var line = Parse(text);
            if (rows < 0 && !(line.RootElement.TryGetProperty("format", out var format) && format.GetString() == Format))
            {
                throw new BackupException("this is none, or of another version");
            }
            isWhole = line.RootElement.TryGetProperty("rows", out var count) && count.GetInt64() == rows;
            if (rows++ >= 0 && !isWhole)
            {
                yield return RowLine.Read(line.RootElement);
            }
        }
        if (!isWhole)
        {
            throw new BackupException("it is not whole, so what was restored is not either");
        }
    }

    private static async Task<string?> NextAsync(StreamReader lines, CancellationToken cancellation)
    {
        try
        {
            return await lines.ReadLineAsync(cancellation);
        }
        catch (InvalidDataException)
        {
            throw new BackupException("it is not whole, or none");
        }
    }

    private static JsonDocument Parse(string line)
    {
        try
        {
            return JsonDocument.Parse(line);
        }
        catch (JsonException)
        {
            throw new BackupException("it is not whole, or none");
        }
    }
}
