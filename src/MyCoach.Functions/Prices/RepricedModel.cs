using Azure.Data.Tables;
using MyCoach.Catalogue;
using MyCoach.Providers;
using MyCoach.Storage;

namespace MyCoach.Prices;

/// <summary>What a job changes, or would change, in the calls of one model in a user's month.</summary>
/// <param name="Model">The model as the price book names it; of a call without a price, the name in the event.</param>
/// <param name="Changed">The number of calls whose cost changes.</param>
/// <param name="Skipped">The number of calls that cannot be priced again: their usage is not known.</param>
internal sealed record RepricedModel(Provider Provider, string Model, long Changed, long Skipped, PicoUsd Difference)
{
    public TableEntity Write(string partition, Month month, string jobId) =>
        new(partition, $"{month.Compact}_{Provider.Id}_{KeyEncoding.Encode(Model)}")
        {
            ["JobId"] = jobId,
            [nameof(Changed)] = Changed,
            [nameof(Skipped)] = Skipped,
            ["DifferencePicoUsd"] = Difference.ToString(),
        };

    public static (Month Month, RepricedModel Model) Read(TableEntity row)
    {
        var parts = row.RowKey.Split('_');
        return (
            Month.TryParse(parts[0], "yyyyMM")!.Value,
            new RepricedModel(
                Provider.Find(parts[1])!,
                KeyEncoding.Decode(parts[2]),
                row.GetInt64(nameof(Changed))!.Value,
                row.GetInt64(nameof(Skipped))!.Value,
                PicoUsd.Parse(row.GetString("DifferencePicoUsd"))
            )
        );
    }
}
