using System.Text.Json;
using Azure.Data.Tables;
using MyCoach.Ledger;
using MyCoach.Users;

namespace MyCoach.Accounts;

/// <summary>
/// Everything held about a user as one JSON object, table by table and row by row as they are read. Of keys it holds the mask and never the ciphertext.
/// A storage that fails half-way breaks the connection, so that a part never passes for the whole.
/// </summary>
internal sealed class AccountExport(UserTables tables, TombstonesTable conversations, TimeProvider clock)
{
    private const int FlushBytes = 16 * 1024;

    // The storage's and our own bookkeeping, which says nothing about the user.
    private static readonly string[] Bookkeeping = ["odata.etag", "WriteId", "CommitId"];

    public async Task WriteAsync(Stream stream, UserId user, CancellationToken cancellation)
    {
        // Disposed of only at the end: it sends what it holds, and where the reading fails nothing more must go out.
        var json = new Utf8JsonWriter(stream);
        var detachments = await conversations.ListDetachmentsAsync(user, cancellation);
        json.WriteStartObject();
        json.WriteString("userId", user.Value);
        json.WriteString("exportedAt", clock.GetUtcNow().UtcDateTime);
        json.WriteStartObject("tables");
        foreach (var table in tables.All)
        {
            json.WriteStartArray(NameOf(table.Name));
            var rows = table.RowsOfAsync(user, cancellation);
            await foreach (var row in table == tables.Usage ? rows.Where(detachments.Show) : rows)
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
        foreach (var (column, value) in row.Where(column => !withheld.Contains(column.Key) && !Bookkeeping.Contains(column.Key)))
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
                throw new InvalidOperationException($"No table of ours has a column of type {value.GetType().Name}.");
        }
    }

    private static string NameOf(string column) => JsonNamingPolicy.CamelCase.ConvertName(column);
}
