using Azure;
using Azure.Data.Tables;
using MyCoach.Catalogue;
using MyCoach.Storage;
using MyCoach.Users;

namespace MyCoach.Prices;

/// <summary>
/// The repricing job, of which there is one at a time, and what it changes: one row for each user, month and model. The
/// next job replaces the job, and the rows of a month that it works through.
/// </summary>
internal sealed class RepricingTable(TableSource source, UserTables tables)
{
    private const string Partition = "repricing";
    private const string JobRow = "job";

    private readonly LazyTable jobs = source.Table(PriceVersionsTable.Name);
    private readonly UserTable changes = tables.Repricings;

    /// <summary>The last job; null if there was none.</summary>
    public async Task<RepricingJob?> FindJobAsync(CancellationToken cancellation) =>
        await jobs.FindAsync(Partition, JobRow, cancellation) is { } row ? RepricingJob.Read(row) : null;

    /// <summary>Null if the job has changed since it was read.</summary>
    public async Task<RepricingJob?> TryWriteAsync(RepricingJob job, CancellationToken cancellation) =>
        await jobs.TryWriteAsync(job.Write(Partition, JobRow), job.ETag, cancellation) is { } etag
            ? job with
            {
                ETag = etag,
            }
            : null;

    /// <summary>Whether the job has already worked through a month of a user, with changes.</summary>
    public async Task<bool> HasChangesAsync(
        UserId user,
        Month month,
        RepricingJob job,
        CancellationToken cancellation
    ) =>
        await changes
            .QueryAsync(
                TableClient.CreateQueryFilter(
                    $"PartitionKey eq {user.Key} and RowKey ge {$"{month.Compact}_"} and RowKey lt {$"{month.Compact}`"}"
                ),
                cancellation
            )
            .AnyAsync(row => row.GetString("JobId") == job.Id, cancellation);

    public async Task WriteAsync(
        UserId user,
        Month month,
        RepricingJob job,
        IReadOnlyCollection<RepricedModel> models,
        CancellationToken cancellation
    )
    {
        foreach (var model in models)
        {
            await changes.WriteAsync(user, model.Write(user.Key, month, job.Id), cancellation);
        }
    }

    /// <summary>A page of what a job changes. Null if the service rejects the continuation.</summary>
    public Task<Page<TableEntity>?> ListAsync(
        RepricingJob job,
        int maxRows,
        string? continuation,
        CancellationToken cancellation
    ) =>
        changes.QueryPageAsync(
            TableClient.CreateQueryFilter($"JobId eq {job.Id}"),
            maxRows,
            continuation,
            cancellation
        );
}
