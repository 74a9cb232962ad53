using Azure.Data.Tables;
using MyCoach.Catalogue;
using MyCoach.Storage;

namespace MyCoach.Prices;

/// <summary>The last proposal of the feed, in one row.</summary>
internal sealed class PriceProposalTable(TableSource source)
{
    private const string Partition = "feed";
    private const string RowKey = "proposal";

    private readonly LazyTable table = source.Table(PriceVersionsTable.Name);

    /// <summary>Null if the feed was never read.</summary>
    public async Task<PriceProposal?> FindAsync(CancellationToken cancellation) =>
        await table.FindAsync(Partition, RowKey, cancellation) is { } row
            ? new PriceProposal(
                row.GetDateTimeOffset(nameof(PriceProposal.FetchedAt))!.Value,
                row.GetString(nameof(PriceProposal.Error)) is null ? CorrectionColumns.TryRead(row) : null,
                row.GetString(nameof(PriceProposal.Error))
            )
            : null;

    public Task WriteAsync(PriceProposal proposal, CancellationToken cancellation)
    {
        var row = new TableEntity(Partition, RowKey)
        {
            [nameof(proposal.FetchedAt)] = proposal.FetchedAt,
            [nameof(proposal.Error)] = proposal.Error,
        };
        if (proposal.Corrections is { } corrections)
        {
            CorrectionColumns.Write(row, corrections);
        }
        return table.WriteAsync(row, cancellation);
    }
}
