using System.Net;
using System.Text.Json.Nodes;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.ProviderKeys;

public sealed class ProviderKeyTests(LocalParts parts)
{
    private const string Good = "sk-ant-api03-a-good-key-for-tests-Wxyz";
    private const string Better = "sk-ant-api03-a-better-key-for-tests-1234";

    [Fact]
    public async Task A_key_is_stored_masked_and_listed()
    {
        await using var app = await TestApp.StartAsync(parts);
        var ann = app.As("ann");

        var created = (await ann.PutAsync("/api/keys/anthropic", new { apiKey = Good })).Is(HttpStatusCode.Created);

        Assert.Equal("/api/keys/anthropic", created.Headers.Location?.ToString());
        Assert.Equal("...Wxyz", (string?)created["maskedKey"]);
        Assert.Equal("valid", (string?)created["status"]);
        Assert.True((bool)created["isValid"]);
        Assert.Equal("2026-11-15T12:00:00Z", (string?)created["lastValidatedAt"]);
        Assert.True(
            JsonNode.DeepEquals(created.Body, (await ann.GetAsync("/api/keys/anthropic")).Is(HttpStatusCode.OK).Body)
        );
        Assert.True(JsonNode.DeepEquals(created.Body, (await ann.GetAsync("/api/keys"))["keys"].AsArray().Single()));
        (await ann.GetAsync("/api/keys/openai")).IsProblem(404, "not_found");
    }

    [Fact]
    public async Task The_provider_is_asked_with_the_key_as_it_wants_it()
    {
        await using var app = await TestApp.StartAsync(parts);
        var ann = app.As("ann");
        await ann.PutAsync("/api/keys/anthropic", new { apiKey = $"  {Good}\n" });
        await ann.PutAsync("/api/keys/openai", new { apiKey = "sk-proj-good-key" });

        var calls = app.Emulator.Calls.ToArray();
        Assert.Equal(["/anthropic/v1/models", "/openai/v1/models"], calls.Select(call => call.PathAndQuery));
        Assert.Equal(Good, calls[0].Header("x-api-key"));
        Assert.Equal("Bearer sk-proj-good-key", calls[1].Header("Authorization"));
    }

    [Fact]
    public async Task Replacing_a_key_keeps_when_it_was_created()
    {
        await using var app = await TestApp.StartAsync(parts);
        var ann = app.As("ann");
        await ann.PutAsync("/api/keys/anthropic", new { apiKey = Good });
        app.Clock.Advance(TimeSpan.FromMinutes(1));

        var replaced = (await ann.PutAsync("/api/keys/anthropic", new { apiKey = Better })).Is(HttpStatusCode.OK);

        Assert.Equal("...1234", (string?)replaced["maskedKey"]);
        Assert.Equal("2026-11-15T12:00:00Z", (string?)replaced["createdAt"]);
        Assert.Equal("2026-11-15T12:01:00Z", (string?)replaced["updatedAt"]);
    }

    [Fact]
    public async Task A_deleted_key_is_gone()
    {
        await using var app = await TestApp.StartAsync(parts);
        var ann = app.As("ann");
        await ann.PutAsync("/api/keys/anthropic", new { apiKey = Good });
        (await ann.DeleteAsync("/api/keys/anthropic")).Is(HttpStatusCode.NoContent);
        (await ann.DeleteAsync("/api/keys/anthropic")).IsProblem(404, "not_found");
        (await ann.GetAsync("/api/keys/anthropic")).IsProblem(404, "not_found");
        Assert.Empty(await app.RowsAsync("ApiKeys"));
    }

    [Fact]
    public async Task If_Match_protects_a_key_from_unseen_changes()
    {
        await using var app = await TestApp.StartAsync(parts);
        var ann = app.As("ann");
        var first = await ann.PutAsync("/api/keys/anthropic", new { apiKey = Good });
        var second = (await ann.PutAsync("/api/keys/anthropic", new { apiKey = Better }, first.ETag)).Is(
            HttpStatusCode.OK
        );
        Assert.Equal(second.ETag, (await ann.GetAsync("/api/keys/anthropic")).ETag);

        app.Emulator.ClearCalls();
        (await ann.PutAsync("/api/keys/anthropic", new { apiKey = Good }, first.ETag)).IsProblem(
            412,
            "precondition_failed"
        );
        Assert.Empty(app.Emulator.Calls);
        (await ann.DeleteAsync("/api/keys/anthropic", first.ETag)).IsProblem(412, "precondition_failed");
        (await ann.PutAsync("/api/keys/openai", new { apiKey = "sk-proj-good" }, "*")).IsProblem(
            412,
            "precondition_failed"
        );
        (await ann.DeleteAsync("/api/keys/anthropic", second.ETag)).Is(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task A_row_of_another_data_key_is_not_reported_as_broken()
    {
        await using var app = await TestApp.StartAsync(parts);
        await app.As("ann").PutAsync("/api/keys/anthropic", new { apiKey = Good });
        await using var other = await TestApp.StartAsync(
            parts,
            [$"API_KEY_ENCRYPTION_KEY={new string('a', 64)}"],
            beside: app
        );

        (await other.As("ann").PostAsync("/api/keys/anthropic/validate")).IsProblem(503, "encryption_unavailable");
        (await other.As("ann").GetAsync("/api/keys/anthropic")).Is(HttpStatusCode.OK);
    }

    [Fact]
    public async Task No_key_appears_in_any_row_log_line_or_answer()
    {
        await using var app = await TestApp.StartAsync(
            parts,
            ["Logging:LogLevel:Default=Trace", "Logging:LogLevel:Microsoft.AspNetCore=Trace"]
        );
        var ann = app.As("ann");
        string[] secrets =
        [
            Good,
            Better,
            "sk-ant-api03-wrong-0123456789-ABCD",
            "sk-ant-admin01-0123456789",
            TestApp.DataKey,
            app.Token("ann"),
        ];
        var answers = new List<string>();
        foreach (var apiKey in secrets.Take(4))
        {
            answers.Add((await ann.PutAsync("/api/keys/anthropic", new { apiKey })).Text);
            answers.Add((await ann.PostAsync("/api/keys/anthropic/validate")).Text);
            answers.Add((await ann.PutAsync("/api/keys/anthropic", $$"""{"apiKey":["{{apiKey}}"]}""")).Text);
            answers.Add(
                (await ann.PutAsync("/api/keys/anthropic", $$"""{"apiKey":"{{apiKey}}","{{apiKey}}":1}""")).Text
            );
            answers.Add((await ann.SendAsync(HttpMethod.Get, "/api/keys", headers: [("x-api-key", apiKey)])).Text);
        }
        answers.Add((await ann.GetAsync("/api/openapi.json")).Text);
        var rows = new List<string>();
        foreach (var table in await app.TablesAsync())
        {
            rows.AddRange(
                (await app.RowsAsync(table)).SelectMany(row => row.Select(property => property.Value?.ToString() ?? ""))
            );
        }

        Assert.Contains(app.Logs.Lines, line => line.StartsWith("Trace", StringComparison.Ordinal));
        foreach (var secret in secrets)
        {
            Assert.DoesNotContain(app.Logs.Lines, line => line.Contains(secret, StringComparison.Ordinal));
            Assert.DoesNotContain(rows, value => value.Contains(secret, StringComparison.Ordinal));
            Assert.DoesNotContain(answers, text => text.Contains(secret, StringComparison.Ordinal));
        }
    }
}
