using System.IO.Pipelines;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Azure.Data.Tables;
using MyCoach.Users;

namespace MyCoach.Exports;

/// <summary>
/// Writes views and rows as JSON, and sends what is written every few kilobytes. The serialiser flushes without waiting,
/// so it writes into a buffer.
/// </summary>
internal sealed class ExportWriter(PipeWriter output, Utf8JsonWriter json, JsonSerializerOptions options)
{
    private const int FlushBytes = 16 * 1024;

    // Columns that say nothing about the user, and those that name the row.
    private static readonly string[] InternalColumns = ["odata.etag", "WriteId", "CommitId"];

    public Utf8JsonWriter Json => json;

    public void Write<TView>(TView view) =>
        JsonSerializer.Serialize(json, view, (JsonTypeInfo<TView>)options.GetTypeInfo(typeof(TView)));

    public void Write<TView>(string member, TView view)
    {
        json.WritePropertyName(member);
        Write(view);
    }

    /// <summary>Writes a row as it is stored.</summary>
    public void WriteRow(UserTable table, TableEntity row)
    {
        json.WriteStartObject();
        json.WriteString("table", NameOf(table.Name));
        foreach (
            var (column, value) in row.Where(column =>
                !table.Withheld.Contains(column.Key) && !InternalColumns.Contains(column.Key)
            )
        )
        {
            json.WritePropertyName(NameOf(column));
            WriteValue(value);
        }
        json.WriteEndObject();
    }

    public async Task FlushIfLongAsync(CancellationToken cancellation)
    {
        json.Flush();
        if (output.UnflushedBytes > FlushBytes)
        {
            await output.FlushAsync(cancellation);
        }
    }

    public async Task FinishAsync(CancellationToken cancellation)
    {
        json.Flush();
        await output.FlushAsync(cancellation);
        await output.CompleteAsync();
    }

    private void WriteValue(object? value)
    {
        switch (value)
        {
            case null:
                json.WriteNullValue();
                break;
            case string text:
                json.WriteStringValue(text);
                break;
            case bool flag:
                json.WriteBooleanValue(flag);
                break;
            case int number:
                json.WriteNumberValue(number);
                break;
            case long number:
                json.WriteNumberValue(number);
                break;
            case DateTimeOffset time:
                json.WriteStringValue(time.UtcDateTime);
                break;
            default:
                throw new InvalidOperationException($"No table has columns of type {value.GetType().Name}.");
        }
    }

    private static string NameOf(string column) => JsonNamingPolicy.CamelCase.ConvertName(column);
}
