using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using MyCoach.Ledger;
using MyCoach.Providers;

namespace MyCoach.Billing;

/// <summary>
/// Anthropic's usage and costs by day (docs.claude.com, Usage and Cost API). The usage names keys but counts no calls; the
/// costs name no keys, and are in cents as text.
/// </summary>
internal sealed class AnthropicBills(BillingClient client) : IProviderBills
{
    // The report allows no more days in a page.
    private const int MaxBuckets = 31;

    public Provider Provider => Provider.Anthropic;

    public async Task<Organisation> CheckAsync(string adminKey, CancellationToken cancellation)
    {
        using var answer = await client.GetAsync(
            Provider,
            adminKey,
            "v1/organizations/me",
            cancellation,
            isPatient: false
        );
        return new Organisation(answer.Root.Text("id") ?? answer.Organization, answer.Root.Text("name"));
    }

    public async IAsyncEnumerable<OrganisationKey> ListKeysAsync(
        string adminKey,
        [EnumeratorCancellation] CancellationToken cancellation
    )
    {
        var keys = client.ListAsync(
            (Provider, adminKey),
            "v1/organizations/api_keys?limit=1000",
            ("after_id", "last_id"),
            cancellation
        );
        await foreach (var key in keys)
        {
            yield return OrganisationKey.Of(
                key.RequiredText("id"),
                key.Text("name"),
                key.Text("partial_key_hint") ?? ""
            );
        }
    }

    public async Task<IReadOnlyDictionary<DateOnly, BillLines>> ReadAsync(
        string adminKey,
        Period days,
        CancellationToken cancellation
    )
    {
        var usage = new DayLines<UsageLine>(days);
        await usage.AddAsync(
            BucketsAsync(
                adminKey,
                $"v1/organizations/usage_report/messages?{Range(days)}&group_by[]=model&group_by[]=api_key_id&group_by[]=workspace_id"
                    + "&group_by[]=service_tier&group_by[]=context_window",
                cancellation
            ),
            AnthropicLines.UsageOf,
            "usage"
        );
        var costs = new DayLines<CostLine>(days);
        await costs.AddAsync(
            BucketsAsync(
                adminKey,
                $"v1/organizations/cost_report?{Range(days)}&group_by[]=workspace_id&group_by[]=description",
                cancellation
            ),
            AnthropicLines.CostsOf,
            "costs"
        );
        return days.Days.ToDictionary(
            day => day,
            day => new BillLines(usage.Of(day), costs.Of(day), HasRequests: false, HasKeys: false)
        );
    }

    private static string Range(Period days) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"starting_at={days.Start:yyyy-MM-ddTHH:mm:ssZ}&ending_at={days.End:yyyy-MM-ddTHH:mm:ssZ}&bucket_width=1d&limit={MaxBuckets}"
        );

    private IAsyncEnumerable<(DateOnly Day, JsonElement Bucket)> BucketsAsync(
        string adminKey,
        string path,
        CancellationToken cancellation
    ) =>
        client
            .ListAsync((Provider, adminKey), path, ("page", "next_page"), cancellation)
            .Select(bucket => (DayOf(bucket.RequiredText("starting_at")), bucket));

    private static DateOnly DayOf(string time) =>
        DateTimeOffset.TryParse(time, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var start)
            ? DateOnly.FromDateTime(start.UtcDateTime)
            : throw BillingFaultException.Unreadable();
}
