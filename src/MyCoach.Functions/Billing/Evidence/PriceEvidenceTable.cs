using Azure.Data.Tables;
using MyCoach.Catalogue;
using MyCoach.Storage;

namespace MyCoach.Billing;

/// <summary>The prices that bills show otherwise than the price book. They say nothing of users.</summary>
internal sealed class PriceEvidenceTable(TableSource source)
{
    private const string Partition = "observed";

    private readonly LazyTable table = source.Table(PriceVersionsTable.Name);

    public IAsyncEnumerable<ObservedPrice> ListAsync(CancellationToken cancellation) =>
        table
            .QueryAsync(TableClient.CreateQueryFilter($"PartitionKey eq {Partition}"), cancellation)
            .Select(ObservedPrice.Read);

    public Task WriteAsync(ObservedPrice price, CancellationToken cancellation) =>
        table.WriteAsync(price.Write(Partition), cancellation);
}
