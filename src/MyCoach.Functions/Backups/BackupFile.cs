using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
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

    /// <param name="from">Must be seekable.</param>
    /// <exception cref="BackupException">The file is not a complete backup. The rows before the damage have been
    /// returned already.</exception>
    public static async IAsyncEnumerable<RowLine> ReadAsync(
        Stream from,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation
    )
    {
        using var lines = new StreamReader(new GZipStream(from, CompressionMode.Decompress, leaveOpen: true));
        var (rows, length, isComplete) = (-1L, 0L, false);
        while (await NextAsync(lines, cancellation) is { } text)
        {
            length += Encoding.UTF8.GetByteCount(text) + 1;
            using var line = Parse(text);
            if (rows < 0 && !IsFirstLine(line.RootElement))
            {
                throw new BackupException("the file is not a MyCoach backup of this version");
            }
            isComplete = IsLastLine(line.RootElement, rows);
            if (rows++ >= 0 && !isComplete)
            {
                yield return RowLine.Read(line.RootElement);
            }
        }
        if (!isComplete || !EndsWithLength(from, length))
        {
            throw Damaged();
        }
    }

    private static bool IsFirstLine(JsonElement line) =>
        line.TryGetProperty("format", out var format)
        && format.ValueKind == JsonValueKind.String
        && format.ValueEquals(Format);

    private static bool IsLastLine(JsonElement line, long rows) =>
        line.TryGetProperty("rows", out var count)
        && count.ValueKind == JsonValueKind.Number
        && count.TryGetInt64(out var stated)
        && stated == rows;

    // The last bytes of gzip are the length of what it contains. The decompressor accepts a file that lacks them, and
    // with them the checksum.
    private static bool EndsWithLength(Stream file, long length)
    {
        var last = new byte[sizeof(uint)];
        file.Position = file.Length - last.Length;
        file.ReadExactly(last);
        return BinaryPrimitives.ReadUInt32LittleEndian(last) == (uint)length;
    }

    private static async Task<string?> NextAsync(StreamReader lines, CancellationToken cancellation)
    {
        try
        {
            return await lines.ReadLineAsync(cancellation);
        }
        catch (InvalidDataException)
        {
            throw Damaged();
        }
    }

    private static JsonDocument Parse(string line)
    {
        try
        {
            var json = JsonDocument.Parse(line);
            return json.RootElement.ValueKind == JsonValueKind.Object ? json : throw Damaged();
        }
        catch (JsonException)
        {
            throw Damaged();
        }
    }

    private static BackupException Damaged() => new("the file is truncated or damaged");
}
