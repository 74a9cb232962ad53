using System.Net;
using System.Text.Json.Nodes;
using MyCoach.Dev.Emulator.Billing;

namespace MyCoach.Tests.Dev;

public sealed partial class EmulatorBillingTests
{
    private static readonly DateTimeOffset October = new(2026, 10, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Costs_by_line_item_by_key_and_by_project_have_the_same_sum()
    {
        AddMonth();
        var total = (await CostsAsync("")).Sum(Dollars);
        Assert.True(total > 0);
        foreach (var group in (string[])["line_item", "api_key_id", "project_id"])
            Assert.Equal(total, (await CostsAsync($"&group_by={group}")).Sum(Dollars));
        var byAll = await CostsAsync("&group_by=line_item&group_by[]=api_key_id&group_by=project_id");
        Assert.Equal(total, byAll.Sum(Dollars));
        Assert.Contains(byAll, line => Text(line, "line_item") == "gpt-6-luna, cached input");
        Assert.All(byAll, line => Assert.Equal("tokens", Text(line, "quantity_unit")));

        var one = BilledKey.Of(OpenAiKey).Id;
        Assert.Equal(
            byAll.Where(line => Text(line, "api_key_id") == one).Sum(Dollars),
            (await CostsAsync($"&api_key_ids={one}")).Sum(Dollars)
        );
        Assert.Equal(
            byAll.Where(line => Text(line, "project_id") == "proj_two").Sum(Dollars),
            (await CostsAsync("&project_ids[]=proj_two")).Sum(Dollars)
        );
    }

    [Fact]
    public async Task Anthropics_costs_by_description_and_by_workspace_have_the_same_sum()
    {
        AddMonth();
        var total = (await CostReportAsync("")).Sum(Cents);
        Assert.True(total > 0);
        Assert.Equal(total, (await CostReportAsync("&group_by[]=description")).Sum(Cents));
        var byWorkspace = await CostReportAsync("&group_by[]=workspace_id");
        Assert.Equal(total, byWorkspace.Sum(Cents));
        Assert.Equal(
            [null, "wrkspc_two"],
            byWorkspace.Select(line => line["workspace_id"]?.GetValue<string>()).Distinct().Order()
        );
        var described = (await CostReportAsync("&group_by[]=description"))[0];
        Assert.Equal(
            ("Claude Haiku 4.5 Usage - Input Tokens", "tokens", "0-200k", "claude-haiku-4-5-20251001", "standard"),
            (
                Text(described, "description"),
                Text(described, "cost_type"),
                Text(described, "context_window"),
                Text(described, "model"),
                Text(described, "service_tier")
            )
        );
    }

    [Fact]
    public async Task Usage_is_the_sum_of_the_calls()
    {
        AddMonth();
        var calls = Book.Calls.Where(call => BilledKey.Of(call.ApiKey) is { IsAnthropic: false }).ToArray();
        var usage = await PagesAsync(
            page => $"usage/completions?{From(October)}&limit=31&group_by=api_key_id&group_by=model{page}",
            path => OpenAiAsync(path)
        );
        Assert.Equal(calls.Length, usage.SelectMany(Results).Sum(line => Number(line, "num_model_requests")));
        Assert.Equal(
            calls.Sum(call => call.Input + call.CachedInput),
            usage.SelectMany(Results).Sum(line => Number(line, "input_tokens"))
        );
        Assert.All(
            usage.SelectMany(Results),
            line =>
                Assert.Equal(
                    Number(line, "input_tokens"),
                    Number(line, "input_cached_tokens")
                        + Number(line, "input_uncached_tokens")
                        + Number(line, "input_cache_write_tokens")
                )
        );
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(31)]
    public async Task Pages_together_hold_every_day_once(int limit)
    {
        AddMonth();
        var costs = await PagesAsync(page => $"costs?{From(October)}&limit={limit}{page}", path => OpenAiAsync(path));
        var days = costs.SelectMany(page => page["data"]!.AsArray()).Select(day => Number(day!, "start_time"));
        // 1 October to 15 November; the days without calls are empty.
        Assert.Equal(Enumerable.Range(0, 46).Select(day => October.AddDays(day).ToUnixTimeSeconds()), days);
        Assert.Equal((46 + limit - 1) / limit, costs.Count);

        var report = await PagesAsync(
            page => $"cost_report?{Since(October)}&limit={limit}{page}",
            path => AnthropicAsync(path)
        );
        Assert.Equal(46, report.Sum(page => page["data"]!.AsArray().Count));
    }

    [Theory]
    [InlineData("costs?", "start_time")]
    [InlineData("costs?start_time=x", "start_time")]
    [InlineData("costs?start_time=1790812800&bucket_width=1h", "bucket_width")]
    [InlineData("costs?start_time=1790812800&limit=181", "limit")]
    [InlineData("costs?start_time=1790812800&limit=0", "limit")]
    [InlineData("costs?start_time=1790812800&page=elsewhere", "page")]
    [InlineData("costs?start_time=1790812800&page=page_!", "page")]
    [InlineData("costs?start_time=1790812800&group_by=model", "group_by")]
    [InlineData("costs?start_time=1790812800&end_time=1790812800", "end_time")]
    [InlineData("usage/completions?start_time=1790812800&limit=32", "limit")]
    [InlineData("projects?limit=101", "limit")]
    public async Task OpenAi_refuses_what_it_does_not_understand(string report, string parameter)
    {
        var (status, body, _) = await SendAsync(HttpMethod.Get, $"/openai/v1/organization/{report}", OpenAiAdmin);
        var error = JsonNode.Parse(body)!["error"]!;
        Assert.Equal(
            (HttpStatusCode.BadRequest, "invalid_request_error", parameter),
            (status, Text(error, "type"), Text(error, "param"))
        );
    }

    [Theory]
    [InlineData("cost_report?", "starting_at")]
    [InlineData("cost_report?starting_at=yesterday", "starting_at")]
    [InlineData("cost_report?starting_at=2026-11-01T00:00:00Z&bucket_width=1h", "bucket_width")]
    [InlineData("cost_report?starting_at=2026-11-01T00:00:00Z&limit=32", "limit")]
    [InlineData("cost_report?starting_at=2026-11-01T00:00:00Z&page=elsewhere", "page")]
    [InlineData("cost_report?starting_at=2026-11-01T00:00:00Z&group_by[]=api_key_id", "group_by")]
    [InlineData("usage_report/messages?starting_at=2026-11-01T00:00:00Z&ending_at=2026-10-01T00:00:00Z", "ending_at")]
    [InlineData("api_keys?limit=1001", "limit")]
    public async Task Anthropic_refuses_what_it_does_not_understand(string report, string parameter)
    {
        var (status, body, _) = await SendAsync(
            HttpMethod.Get,
            $"/anthropic/v1/organizations/{report}",
            AnthropicAdmin
        );
        var error = JsonNode.Parse(body)!["error"]!;
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_request_error"), (status, Text(error, "type")));
        Assert.StartsWith(parameter + ": ", Text(error, "message"));
    }

    private static async Task<IReadOnlyList<JsonNode>> PagesAsync(
        Func<string, string> path,
        Func<string, Task<JsonNode>> read
    )
    {
        var pages = new List<JsonNode> { await read(path("")) };
        while (pages[^1]["has_more"]!.GetValue<bool>())
            pages.Add(await read(path("&page=" + Uri.EscapeDataString(Text(pages[^1], "next_page")))));
        Assert.Null(pages[^1]["next_page"]);
        return pages;
    }

    private async Task<IReadOnlyList<JsonNode>> CostsAsync(string query) =>
        Results(await OpenAiAsync($"costs?{From(October)}&limit=180{query}"));

    private async Task<IReadOnlyList<JsonNode>> CostReportAsync(string query) =>
        Results(await AnthropicAsync($"cost_report?{Since(October)}&limit=31{query}"));

    /// <summary>3000 calls in October, of two keys of each provider.</summary>
    private void AddMonth() =>
        Book.Add(
            Enumerable
                .Range(0, 3000)
                .Select(call => new BilledCall
                {
                    At = October.AddSeconds(call * 892),
                    ApiKey = (call % 4) switch
                    {
                        0 => AnthropicKey,
                        1 => "sk-ant-api03-good-key-wstwo-0002",
                        2 => OpenAiKey,
                        _ => "sk-proj-good-key-projtwo-0002",
                    },
                    Model = (call % 4) switch
                    {
                        0 or 1 => "claude-haiku-4-5-20251001",
                        _ => "gpt-6-luna",
                    },
                    Input = 100 + (call % 97),
                    CachedInput = call % 3 * 10,
                    Output = 20 + (call % 31),
                })
        );
}
