using Azure.Data.Tables;

namespace MyCoach.Storage;

/// <summary>Creates the storage client of each typed table.</summary>
internal sealed class TableSource(TableServiceClient service, TableServiceClient changes, string prefix)
{
    public LazyTable Table(string name) =>
        new(service.GetTableClient(prefix + name), changes.GetTableClient(prefix + name));
}
