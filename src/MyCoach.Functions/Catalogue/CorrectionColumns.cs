using System.Globalization;
using System.IO.Compression;
using System.Text.Json;
using Azure.Data.Tables;

namespace MyCoach.Catalogue;

/// <summary>The columns of a row that hold corrections, compressed: a book of prices is larger than one column.</summary>
internal static class CorrectionColumns
{
    /// <summary>The most bytes that compressed corrections may take.</summary>
    public const int MaxBytes = MaxColumns * ColumnBytes;

    // A binary column holds at most 64 KiB, and a row 1 MiB.
    private const int ColumnBytes = 64 * 1024;
    private const int MaxColumns = 14;

    public static void Write(TableEntity row, PriceCorrections corrections)
    {
        foreach (var (i, part) in Compress(corrections).Chunk(ColumnBytes).Index())
        {
            row[ColumnOf(i)] = part;
        }
    }

    /// <summary>Null if a later release wrote them, with members that this one does not know.</summary>
    public static PriceCorrections? TryRead(TableEntity row)
    {
        using var compressed = new MemoryStream();
        for (var i = 0; row.GetBinary(ColumnOf(i)) is { } part; i++)
        {
            compressed.Write(part);
        }
        compressed.Position = 0;
        using var zip = new GZipStream(compressed, CompressionMode.Decompress);
        try
        {
            return JsonSerializer.Deserialize(zip, CatalogueJson.Default.PriceCorrections)!;
        }
        catch (Exception fault) when (fault is JsonException or InvalidDataException)
        {
            return null;
        }
    }

    public static byte[] Compress(PriceCorrections corrections)
    {
        using var compressed = new MemoryStream();
        using (var zip = new GZipStream(compressed, CompressionLevel.Optimal, leaveOpen: true))
        {
            JsonSerializer.Serialize(zip, corrections, CatalogueJson.Default.PriceCorrections);
        }
        return compressed.ToArray();
    }

    private static string ColumnOf(int index) => string.Create(CultureInfo.InvariantCulture, $"Corrections{index}");
}
