using System.Net;
using System.Text.Json.Nodes;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Prices;

/// <summary>Versions of the price book: stored, listed, reverted, and in force everywhere within ten seconds.</summary>
public sealed class PriceVersionTests(LocalParts parts)
{
    [Fact]
    public async Task A_stored_version_prices_the_next_event_and_its_receipt_names_it()
    {
        await using var app = await TestApp.StartAsync(parts);
        var ann = app.As("ann");
        var before = await ann.UseAsync("gpt-9");
        Assert.False((bool)before["priced"]);

        var stored = await app.CorrectAsync(PriceSteps.Model("gpt-9", input: 200, output: 1000));
        var after = await ann.UseAsync("gpt-9");
        var receipt = (await ann.GetAsync($"/api/usage/{after["id"]}"))["receipt"];

        Assert.Equal(1, (long)stored["version"]);
        Assert.Equal("operator", (string?)stored["by"]);
        // 1,000 tokens at 200 cents and 500 at 1,000 cents per million.
        Assert.Equal(0.007m, (decimal)after["costUsd"]);
        Assert.Equal(1, (long)receipt["priceVersion"]!);
        Assert.Equal("https://example.com/prices", (string?)receipt["source"]);
        Assert.False((bool)(await ann.GetAsync($"/api/usage/{before["id"]}"))["priced"]);
    }

    [Fact]
    public async Task Corrections_replace_whole_entries_and_leave_all_others()
    {
        await using var app = await TestApp.StartAsync(parts);
        var ann = app.As("ann");
        await app.CorrectAsync(PriceSteps.Model("gpt-4o", input: 100, output: 200));

        Assert.Equal(0.002m, (decimal)(await ann.UseAsync("gpt-4o"))["costUsd"]);
        // The seed's price.
        Assert.Equal(105, (long)(await ann.UseAsync("claude-sonnet-4-20250514"))["estimatedCostCents"]);

        await app.CorrectAsync();
        // 250 and 1,000 cents per million, as embedded.
        Assert.Equal(0.0075m, (decimal)(await ann.UseAsync("gpt-4o"))["costUsd"]);
    }

    [Fact]
    public async Task Another_instance_follows_within_ten_seconds()
    {
        await using var app = await TestApp.StartAsync(parts);
        await using var other = await TestApp.StartAsync(parts, beside: app);
        var ann = other.As("ann");
        Assert.False((bool)(await ann.UseAsync("gpt-9"))["priced"]);

        await app.CorrectAsync(PriceSteps.Model("gpt-9", input: 200, output: 1000));
        app.Clock.Advance(PriceSteps.Spread);

        Assert.True((bool)(await ann.UseAsync("gpt-9"))["priced"]);
    }

    [Fact]
    public async Task A_preview_says_what_changes_for_each_model_and_stores_nothing()
    {
        await using var app = await TestApp.StartAsync(parts);
        await app.CorrectAsync(PriceSteps.Model("gpt-8", input: 1, output: 2));
        var preview = (
            await app.Operator()
                .PutAsync(
                    $"{PriceSteps.Book}?preview=true",
                    new { models = new[] { PriceSteps.Model("gpt-9", 3, 4), PriceSteps.Model("gpt-4o-mini", 15, 61) } }
                )
        ).Is(HttpStatusCode.OK);
        var changes = preview["changes"].AsArray().ToDictionary(change => (string)change!["id"]!);

        Assert.Equal(2, (long)preview["version"]);
        Assert.Null(preview.Body!["at"]);
        Assert.Equal("removed", (string?)changes["openai/gpt-8"]!["change"]);
        Assert.Equal("added", (string?)changes["openai/gpt-9"]!["change"]);
        Assert.Contains(
            changes["openai/gpt-4o-mini"]!["members"]!.AsArray(),
            member => (string?)member!["member"] == "prices[2026-01-01].output" && (string?)member["after"] == "61"
        );
        Assert.Equal(3, changes.Count);
        Assert.Equal(1, (long)(await app.Operator().GetAsync(PriceSteps.Book))["version"]);
    }

    [Fact]
    public async Task Versions_are_listed_read_and_reverted_and_never_change()
    {
        await using var app = await TestApp.StartAsync(parts);
        var admin = app.Operator();
        await app.CorrectAsync(PriceSteps.Model("gpt-8", input: 1, output: 2));
        await app.CorrectAsync(PriceSteps.Model("gpt-9", input: 1, output: 2));
        var reverted = (await admin.PostAsync($"{PriceSteps.Book}/versions/1/revert")).Is(HttpStatusCode.OK);
        var first = await admin.GetAsync($"{PriceSteps.Book}/versions?limit=2");
        var rest = await admin.GetAsync($"{PriceSteps.Book}/versions?limit=2&cursor={first["nextCursor"]}");

        Assert.Equal(3, (long)reverted["version"]);
        Assert.Equal(
            ["openai/gpt-8 added", "openai/gpt-9 removed"],
            reverted["changes"].AsArray().Select(change => $"{change!["id"]} {change["change"]}")
        );
        Assert.Equal([3, 2], first["versions"].AsArray().Select(version => (long)version!["version"]!));
        Assert.Equal([1], rest["versions"].AsArray().Select(version => (long)version!["version"]!));
        Assert.Equal("openai/gpt-9", (string?)first["versions"][1]!["corrected"]![0]);
        Assert.Equal("gpt-9", (string?)(await admin.GetAsync($"{PriceSteps.Book}/versions/2"))["models"][0]!["id"]);
        Assert.Empty((await admin.GetAsync($"{PriceSteps.Book}/versions/0"))["models"].AsArray());
        (await admin.GetAsync($"{PriceSteps.Book}/versions/4")).IsProblem(404, "not_found");
        (await admin.PostAsync($"{PriceSteps.Book}/versions/x/revert")).IsProblem(404, "not_found");
    }

    [Fact]
    public async Task What_is_read_can_be_edited_and_stored_again()
    {
        await using var app = await TestApp.StartAsync(parts);
        var admin = app.Operator();
        await app.CorrectAsync(PriceSteps.Model("gpt-9", input: 1, output: 2));
        var read = await admin.GetAsync(PriceSteps.Book);
        var body = new
        {
            models = read["models"],
            tools = read["tools"],
            imageModels = read["imageModels"],
        };

        Assert.Empty((await admin.PutAsync($"{PriceSteps.Book}?preview=true", body))["changes"].AsArray());
        // What is in force already makes no further version.
        Assert.Equal(1, (long)(await admin.PutAsync(PriceSteps.Book, body, read.ETag))["version"]);
        (await admin.PutAsync(PriceSteps.Book, new { }, read.ETag)).Is(HttpStatusCode.OK);
        (await admin.PutAsync(PriceSteps.Book, body, read.ETag)).IsProblem(412, "precondition_failed");
    }

    [Fact]
    public async Task A_fine_tuned_model_has_the_audio_rates_of_its_block()
    {
        await using var app = await TestApp.StartAsync(parts);
        var model = PriceSteps.Model("gpt-audio-9", 100, 200);
        model["prices"]![0]!["fineTuned"] = JsonNode.Parse(
            """{"source":"s","input":300,"output":600,"audioInput":3000,"audioOutput":6000}"""
        );
        await app.CorrectAsync(model);
        var call = await app.As("ann")
            .PostAsync(
                "/api/usage",
                """{"provider":"openai","model":"ft:gpt-audio-9:acme::1","inputTokens":1000,"outputTokens":1000,"audioInputTokens":1000,"audioOutputTokens":1000}"""
            );

        // 1,000 tokens at 3,000 cents per million and 1,000 at 6,000.
        Assert.Equal(0.09m, (decimal)call.Is(HttpStatusCode.Created)["costUsd"]);
    }

    [Fact]
    public async Task Prices_need_the_role_of_operators()
    {
        await using var app = await TestApp.StartAsync(parts);
        var ann = app.As("ann");
        (await ann.GetAsync(PriceSteps.Book)).IsProblem(403, "forbidden");
        (await ann.PutAsync(PriceSteps.Book, new { })).IsProblem(403, "forbidden");
        (await ann.PostAsync($"{PriceSteps.Book}/versions/0/revert")).IsProblem(403, "forbidden");
    }

    [Fact]
    public async Task Corrections_of_a_full_book_fit_into_a_row()
    {
        await using var app = await TestApp.StartAsync(parts);
        var models = Enumerable
            .Range(0, 500)
            .Select(i => PriceSteps.Model($"gpt-{Guid.NewGuid():N}-{i}", input: i, output: i))
            .ToArray();
        await app.CorrectAsync(models);

        var read = await app.Operator().GetAsync(PriceSteps.Book);
        Assert.Equal(
            models.Select(model => (string?)model["id"]),
            read["models"].AsArray().Select(model => (string?)model!["id"])
        );
    }
}
