using Azure.Data.Tables;
using MyCoach.Catalogue;
using MyCoach.Storage;

namespace MyCoach.Ledger;

/// <summary>Collects how a transaction changes the totals rows of a month.</summary>
/// <param name="read">The rows as they were read, by key.</param>
internal sealed class TotalsDraft(string partition, IReadOnlyDictionary<string, TotalsRow> read)
{
    private readonly Dictionary<string, Totals> differences = new(StringComparer.Ordinal);
    private readonly Dictionary<string, PicoUsd> holds = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TableEntity?> written = new(StringComparer.Ordinal);

    /// <summary>Adds the difference to every row that the event counts in.</summary>
    public void Count(UsageEvent usageEvent, Totals difference)
    {
        foreach (var key in MonthRows.TotalsKeys(usageEvent))
        {
            // A conversation that was deleted after the event was recorded no longer has totals of that event.
            if (!MonthRows.IsConversation(key) || usageEvent.ConversationGeneration >= read[key].Generation)
            {
                differences[key] = differences.GetValueOrDefault(key) + difference;
            }
        }
    }

    /// <summary>Adds to what the row holds; a negative amount releases.</summary>
    public void Hold(string key, PicoUsd amount)
    {
        if (amount != PicoUsd.Zero)
        {
            holds[key] = holds.GetValueOrDefault(key) + amount;
        }
    }

    /// <summary>The row with the changes so far.</summary>
    public TotalsRow Find(string key)
    {
        var row = read[key];
        return row with
        {
            Totals = row.Totals + differences.GetValueOrDefault(key),
            Reserved = row.Reserved + holds.GetValueOrDefault(key),
        };
    }

    public void WriteTo(EntityGroupTransaction transaction)
    {
        foreach (var key in differences.Keys.Union(holds.Keys))
        {
            Write(transaction, Find(key));
        }
    }

    /// <summary>The rows by key, as they are once the transaction has committed.</summary>
    public IReadOnlyDictionary<string, TotalsRow> ToRows()
    {
        var rows = read.Where(row => !written.ContainsKey(row.Key)).ToDictionary(StringComparer.Ordinal);
        foreach (var (key, row) in written)
        {
            if (row is not null)
            {
                rows[key] = TotalsRow.Read(row);
            }
        }
        return rows;
    }

    private void Write(EntityGroupTransaction transaction, TotalsRow row)
    {
        var isEmpty = row.Totals == default && row.Reserved == PicoUsd.Zero;
        if (isEmpty && row.ETag is { } stored && !MonthRows.IsConversation(row.Key))
        {
            // The only event that this row counted is deleted and cost nothing, or counts in another row now, or the
            // only call that it held cost nothing. The row of a conversation stays, because it shows that an event has
            // the conversation.
            transaction.Delete(partition, row.Key, stored);
            written[row.Key] = null;
            return;
        }
        written[row.Key] = row.Write(partition);
        transaction.Write(written[row.Key]!, row.ETag);
    }
}
