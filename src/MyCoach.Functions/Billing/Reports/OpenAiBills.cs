using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using MyCoach.Ledger;
using MyCoach.Providers;

namespace MyCoach.Billing;

/// <summary>
/// OpenAI's usage and costs by day (platform.openai.com/docs/api-reference/usage). The costs match the invoice; the usage
/// need not match the costs.
/// </summary>
internal sealed class OpenAiBills(BillingClient client) : IProviderBills
{
    // The usage allows no more days in a page.
    private const int MaxBuckets = 31;

    // Free tokens are a tier. Embeddings have none.
    private static readonly (string Report, string Groups)[] Usages =
    [
        ("completions", "&group_by=model&group_by=api_key_id&group_by=project_id&group_by=service_tier"),
        ("embeddings", "&group_by=model&group_by=api_key_id&group_by=project_id"),
    ];

    public Provider Provider => Provider.OpenAi;

    public async Task<Organisation> CheckAsync(string adminKey, CancellationToken cancellation)
    {
        using var answer = await client.GetAsync(
            Provider,
            adminKey,
            $"v1/organization/costs?start_time={DateTimeOffset.UnixEpoch.AddYears(50).ToUnixTimeSeconds()}&limit=1",
            cancellation,
            isPatient: false
        );
        return new Organisation(answer.Organization, Name: null);
    }

    public async IAsyncEnumerable<OrganisationKey> ListKeysAsync(
        string adminKey,
        [EnumeratorCancellation] CancellationToken cancellation
    )
    {
        var projects = new List<string>();
        await foreach (
            var project in ListAsync(adminKey, "v1/organization/projects?include_archived=true&limit=100", cancellation)
        )
        {
            projects.Add(project.RequiredText("id"));
        }
        foreach (var project in projects)
        {
            var path = $"v1/organization/projects/{Uri.EscapeDataString(project)}/api_keys?limit=100";
            await foreach (var key in ListAsync(adminKey, path, cancellation))
            {
                yield return OrganisationKey.Of(
                    key.RequiredText("id"),
                    key.Text("name"),
                    key.Text("redacted_value") ?? ""
                );
            }
        }
    }

    public async Task<IReadOnlyDictionary<DateOnly, BillLines>> ReadAsync(
        string adminKey,
        Period days,
        CancellationToken cancellation
    )
    {
        var usage = new DayLines<UsageLine>(days);
        foreach (var (report, groups) in Usages)
        {
            var path = $"v1/organization/usage/{report}?{Range(days)}{groups}";
            await usage.AddAsync(BucketsAsync(adminKey, path, cancellation), OpenAiLines.UsageOf, report);
        }
        var costs = new DayLines<CostLine>(days);
        var lines = $"v1/organization/costs?{Range(days)}";
        await costs.AddAsync(
            BucketsAsync(adminKey, lines + "&group_by=line_item&group_by=api_key_id&group_by=project_id", cancellation),
            OpenAiLines.CostsOf,
            "costs"
        );
        return days.Days.ToDictionary(
            day => day,
            day => new BillLines(usage.Of(day), costs.Of(day), HasRequests: true, HasKeys: true)
        );
    }

    private static string Range(Period days)
    {
        var (start, end) = (new DateTimeOffset(days.Start), new DateTimeOffset(days.End));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"start_time={start.ToUnixTimeSeconds()}&end_time={end.ToUnixTimeSeconds()}&bucket_width=1d&limit={MaxBuckets}"
        );
    }

    private IAsyncEnumerable<(DateOnly Day, JsonElement Bucket)> BucketsAsync(
        string adminKey,
        string path,
        CancellationToken cancellation
    ) =>
        client
            .ListAsync((Provider, adminKey), path, ("page", "next_page"), cancellation)
            .Select(bucket => (DayOf(bucket.RequiredCount("start_time")), bucket));

    private static DateOnly DayOf(long seconds) =>
        seconds <= DateTimeOffset.MaxValue.ToUnixTimeSeconds()
            ? DateOnly.FromDateTime(DateTimeOffset.FromUnixTimeSeconds(seconds).UtcDateTime)
            : throw BillingFaultException.Unreadable();

    private IAsyncEnumerable<JsonElement> ListAsync(string adminKey, string path, CancellationToken cancellation) =>
        client.ListAsync((Provider, adminKey), path, ("after", "last_id"), cancellation);
}
