using Azure;
using Azure.Data.Tables;
using MyCoach.Catalogue;

namespace MyCoach.Ledger;

/// <summary>A totals row of a month: by day, provider and model, or by agent, token or conversation.</summary>
/// <param name="Generation">The generation of the conversation that the totals count; each deletion starts a new one. 0
/// for other rows.</param>
/// <param name="ETag">Null before it is stored.</param>
internal sealed record TotalsRow(string Key, Totals Totals, long Generation, ETag? ETag)
{
    /// <summary>What open calls hold of the budget of a token; zero for other rows.</summary>
    public PicoUsd Reserved { get; init; }

    public TableEntity Write(string partition)
    {
        var row = new TableEntity(partition, Key);
        Totals.WriteTo(row);
        if (Generation > 0)
        {
            row[nameof(Generation)] = Generation;
        }
        if (Reserved != PicoUsd.Zero)
        {
            row[MonthRows.Reserved] = Reserved.ToString();
        }
        return row;
    }

    public static TotalsRow Read(TableEntity row) =>
        new(row.RowKey, Totals.Read(row), row.GetInt64(nameof(Generation)) ?? 0, row.ETag)
        {
            Reserved = row.GetString(MonthRows.Reserved) is { } reserved ? PicoUsd.Parse(reserved) : PicoUsd.Zero,
        };
}
