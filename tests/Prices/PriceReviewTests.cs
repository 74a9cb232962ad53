using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using MyCoach.Prices;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Prices;

/// <summary>What shows that prices are missing, old or about to change: lists, warnings, and the operator's feed.</summary>
public sealed class PriceReviewTests(LocalParts parts)
{
    [Fact]
    public async Task Calls_without_a_price_are_counted_by_model_over_all_users()
    {
        await using var app = await TestApp.StartAsync(parts, [TestApp.NoRollUp]);
        await app.As("ann").UseAsync("gpt-9", at: "2026-11-01T00:00:00Z");
        await app.As("ann").UseAsync("gpt-9", at: "2026-11-14T00:00:00Z");
        await app.As("bob").UseAsync("gpt-9");
        await app.As("bob").UseAsync("gpt-8");
        await app.As("bob").UseAsync("gpt-4o");
        await app.As("bob").UseAsync("gpt-7", at: "2026-10-31T23:59:59Z");

        var unpriced = await app.Operator().GetAsync($"{PriceSteps.Book}/unpriced");

        Assert.Equal(
            ["openai gpt-9 3 2", "openai gpt-8 1 1"],
            unpriced["models"]
                .AsArray()
                .Select(model => $"{model!["provider"]} {model["model"]} {model["requests"]} {model["users"]}")
        );
        Assert.True((bool)unpriced["isComplete"]);
        Assert.Equal(
            "gpt-7",
            (string?)(await app.Operator().GetAsync($"{PriceSteps.Book}/unpriced?month=2026-10"))["models"][0]!["model"]
        );
        (await app.Operator().GetAsync($"{PriceSteps.Book}/unpriced?month=now")).Blames("month");
        (await app.As("ann").GetAsync($"{PriceSteps.Book}/unpriced")).IsProblem(403, "forbidden");
    }

    [Theory]
    [InlineData("2027-01-13", "model_retires")]
    [InlineData("2026-11-15", "model_retired")]
    [InlineData("2027-01-15", null)]
    public async Task Settings_and_agents_warn_of_a_model_that_retires_within_sixty_days(string day, string? code)
    {
        await using var app = await TestApp.StartAsync(parts, [TestApp.NoRollUp]);
        var ann = app.As("ann");
        await app.CorrectAsync(PriceSteps.Model("gpt-9", 1, 2));
        (await ann.PatchAsync("/api/settings", new { defaultModel = "gpt-9" })).Is(HttpStatusCode.OK);
        (await ann.PutAsync("/api/agents/coach", new { name = "Coach", preferredModel = "gpt-9" })).Is(
            HttpStatusCode.Created
        );
        var retiring = PriceSteps.Model("gpt-9", 1, 2);
        retiring["retiresOn"] = day;
        await app.CorrectAsync(retiring);

        foreach (var path in new[] { "/api/settings", "/api/agents/coach" })
        {
            var warnings = (await ann.GetAsync(path))["warnings"].AsArray();
            Assert.Equal(code is null ? [] : [code], warnings.Select(warning => (string?)warning!["code"]));
            Assert.All(warnings, warning => Assert.Equal(day, (string?)warning!["retiresOn"]));
        }
        var listed = (await ann.GetAsync("/api/models"))["models"]
            .AsArray()
            .Single(model => (string?)model!["id"] == "gpt-9")!;
        Assert.Equal(day, (string?)listed["retiresOn"]);
        Assert.Equal("2026-11-15", (string?)listed["checkedOn"]);
    }

    [Fact]
    public async Task Prices_that_were_not_checked_for_a_month_are_warned_of_once_a_day()
    {
        await using var app = await TestApp.StartAsync(parts, [TestApp.NoRollUp]);
        var age = app.Service<PriceAge>();
        await age.CheckAsync(TestContext.Current.CancellationToken);
        Assert.DoesNotContain(app.Logs.Lines, IsWarning);

        app.Clock.Advance(TimeSpan.FromDays(60));
        await age.CheckAsync(TestContext.Current.CancellationToken);
        await age.CheckAsync(TestContext.Current.CancellationToken);

        Assert.Single(app.Logs.Lines, IsWarning);

        static bool IsWarning(string line) =>
            line.Contains("last checked more than 30 days ago", StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_feed_adds_unknown_models_unconfirmed_and_only_proposes_the_rest()
    {
        var feed = new JsonObject
        {
            ["models"] = new JsonArray(PriceSteps.Model("gpt-9", 200, 1000), PriceSteps.Model("gpt-4o", 1, 2)),
        };
        await using var source = await FeedAsync(() => Results.Text(feed.ToJsonString(), "application/json"));
        await using var app = await StartAsync(source);
        var ann = app.As("ann");

        await RunAsync(app);

        var known = await ann.UseAsync("gpt-4o");
        var added = await ann.UseAsync("gpt-9");
        Assert.Equal(0.0075m, (decimal)known["costUsd"]);
        Assert.Equal(0.007m, (decimal)added["costUsd"]);
        Assert.True((bool)added["priceEstimated"]);
        var book = await app.Operator().GetAsync(PriceSteps.Book);
        Assert.Equal("feed", (string?)book["by"]);
        Assert.False((bool)Assert.Single(book["models"].AsArray())!["prices"]![0]!["confirmed"]!);
        var proposal = await app.Operator().GetAsync($"{PriceSteps.Book}/proposal");
        Assert.Contains(
            proposal["changes"].AsArray(),
            change => (string?)change!["id"] == "openai/gpt-4o" && (string?)change["change"] == "changed"
        );
        Assert.Equal(2, proposal["models"].AsArray().Count);
    }

    [Fact]
    public async Task The_feed_adds_no_model_that_is_free_or_that_an_operator_removed()
    {
        var feed = new JsonObject
        {
            ["models"] = new JsonArray(PriceSteps.Model("gpt-9", 200, 1000), PriceSteps.Model("gpt-8", 0, 0)),
        };
        await using var source = await FeedAsync(() => Results.Text(feed.ToJsonString(), "application/json"));
        await using var app = await StartAsync(source);
        await RunAsync(app);
        Assert.Equal(
            "gpt-9",
            (string?)Assert.Single((await app.Operator().GetAsync(PriceSteps.Book))["models"].AsArray())!["id"]
        );

        await app.CorrectAsync();
        app.Clock.Advance(TimeSpan.FromHours(1));
        await RunAsync(app);

        Assert.Empty((await app.Operator().GetAsync(PriceSteps.Book))["models"].AsArray());
    }

    [Theory]
    [InlineData(200, """{"models":[{"id":"gpt-9"}]}""", "models[0]")]
    [InlineData(200, "<html>", "body")]
    [InlineData(200, "null", "object")]
    [InlineData(302, "", "HTTP 302")]
    [InlineData(500, "sk-secret", "HTTP 500")]
    public async Task A_feed_that_cannot_be_used_changes_nothing_and_says_why(int status, string body, string reason)
    {
        await using var source = await FeedAsync(() => Results.Text(body, "application/json", statusCode: status));
        await using var app = await StartAsync(source);

        await RunAsync(app);

        var proposal = await app.Operator().GetAsync($"{PriceSteps.Book}/proposal");
        Assert.Contains(reason, (string?)proposal["error"], StringComparison.Ordinal);
        Assert.DoesNotContain("sk-secret", proposal.Text, StringComparison.Ordinal);
        Assert.Equal(0, (long)(await app.Operator().GetAsync(PriceSteps.Book))["version"]);
        Assert.Contains(app.Logs.Lines, line => line.Contains("feed of prices", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_feed_is_read_once_an_hour()
    {
        var reads = 0;
        await using var source = await FeedAsync(() =>
        {
            reads++;
            return Results.Text("{}", "application/json");
        });
        await using var app = await StartAsync(source);
        await RunAsync(app);
        await RunAsync(app);
        Assert.Equal(1, reads);
        app.Clock.Advance(TimeSpan.FromHours(1));
        await RunAsync(app);
        Assert.Equal(2, reads);
    }

    [Theory]
    [InlineData("http://prices.example.com/book.json")]
    [InlineData("https://user:pass@prices.example.com/book.json")]
    [InlineData("prices")]
    public async Task An_address_of_a_feed_that_is_not_safe_stops_the_start(string address)
    {
        var refused = await Assert.ThrowsAnyAsync<Exception>(() =>
            TestApp.StartAsync(parts, [$"Prices:FeedUrl={address}"])
        );
        Assert.Contains("Prices__FeedUrl", refused.Message, StringComparison.Ordinal);
    }

    private static Task RunAsync(TestApp app) =>
        app.Service<PriceFeed>().RunAsync(TestContext.Current.CancellationToken);

    private Task<TestApp> StartAsync(WebApplication feed) =>
        TestApp.StartAsync(parts, [TestApp.NoRollUp, $"Prices:FeedUrl={feed.Urls.First()}/book.json"]);

    private static async Task<WebApplication> FeedAsync(Func<IResult> answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var source = builder.Build();
        source.Urls.Add("http://127.0.0.1:0");
        source.MapGet("/book.json", answer);
        await source.StartAsync(TestContext.Current.CancellationToken);
        return source;
    }
}
