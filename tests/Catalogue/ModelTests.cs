using System.Net;
using System.Text.Json.Nodes;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Catalogue;

public sealed class ModelTests(LocalParts parts)
{
    [Fact]
    public async Task Models_are_listed_with_their_prices_and_whether_the_caller_can_use_them()
    {
        await using var app = await TestApp.StartAsync(parts);
        var ann = app.As("ann");
        await ann.PutAsync("/api/keys/anthropic", new { apiKey = "sk-ant-api03-a-good-key" });

        var models = (await ann.GetAsync("/api/models")).Is(HttpStatusCode.OK)["models"].AsArray();

        var sonnet = models.Single(model => (string?)model!["id"] == "claude-sonnet-4-20250514")!;
        Assert.Equal(300, (decimal)sonnet["prices"]!["inputPerMTok"]!);
        Assert.Equal(30, (decimal)sonnet["prices"]!["cachedInputPerMTok"]!);
        Assert.Equal(375, (decimal)sonnet["prices"]!["cacheWritePerMTok"]!);
        Assert.Contains("claude-sonnet-4", sonnet["aliases"]!.AsArray().Select(alias => (string?)alias));
        Assert.True((bool)sonnet["usable"]!);
        Assert.All(
            models.Where(model => (string?)model!["provider"] == "openai"),
            model => Assert.False((bool)model!["usable"]!)
        );

        app.Emulator.Knobs.FailNext(1, 401);
        await ann.PostAsync("/api/keys/anthropic/validate");
        Assert.All(
            (await ann.GetAsync("/api/models"))["models"].AsArray(),
            model => Assert.False((bool)model!["usable"]!)
        );
    }

    [Fact]
    public async Task Prices_of_other_service_tiers_are_listed_too()
    {
        await using var app = await TestApp.StartAsync(parts);
        var answer = (await app.As("ann").GetAsync("/api/models")).Is(HttpStatusCode.OK);

        Assert.Equal(0.5m, (decimal)Term("gpt-6.2-sol", "tiers", "flex")["times"]!);
        Assert.Equal(25, (decimal)Term("gpt-4o-mini", "tiers", "priority")["prices"]!["inputPerMTok"]!);
        Assert.Equal(2, (decimal)Term("claude-opus-5-5", "speeds", "fast")["times"]!);
        Assert.Equal(1.1m, (decimal)Term("claude-opus-5-5", "geographies", "us")["times"]!);
        Assert.Contains(
            answer["tools"].AsArray(),
            tool =>
                (string?)tool!["provider"] == "anthropic"
                && (string?)tool["kind"] == "webSearch"
                && (decimal)tool["centsPerUse"]! == 1
        );

        Assert.False((bool)Term("gpt-6-astra", "tiers", "ultrafast")["confirmed"]!);
        Assert.Equal(
            ("seed", "2026-11-27", true, "2027-01-14"),
            (
                (string?)Model("gpt-4o")["source"],
                (string?)Model("gpt-4o")["checkedOn"],
                (bool)Model("gpt-4o")["confirmed"]!,
                (string?)Model("gpt-4o")["retiresOn"]
            )
        );
        Assert.Equal("2026-11-21", (string?)Model("gpt-5.6-sol")["effectiveUntil"]);
        Assert.False((bool)Model("claude-fable-5-2")["confirmed"]!);
        Assert.Equal("moderation", (string?)Model("omni-moderation-latest")["kind"]);
        Assert.Equal(6400, (decimal)Model("gpt-audio")["prices"]!["audioOutputPerMTok"]!);
        Assert.Equal(375, (decimal)Model("gpt-4o")["prices"]!["fineTuned"]!["inputPerMTok"]!);

        JsonNode Model(string id) => answer["models"].AsArray().Single(model => (string?)model!["id"] == id)!;

        JsonNode Term(string id, string kind, string name) =>
            Model(id)["prices"]![kind]!.AsArray().Single(term => (string?)term!["name"] == name)!;
    }
}
