using System.Text.Json;
using Azure.Data.Tables;
using MyCoach.Ledger;
using MyCoach.Users;

namespace MyCoach.Accounts;

/// <summary>
/// Writes everything stored about a user as one JSON object, table by table, while the rows are read. Provider keys appear as their mask, never as
/// ciphertext. If the storage fails midway the connection is aborted, so that a partial export never looks complete.
/// </summary>
internal sealed class AccountExport(UserTables tables, TombstonesTable conversations, TimeProvider clock)
{
    private const int FlushBytes = 16 * 1024;

    // Columns that the storage or MyCoach needs internally. They say nothing about the user.
    private static readonly string[] InternalColumns = ["odata.etag", "WriteId", "CommitId"];

    public async Task WriteAsync(Stream stream, UserId user, CancellationToken cancellation)
    {
        // Disposed only on success: disposing flushes the buffer, and after a failed read nothing more may be sent.
        var json = new Utf8JsonWriter(stream);
        var deletions = await conversations.ListDeletedConversationsAsync(user, cancellation);
        json.WriteStartObject();
        json.WriteString("userId", user.Value);
        json.WriteString("exportedAt", clock.GetUtcNow().UtcDateTime);
        json.WriteStartObject("tables");
        foreach (var table in tables.All)
        {
            json.WriteStartArray(NameOf(table.Name));
            var rows = table.RowsOfAsync(user, cancellation);
            await foreach (var row in table == tables.Usage ? rows.Where(deletions.TryShow) : rows)
            {
                Write(json, row, table.Withheld);
                if (json.BytesPending > FlushBytes)
                {
                    await json.FlushAsync(cancellation);
                }
            }
            json.WriteEndArray();
        }
        json.WriteEndObject();
        json.WriteEndObject();
        await json.DisposeAsync();
    }

    private static void Write(Utf8JsonWriter json, TableEntity row, IReadOnlyList<string> withheld)
    {
        json.WriteStartObject();
        foreach (var (column, value) in row.Where(column => !withheld.Contains(column.Key) && !InternalColumns.Contains(column.Key)))
        {
            json.WritePropertyName(NameOf(column));
            WriteValue(json, value);
        }
        json.WriteEndObject();
    }

    private static void WriteValue(Utf8JsonWriter json, object? value)
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
