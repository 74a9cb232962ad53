using System.Text;
using Azure;
using Azure.Data.Tables;

namespace MyCoach.Storage;

/// <summary>
/// Row changes that are all applied or all rejected. Adding a row checks Azure's limits (one partition, each row once,
/// 100 operations, 4 MiB), because Azurite does not.
/// </summary>
internal sealed class EntityGroupTransaction(string partition)
{
    public const int MaxOperations = 100;
    public const int MaxBytes = 3_670_016;

    private readonly List<TableTransactionAction> actions = [];
    private readonly HashSet<string> rows = new(StringComparer.Ordinal);
    private int bytes;

    public IReadOnlyList<TableTransactionAction> Actions => actions;

    /// <summary>Whether the row fits into this transaction.</summary>
    public bool HasRoomFor(TableEntity row) => rows.Count < MaxOperations && bytes + SizeOf(row) <= MaxBytes;

    public void Insert(TableEntity row) => Add(TableTransactionActionType.Add, row, default);

    /// <summary>
    /// Replaces the row if it still has the ETag <paramref name="read"/>. Inserts it if <paramref name="read"/> is
    /// null.
    /// </summary>
    public void Write(TableEntity row, ETag? read) =>
        Add(
            read is null ? TableTransactionActionType.Add : TableTransactionActionType.UpdateReplace,
            row,
            read ?? default
        );

    /// <summary>Replaces the row, or inserts it, unconditionally.</summary>
    public void Upsert(TableEntity row) => Add(TableTransactionActionType.UpsertReplace, row, default);

    public void Delete(string partitionKey, string rowKey, ETag read) =>
        Add(TableTransactionActionType.Delete, new TableEntity(partitionKey, rowKey), read);

    private void Add(TableTransactionActionType type, TableEntity row, ETag etag)
    {
        bytes += SizeOf(row);
        Require(row.PartitionKey == partition, "belongs to another partition");
        Require(rows.Add(row.RowKey), "appears twice");
        Require(rows.Count <= MaxOperations, "exceeds the number of operations");
        Require(bytes <= MaxBytes, "exceeds the size limit");
        actions.Add(new TableTransactionAction(type, row, etag));

        void Require(bool isValid, string problem)
        {
            if (!isValid)
            {
                throw new InvalidOperationException($"Row {row.RowKey} {problem} in this entity group transaction.");
            }
        }
    }

    // An upper bound of the row's part of the multipart body: the part's headers, and JSON in which a byte takes at
    // most six characters.
    private static int SizeOf(TableEntity row) =>
        1024 + row.Sum(property => 64 + (6 * property.Key.Length) + SizeOf(property.Value));

    private static int SizeOf(object? value) =>
        value switch
        {
            string text => 6 * Encoding.UTF8.GetByteCount(text),
            byte[] binary => 2 * binary.Length,
            _ => 64,
        };
}
