using System.Net;
using MyCoach.Hosting;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Settings;

/// <summary>Which models users may choose as their default or for an agent.</summary>
public sealed class ModelChoiceTests(LocalParts parts)
{
    [Theory]
    [InlineData("gpt-4", "was retired by its provider on 2026-10-23", "gpt-4o")]
    [InlineData("gpt-4q", "is not a known model", "gpt-4o")]
    [InlineData("claude-haiku-4", "is not a known model", "claude-haiku-4-5")]
    [InlineData("claude-sonnet-4-20250514", "was retired by its provider on 2026-06-15", "claude-sonnet-4-6")]
    [InlineData("claude-sonnet-4", "was retired", "claude-sonnet-4-5")]
    [InlineData("gpt-4o-search-preview", "was retired", "gpt-4o")]
    [InlineData("text-embedding-3-small", "is an embedding model", "GET /api/models")]
    [InlineData("omni-moderation-latest", "is a moderation model", "GET /api/models")]
    [InlineData("gpt-image-1", "is an image model", "GET /api/models")]
    [InlineData("an entirely different thing", "is not a known model", "GET /api/models")]
    public async Task Unsuitable_models_are_refused_with_the_nearest_names(string model, string reason, string nearest)
    {
        await using var app = await TestApp.StartAsync(parts);
        var ann = app.As("ann");
        var settings = (await ann.PatchAsync("/api/settings", new { defaultModel = model })).Blames("defaultModel");
        var agent = await ann.PutAsync("/api/agents/coach", new { name = "Coach", preferredModel = model });

        foreach (
            var text in new[]
            {
                settings["errors"]["defaultModel"]!,
                agent.Blames("preferredModel")["errors"]["preferredModel"]!,
            }
        )
        {
            Assert.Contains(reason, (string?)text[0], StringComparison.Ordinal);
            Assert.Contains(nearest, (string?)text[0], StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("gpt-4o")]
    [InlineData("GPT-4o")]
    [InlineData("claude-haiku-4.5")]
    [InlineData("gpt-4o-mini-2024-07-18")]
    [InlineData("claude-opus-4-6-latest")]
    [InlineData("claude-opus-4-6[1m]")]
    [InlineData("ft:gpt-4o-2024-08-06:acme:coach:abc123")]
    public async Task Any_spelling_of_a_known_model_is_accepted(string model)
    {
        await using var app = await TestApp.StartAsync(parts);
        (await app.As("ann").PatchAsync("/api/settings", new { defaultModel = model })).Is(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Operators_can_allow_unknown_models()
    {
        await using var app = await TestApp.StartAsync(parts, ["Models:AllowUnknown=true"]);
        var ann = app.As("ann");
        var agent = await ann.PutAsync("/api/agents/coach", new { name = "Coach", preferredModel = "ft:my-own" });

        agent.Is(HttpStatusCode.Created);
        Assert.Equal("ft:my-own", (string?)agent["effectiveModel"]);
        Assert.Null(agent.Body!["effectiveProvider"]);
        (await ann.PatchAsync("/api/settings", new { defaultModel = "claude-sonnet-4" })).Blames("defaultModel");
    }

    [Fact]
    public async Task A_malformed_setting_stops_the_start() =>
        Assert.Contains(
            "Models__AllowUnknown",
            (
                await Assert.ThrowsAsync<SettingException>(() =>
                    TestApp.StartAsync(parts, ["Models:AllowUnknown=perhaps"])
                )
            ).Message,
            StringComparison.Ordinal
        );

    [Fact]
    public async Task A_choice_from_before_a_retirement_does_not_block_other_changes()
    {
        await using var app = await TestApp.StartAsync(parts);
        var ann = app.As("ann");
        (await ann.PatchAsync("/api/settings", new { defaultModel = "gpt-4o" })).Is(HttpStatusCode.OK);
        var row = (await app.RowsAsync("Settings")).Single();
        row["DefaultModel"] = "claude-sonnet-4";
        await app.Table("Settings")
            .UpdateEntityAsync(row, row.ETag, cancellationToken: TestContext.Current.CancellationToken);

        var changed = (await ann.PatchAsync("/api/settings", new { monthlyBudgetCents = 5 })).Is(HttpStatusCode.OK);

        Assert.Equal("claude-sonnet-4", (string?)changed["defaultModel"]);
    }
}
