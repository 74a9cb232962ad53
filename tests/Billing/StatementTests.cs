using System.Net;
using MyCoach.Dev.Emulator.Billing;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Billing;

/// <summary>What exports of the providers' consoles come to, for users without an admin key.</summary>
public sealed class StatementTests(LocalParts parts)
{
    private const string OpenAiKey = StatementUser.OpenAiKey;
    private const string AnthropicKey = StatementUser.AnthropicKey;

    [Theory]
    [InlineData(OpenAiKey, "sk-admin-a-test-admin-key-000001", "sk-proj-a-key-of-another-one-1")]
    [InlineData(AnthropicKey, "sk-ant-admin01-a-test-admin-key-01", "sk-ant-api03-a-key-of-another-1")]
    public async Task By_CSV_a_month_has_the_same_totals_as_by_API(string key, string adminKey, string otherKey)
    {
        await using var app = await TestApp.StartAsync(parts);
        var ann = await StatementUser.CreateAsync(app, "ann", key);
        var bob = await StatementUser.CreateAsync(app, "bob", key);
        var recorded = Enumerable.Range(1, 30).Select(i => ann.Call(1 + (i % 14), 1000 + (370 * i), 7 * i)).ToArray();
        await ann.RecordAsync(recorded);
        await bob.RecordAsync(recorded);
        ann.Book.Add(recorded);
        // Outside MyCoach with the same key, and with another key of the organisation.
        ann.Book.Add(ann.Call(4, 12_340, 567));
        ann.Book.Add(ann.Call(5, 99_000, 999, otherKey));
        (await ann.Api.PutAsync($"/api/billing/{ann.Provider}", new { adminKey })).Is(HttpStatusCode.Created);
        (await ann.Api.PostAsync($"/api/billing/{ann.Provider}/sync")).Is(HttpStatusCode.OK);

        (await bob.PostAsync(bob.CostCsv, bob.KeyId)).Is(HttpStatusCode.OK);

        var byApi = await ann.TotalsAsync();
        Assert.True(byApi.Difference > 0, $"{byApi}");
        Assert.Equal(byApi, await bob.TotalsAsync());
        Assert.Equal("key", (string?)(await bob.ProviderAsync())["scope"]);
        Assert.Equal("""["csv"]""", (await bob.ProviderAsync())["sources"]!.ToJsonString());
    }

    [Theory]
    [InlineData(OpenAiKey)]
    [InlineData(AnthropicKey)]
    public async Task Without_a_named_key_all_use_of_the_organisation_is_compared(string key)
    {
        await using var app = await TestApp.StartAsync(parts);
        var ann = await StatementUser.CreateAsync(app, "ann", key);
        BilledCall[] calls = [ann.Call(2, 1000, 100), ann.Call(9, 2000, 50, key + "-other")];
        await ann.RecordAsync(calls);
        ann.Book.Add(calls);

        var answer = (await ann.PostAsync(ann.CostCsv)).Is(HttpStatusCode.OK);

        Assert.Equal("costs", (string?)answer["kind"]);
        Assert.Equal(ann.Provider, (string?)answer["provider"]);
        Assert.Equal("[]", answer["ignoredColumns"].ToJsonString());
        // OpenAI's export has the days without costs too.
        var (from, to) = ann.Provider == "openai" ? (1, 15) : (2, 9);
        Assert.Equal($"2026-11-{from:00}", (string?)answer["from"]);
        Assert.Equal($"2026-11-{to:00}", (string?)answer["to"]);
        Assert.Equal(1 + to - from, (int)answer["days"]);
        Assert.Equal(1 + to - from, (int)answer["changedDays"]);
        Assert.Equal(ann.CostCsv.TrimEnd('\n').Split('\n').Length - 1, (int)answer["rows"]);
        var totals = await ann.TotalsAsync();
        Assert.Equal(totals.Billed, (decimal)answer["totalUsd"]);
        Assert.Equal((totals.Recorded, 0), (totals.Billed, totals.Difference));
        Assert.Equal("organisation", (string?)(await ann.ProviderAsync())["scope"]);
    }

    [Fact]
    public async Task The_same_export_again_changes_nothing_and_a_later_one_only_the_days_that_differ()
    {
        await using var app = await TestApp.StartAsync(parts);
        var ann = await StatementUser.CreateAsync(app, "ann", OpenAiKey);
        ann.Book.Add([ann.Call(2, 1000, 100), ann.Call(9, 2000, 50)]);
        (await ann.PostAsync(ann.CostCsv)).Is(HttpStatusCode.OK);
        var stored = await StatementUser.StoredDaysAsync(app);
        Assert.All(stored, day => Assert.EndsWith("_openai_CostCsv 1", day, StringComparison.Ordinal));
        app.Clock.Advance(TimeSpan.FromHours(1));

        var again = (await ann.PostAsync(ann.CostCsv)).Is(HttpStatusCode.OK);
        Assert.Equal(0, (int)again["changedDays"]);
        Assert.Equal(stored, await StatementUser.StoredDaysAsync(app));

        ann.Book.Forget(call => call.At.Day == 9);
        var later = (await ann.PostAsync(ann.CostCsv)).Is(HttpStatusCode.OK);
        Assert.Equal(1, (int)later["changedDays"]);
        Assert.Contains("bill_20261109_openai_CostCsv 2", await StatementUser.StoredDaysAsync(app));
        Assert.Equal((await ann.TotalsAsync()).Billed, (decimal)later["totalUsd"]);
    }

    [Fact]
    public async Task An_export_of_usage_adds_the_tokens_of_the_named_key_to_its_costs()
    {
        await using var app = await TestApp.StartAsync(parts);
        var ann = await StatementUser.CreateAsync(app, "ann", AnthropicKey);
        var recorded = ann.Call(3, 5000, 100);
        await ann.RecordAsync([recorded]);
        // More tokens than the answer said, which only the export of usage shows.
        ann.Book.Add([recorded with { Output = 150 }, ann.Call(3, 700, 70, "sk-ant-api03-a-key-of-another-1")]);
        var usage = ann.Book.AnthropicUsageCsv(new DateOnly(2026, 11, 1));

        var early = (await ann.PostAsync(usage, ann.KeyId)).Blames("providerKeyId");
        Assert.Contains("costs", early.Text, StringComparison.Ordinal);
        (await ann.PostAsync(ann.CostCsv, ann.KeyId)).Is(HttpStatusCode.OK);
        var before = await ann.TotalsAsync();
        var answer = (await ann.PostAsync(usage, ann.KeyId)).Is(HttpStatusCode.OK);

        Assert.Equal("usage", (string?)answer["kind"]);
        Assert.Null(answer.Body!["totalUsd"]);
        Assert.Equal(before, await ann.TotalsAsync());
        var causes = (await ann.ReconcileAsync())["totals"]["causes"]!;
        Assert.Equal(before.Difference, (decimal)causes["callsUsd"]! + (decimal)causes["tokensUsd"]!);
        Assert.True(before.Difference > 0);
    }

    [Fact]
    public async Task A_discount_from_the_list_price_is_one_of_the_causes()
    {
        await using var app = await TestApp.StartAsync(parts);
        var ann = await StatementUser.CreateAsync(app, "ann", AnthropicKey);

        (
            await ann.PostAsync(
                "usage_date_utc,model,token_type,cost_usd,list_price_usd,cost_type,api_key_id\n"
                    + "2026-11-03,Claude Sonnet 5.5,output,0.75,1.00,token,k\n"
            )
        ).Is(HttpStatusCode.OK);

        var result = await ann.ReconcileAsync();
        Assert.Equal(-0.25m, (decimal)result["totals"]["causes"]!["freeUsd"]!);
        Assert.Equal("claude-sonnet-5-5", (string?)result["groups"][0]!["key"]);
    }

    [Fact]
    public async Task A_named_key_must_be_stored_and_in_the_export()
    {
        await using var app = await TestApp.StartAsync(parts);
        var ann = await StatementUser.CreateAsync(app, "ann", OpenAiKey);
        ann.Book.Add(ann.Call(2, 1000, 100));

        (await ann.PostAsync(ann.CostCsv, "key_of_nothing")).Blames("providerKeyId");
        (await ann.PostAsync(ann.CostCsv, "a%0Ab")).Blames("providerKeyId");
        (await ann.PostAsync(ann.CostCsv, new string('k', 129))).Blames("providerKeyId");
        (await ann.Api.DeleteAsync("/api/keys/openai")).Is(HttpStatusCode.NoContent);
        (await ann.PostAsync(ann.CostCsv, ann.KeyId)).Blames("providerKeyId");

        Assert.Empty(await StatementUser.StoredDaysAsync(app));
    }

    [Fact]
    public async Task Statements_are_logged_and_thirty_may_be_posted_a_day()
    {
        await using var app = await TestApp.StartAsync(parts);
        var ann = await StatementUser.CreateAsync(app, "ann", OpenAiKey);
        ann.Book.Add(ann.Call(2, 1000, 100));
        app.Clock.Advance(TimeSpan.FromSeconds(1));
        (await ann.PostAsync(ann.CostCsv)).Is(HttpStatusCode.OK);
        var entry = (await ann.Api.GetAsync("/api/account/activity?limit=1"))["activity"][0]!;
        Assert.Equal(("statement_added", "openai"), ((string?)entry["action"], (string?)entry["subject"]));

        for (var i = 2; i <= 30; i++)
        {
            (await ann.PostAsync("")).Blames("body");
        }

        var refused = (await ann.PostAsync(ann.CostCsv)).IsProblem(429, "too_many_requests");
        Assert.True(refused.Headers.RetryAfter!.Delta > TimeSpan.FromHours(23));
        Assert.Contains("statements", (await ann.Api.GetAsync("/api/account/export")).Text, StringComparison.Ordinal);
        app.Clock.Advance(TimeSpan.FromDays(1));
        (await ann.PostAsync(ann.CostCsv)).Is(HttpStatusCode.OK);
    }
}
