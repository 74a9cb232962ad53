using System.Globalization;
using System.Text.Json;
using Azure.Data.Tables;

namespace MyCoach.Backups;

/// <summary>
/// A row as a line of a backup: its table, its keys, and each column with its type, so that a restore writes the same
/// row.
/// </summary>
internal sealed record RowLine(string Table, TableEntity Row)
{
    private static readonly string[] ServiceColumns =
    [
        "odata.etag",
        nameof(TableEntity.PartitionKey),
        nameof(TableEntity.RowKey),
        nameof(TableEntity.Timestamp),
    ];

    public void WriteTo(Utf8JsonWriter json)
    {
        json.WriteString("table", Table);
        json.WriteString("partition", Row.PartitionKey);
        json.WriteString("row", Row.RowKey);
        json.WriteStartObject("columns");
        foreach (
            var (name, value) in Row.Where(column => column.Value is not null && !ServiceColumns.Contains(column.Key))
        )
        {
            var (type, text) = Write(value);
            json.WriteStartArray(name);
            json.WriteStringValue(type);
            json.WriteStringValue(text);
            json.WriteEndArray();
        }
        json.WriteEndObject();
    }

    /// <exception cref="BackupException">The line is not a row of a backup.</exception>
    public static RowLine Read(JsonElement line)
    {
        try
        {
            var row = new TableEntity(Text(line.GetProperty("partition")), Text(line.GetProperty("row")));
            foreach (var column in line.GetProperty("columns").EnumerateObject())
            {
                row[column.Name] = Read(Text(column.Value[0]), Text(column.Value[1]));
            }
            return new RowLine(Text(line.GetProperty("table")), row);
        }
        catch (Exception malformed)
            when (malformed
                    is KeyNotFoundException
                        or InvalidOperationException
                        or FormatException
                        or OverflowException
                        or IndexOutOfRangeException
            )
        {
            throw new BackupException("a line of the file is not a row");
        }
    }

    private static string Text(JsonElement value) => value.GetString() ?? throw new FormatException();

    private static (string Type, string Text) Write(object value) =>
        value switch
        {
            string text => ("string", text),
            bool truth => ("bool", truth ? "true" : "false"),
            int number => ("int32", number.ToString(CultureInfo.InvariantCulture)),
            long number => ("int64", number.ToString(CultureInfo.InvariantCulture)),
            double number => ("double", number.ToString("R", CultureInfo.InvariantCulture)),
            Guid id => ("guid", id.ToString("D")),
            byte[] bytes => ("binary", Convert.ToBase64String(bytes)),
            BinaryData bytes => ("binary", Convert.ToBase64String(bytes.ToMemory().Span)),
            DateTimeOffset time => ("time", time.ToString("O", CultureInfo.InvariantCulture)),
            _ => throw new BackupException($"a column has the unsupported type {value.GetType().Name}"),
        };

    private static object Read(string type, string text) =>
        type switch
        {
            "string" => text,
            "bool" => bool.Parse(text),
            "int32" => int.Parse(text, CultureInfo.InvariantCulture),
            "int64" => long.Parse(text, CultureInfo.InvariantCulture),
            "double" => double.Parse(text, CultureInfo.InvariantCulture),
            "guid" => Guid.ParseExact(text, "D"),
            "binary" => Convert.FromBase64String(text),
            "time" => DateTimeOffset.ParseExact(text, "O", CultureInfo.InvariantCulture),
            _ => throw new BackupException($"a column has the unknown type {type}"),
        };
}
