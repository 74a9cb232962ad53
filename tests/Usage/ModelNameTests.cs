using System.Net;
using System.Text;
using MyCoach.Dev.Emulator;
using MyCoach.Ledger;
using MyCoach.Tests.Support;
using MyCoach.Upkeep;

namespace MyCoach.Tests.Usage;

/// <summary>Model names that callers make up, and how many of them a month has totals for.</summary>
public sealed class ModelNameTests(LocalParts parts)
{
    private const string Partition = "ann_202611";

    [Fact]
    public async Task Names_beyond_the_limit_count_under_other_and_their_events_keep_them()
    {
        await using var app = await TestApp.StartAsync(parts, [TestApp.NoRollUp]);
        var ann = app.As("ann");
        await PostAsync(ann, Enumerable.Range(0, 130).Select(i => $"made-up-{i}"));
        await PostAsync(ann, ["made-up-7", "gpt-4o", "gpt-4o-mini", "other"]);

        var groups = await GroupsAsync(ann);
        Assert.Equal(
            ModelNames.MaxPerMonth,
            groups.Keys.Count(name => name.StartsWith("made-up-", StringComparison.Ordinal))
        );
        Assert.Equal(31, groups["other"]);
        Assert.Equal(2, groups["made-up-7"]);
        Assert.Equal((1, 1), (groups["gpt-4o"], groups["gpt-4o-mini"]));
        var listed = (await ann.GetAsync("/api/usage?model=made-up-129")).Is(HttpStatusCode.OK)["events"].AsArray();
        Assert.Equal("made-up-129", (string?)Assert.Single(listed)!["model"]);
        await AssertBalancedAsync(app, ann);
    }

    [Fact]
    public async Task Other_spellings_of_a_known_model_count_under_its_id()
    {
        await using var app = await TestApp.StartAsync(parts, [TestApp.NoRollUp]);
        var ann = app.As("ann");
        await PostAsync(ann, Enumerable.Range(0, ModelNames.MaxPerMonth).Select(i => $"gpt-4o-20{i:D2}-01-01"));
        await PostAsync(ann, ["GPT-4o", "gpt-4O-2024-08-06", "unknown"]);

        var groups = await GroupsAsync(ann);
        Assert.Equal(ModelNames.MaxPerMonth + 2, groups.Count);
        Assert.Equal((2, 1), (groups["gpt-4o"], groups["other"]));
        var listed = (await ann.GetAsync("/api/usage?servedModel=GPT-4o")).Is(HttpStatusCode.OK)["events"].AsArray();
        Assert.True((bool)Assert.Single(listed)!["priced"]!);
        await AssertBalancedAsync(app, ann);
    }

    [Fact]
    public async Task Fine_tuned_models_have_own_totals_up_to_the_limit_and_then_count_under_their_base()
    {
        await using var app = await TestApp.StartAsync(parts, [TestApp.NoRollUp]);
        var ann = app.As("ann");
        await PostAsync(ann, ["ft:gpt-4o-2024-08-06:acme:first:a"]);
        await PostAsync(ann, Enumerable.Range(1, ModelNames.MaxPerMonth - 1).Select(i => $"made-up-{i}"));
        await PostAsync(ann, ["ft:gpt-4o-2024-08-06:acme:first:a", "ft:gpt-4o-2024-08-06:acme:second:b"]);

        var groups = await GroupsAsync(ann);
        Assert.Equal((2, 1), (groups["ft:gpt-4o-2024-08-06:acme:first:a"], groups["gpt-4o"]));
        await AssertBalancedAsync(app, ann);
    }

    [Fact]
    public async Task Limit_holds_across_instances_that_record_at_once()
    {
        await using var app = await TestApp.StartAsync(parts, [TestApp.NoRollUp]);
        await using var beside = await TestApp.StartAsync(parts, [TestApp.NoRollUp], beside: app);

        await Task.WhenAll(
            PostAsync(app.As("ann"), Enumerable.Range(0, 75).Select(i => $"here-{i}")),
            PostAsync(beside.As("ann"), Enumerable.Range(0, 75).Select(i => $"there-{i}"))
        );

        var groups = await GroupsAsync(app.As("ann"));
        Assert.Equal(ModelNames.MaxPerMonth + 1, groups.Count);
        Assert.Equal(50, groups["other"]);
        await AssertBalancedAsync(app, app.As("ann"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Calls_through_the_gateway_count_the_same_way(bool hasBudget)
    {
        await using var ann = await BudgetedUser.StartAsync(parts, hasBudget ? 1_000 : null);
        (await ann.Api.PatchAsync("/api/settings", new { allowUnpricedModels = true })).Is(HttpStatusCode.OK);
        await PostAsync(ann.Api, Enumerable.Range(0, ModelNames.MaxPerMonth).Select(i => $"made-up-{i}"), "anthropic");
        foreach (var model in (string[])["invented", "made-up-3"])
        {
            ann.Emulator.Knobs.AnswerNext(
                PlannedAnswer.Of(
                    Encoding.UTF8.GetBytes(
                        $$$"""{"id":"msg_1","type":"message","role":"assistant","model":"{{{model}}}","content":[],"stop_reason":"end_turn","usage":{"input_tokens":3,"output_tokens":2}}"""
                    )
                )
            );
            using var answer = await ann.SendAsync(
                "anthropic/v1/messages",
                $$"""{"model":"{{model}}","max_tokens":10,"messages":[{"role":"user","content":"Hi"}]}"""
            );
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            _ = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        }
        await ann.SettledAsync();

        var groups = await GroupsAsync(ann.Api);
        Assert.Equal((1, 2), (groups["other"], groups["made-up-3"]));
        Assert.Single((await ann.Api.GetAsync("/api/usage?model=invented"))["events"].AsArray());
        await AssertBalancedAsync(ann.App, ann.Api);
    }

    private static async Task PostAsync(ApiClient user, IEnumerable<string> models, string provider = "openai")
    {
        foreach (var batch in models.Chunk(50))
        {
            var events = batch.Select(model => new
            {
                provider,
                model,
                inputTokens = 3,
                outputTokens = 2,
            });
            (await user.PostAsync("/api/usage", new { events })).Is(HttpStatusCode.OK);
        }
    }

    private static async Task<Dictionary<string, long>> GroupsAsync(ApiClient user) =>
        (await user.GetAsync("/api/usage/summary?groupBy=servedModel"))
            .Is(HttpStatusCode.OK)["groups"]
            .AsArray()
            .ToDictionary(group => (string)group!["key"]!, group => (long)group!["requests"]!);

    // After a recount too, which counts the events by the same names.
    private static async Task AssertBalancedAsync(TestApp app, ApiClient user)
    {
        app.Clock.Advance(TimeSpan.FromDays(2));
        await app.Service<MonthUpkeep>().RunAsync(TestContext.Current.CancellationToken);
        await LedgerCheck.BalancesAsync(user, await app.RowsAsync("Usage"), Partition);
    }
}
