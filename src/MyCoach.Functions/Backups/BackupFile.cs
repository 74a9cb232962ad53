using System.IO.Compression;
using System.Text.Json;

namespace MyCoach.Backups;

/// <summary>The lines of a backup: its format, one line per row, and the number of rows.</summary>
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

    /// <exception cref="BackupException">The file is not a complete backup. The rows before the damage have been returned already.</exception>
    public static async IAsyncEnumerable<RowLine> ReadAsync(
        Stream from,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation
    )
    {
        using var lines = new StreamReader(new GZipStream(from, CompressionMode.Decompress, leaveOpen: true));
        var (rows, isComplete) = (-1L, false);
        while (await NextAsync(lines, cancellation) is { } text)
        {
            using var line = Parse(text);
            if (rows < 0 && !(line.RootElement.TryGetProperty("format", out var format) && format.GetString() == Format))
            {
                throw new BackupException("the file is not a MyCoach backup of this version");
            }
            isComplete = line.RootElement.TryGetProperty("rows", out var count) && count.GetInt64() == rows;
            if (rows++ >= 0 && !isComplete)
            {
                yield return RowLine.Read(line.RootElement);
            }
        }
        if (!isComplete)
        {
            throw new BackupException("the file is truncated, so the restore is incomplete; delete the rows that were restored");
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
            throw new BackupException("the file is truncated or damaged");
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
            throw new BackupException("the file is truncated or damaged");
        }
    }
}
