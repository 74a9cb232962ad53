using Azure;
using Azure.Data.Tables;

namespace MyCoach.Ledger;

/// <summary>Something that the operator's receiver learns about a user, recorded once in a row of a user-month.</summary>
internal abstract record Alert(Delivery Delivery)
{
    /// <summary>The row's ETag; null before it is stored.</summary>
    public ETag? ETag { get; init; }

    public abstract string RowKey { get; }

    public TableEntity Write(string partition)
    {
        var row = new TableEntity(partition, RowKey);
        WriteTo(row);
        Delivery.WriteTo(row);
        return row;
    }

    public static Alert ReadAny(TableEntity row) =>
        RetirementAlert.IsKey(row.RowKey) ? RetirementAlert.Read(row) : ThresholdAlert.Read(row);

    /// <summary>Writes what the alert is about, and its time.</summary>
    protected abstract void WriteTo(TableEntity row);
}
