using System.Net;
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
        Assert.All(models.Where(model => (string?)model!["provider"] == "openai"), model => Assert.False((bool)model!["usable"]!));

        app.Emulator.Knobs.FailNext(1, 401);
        await ann.PostAsync("/api/keys/anthropic/validate");
        Assert.All((await ann.GetAsync("/api/models"))["models"].AsArray(), model => Assert.False((bool)model!["usable"]!));
    }
}
