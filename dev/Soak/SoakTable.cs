using Azure.Data.Tables;

namespace MyCoach.Dev.Soak;

/// <summary>The table of usage as stored, read without the program.</summary>
internal sealed class SoakTable(string connectionString, string prefix)
{
    private readonly TableClient usage = new(connectionString, $"{prefix}Usage");

    /// <summary>The rows of a user's months.</summary>
    public async Task<IReadOnlyList<TableEntity>> RowsOfAsync(string user, CancellationToken stopping)
    {
        var (from, before) = ($"{user}_", $"{user}`");
        var filter = TableClient.CreateQueryFilter($"PartitionKey ge {from} and PartitionKey lt {before}");
        return await usage.QueryAsync<TableEntity>(filter, cancellationToken: stopping).ToListAsync(stopping);
    }

    /// <summary>How many calls all ledgers count, and how many of them have something reserved.</summary>
    public async Task<(long Requests, int Reserving)> LedgersAsync(CancellationToken stopping)
    {
        var (requests, reserving) = (0L, 0);
        await foreach (var ledger in usage.QueryAsync<TableEntity>("RowKey eq 'ledger'", cancellationToken: stopping))
        {
            requests += ledger.GetInt64("Requests")!.Value;
            reserving += ledger.GetString("ReservedPicoUsd") is null or "0" ? 0 : 1;
        }
        return (requests, reserving);
    }
}
