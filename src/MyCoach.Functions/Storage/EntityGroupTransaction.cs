using System.Text;
using Azure;
using Azure.Data.Tables;

namespace MyCoach.Storage;

/// <summary>What is known of a transaction after its answer, or the lack of one.</summary>
internal enum TransactionOutcome
{
    Committed,

    /// <summary>Nothing was written by this attempt: a row was missing, or changed since it was read.</summary>
    Conflict,

    /// <summary>Nothing was written by this attempt: a row that was to be inserted was there already.</summary>
    Exists,

    /// <summary>The answer was lost: look for the commit id before sending anything again.</summary>
    Unknown,
}

/// <summary>
/// Row changes that happen together or not at all. Azure's limits (one partition, each row once, 100 operations, 4 MiB) are asserted as rows are added,
/// because Azurite accepts what Azure refuses.
/// </summary>
internal sealed class EntityGroupTransaction(string partition)
{
    public const int MostOperations = 100;
    public const int MostBytes = 3_670_016;

    private readonly List<TableTransactionAction> actions = [];
    private readonly HashSet<string> rows = new(StringComparer.Ordinal);
    private int bytes;

    public IReadOnlyList<TableTransactionAction> Actions => actions;

    public void Insert(TableEntity row) => Add(TableTransactionActionType.Add, row, default);

    /// <summary>Replaces the row that was read with <paramref name="read"/>, or inserts it where none was read.</summary>
    public void Write(TableEntity row, ETag? read) =>
        Add(read is null ? TableTransactionActionType.Add : TableTransactionActionType.UpdateReplace, row, read ?? default);

    public void Delete(string partitionKey, string rowKey, ETag read) =>
        Add(TableTransactionActionType.Delete, new TableEntity(partitionKey, rowKey), read);

    private void Add(TableTransactionActionType type, TableEntity row, ETag etag)
    {
        bytes += SizeOf(row);
        Require(row.PartitionKey == partition, "is of another partition");
        Require(rows.Add(row.RowKey), "is there twice");
        Require(rows.Count <= MostOperations, "is one operation too many");
        Require(bytes <= MostBytes, "makes it too large");
        actions.Add(new TableTransactionAction(type, row, etag));

        void Require(bool holds, string otherwise)
        {
            if (!holds)
            {
                throw new InvalidOperationException($"Row {row.RowKey} {otherwise} in this entity group transaction.");
            }
        }
    }

    // An upper bound of the row's part of the multipart body: its JSON, every byte escaped to six at most, and the part's own headers.
    private static int SizeOf(TableEntity row) => 1024 + row.Sum(property => 64 + (6 * property.Key.Length) + SizeOf(property.Value));

    private static int SizeOf(object? value) =>
        value switch
        {
            string text => 6 * Encoding.UTF8.GetByteCount(text),
            byte[] binary => 2 * binary.Length,
            _ => 64,
        };
}
