using System.Net;
using System.Text.RegularExpressions;
using MyCoach.Auth;
using MyCoach.Tests.Accounts;
using MyCoach.Tests.Support;
using MyCoach.Users;

namespace MyCoach.Tests.Tokens;

/// <summary>A user's tokens: made, shown, changed, rotated and deleted.</summary>
public sealed partial class TokenTests(LocalParts parts)
{
    [Fact]
    public async Task A_token_is_shown_once_and_stored_as_a_hash()
    {
        await using var app = await TestApp.StartAsync(parts);
        var ann = app.As("ann");
        var (id, text) = await ann.CreateAsync(
            """{"name":"Claude Code","scopes":["usage:read","gateway"],"conversationId":"work","models":["gpt-4o"],"expiresAt":"2026-12-24T00:00:00Z"}"""
        );

        Assert.Matches(Form(), text);
        var shown = Assert.Single((await ann.GetAsync(TokenSteps.Path)).Is(HttpStatusCode.OK)["tokens"].AsArray())!;
        Assert.Equal(
            $$"""{"id":"{{id}}","name":"Claude Code","hint":"mc_…{{text[^10..^6]}}","scopes":["gateway","usage:read"],"agentId":null,"conversationId":"work","models":["gpt-4o"],"expiresAt":"2026-12-24T00:00:00Z","createdAt":"2026-11-15T12:00:00Z","previousValidUntil":null,"lastUsedOn":null,"status":"active","monthlyBudgetCents":null,"spentUsd":0,"reservedUsd":0}""",
            Regex.Unescape(shown.ToJsonString())
        );
        Assert.Equal(shown.ToJsonString(), (await ann.GetAsync($"{TokenSteps.Path}/{id}")).Body!.ToJsonString());
        Assert.DoesNotContain(
            await AccountStory.EverythingAsync(app),
            line => line.Contains(text[38..81], StringComparison.Ordinal)
        );
        var export = (await ann.GetAsync("/api/account/export")).Text;
        Assert.DoesNotContain(TokenText.TryParse(text)!.Hash, export, StringComparison.Ordinal);
        Assert.Contains("Claude Code", export, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Others_cannot_see_or_change_a_token()
    {
        await using var app = await TestApp.StartAsync(parts);
        var (id, _) = await app.As("ann").CreateAsync();
        var bob = app.As("bob");

        Assert.Empty((await bob.GetAsync(TokenSteps.Path))["tokens"].AsArray());
        (await bob.GetAsync($"{TokenSteps.Path}/{id}")).IsProblem(404, "not_found");
        (await bob.PatchAsync($"{TokenSteps.Path}/{id}", new { name = "mine" })).IsProblem(404, "not_found");
        (await bob.PostAsync($"{TokenSteps.Path}/{id}/rotate", new { })).IsProblem(404, "not_found");
        (await bob.DeleteAsync($"{TokenSteps.Path}/{id}")).IsProblem(404, "not_found");
    }

    [Theory]
    [InlineData("""{"name":"","scopes":["gateway"]}""", "name")]
    [InlineData("""{"name":"CI"}""", "scopes")]
    [InlineData("""{"name":"CI","scopes":[]}""", "scopes")]
    [InlineData("""{"name":"CI","scopes":["keys"]}""", "scopes")]
    [InlineData("""{"name":"CI","scopes":["gateway","gateway"]}""", "scopes")]
    [InlineData("""{"name":"CI","scopes":["gateway"],"expiresAt":"2026-11-15T12:00:00Z"}""", "expiresAt")]
    [InlineData("""{"name":"CI","scopes":["gateway"],"models":[]}""", "models")]
    [InlineData("""{"name":"CI","scopes":["gateway"],"models":["gpt-0"]}""", "models[0]")]
    [InlineData("""{"name":"CI","scopes":["gateway"],"agentId":"unknown"}""", "agentId")]
    [InlineData("""{"name":"CI","scopes":["gateway"],"conversationId":"a b"}""", "conversationId")]
    public async Task A_bad_member_is_named_and_nothing_is_created(string body, string field)
    {
        await using var app = await TestApp.StartAsync(parts);
        var ann = app.As("ann");

        (await ann.PostAsync(TokenSteps.Path, body)).Blames(field);

        Assert.Empty((await ann.GetAsync(TokenSteps.Path))["tokens"].AsArray());
    }

    [Fact]
    public async Task Concurrent_instances_create_at_most_fifty_tokens()
    {
        await using var app = await TestApp.StartAsync(parts);
        await using var other = await TestApp.StartAsync(parts, beside: app);
        var answers = await Task.WhenAll(
            Enumerable
                .Range(0, 54)
                .Select(i =>
                    (i % 2 == 0 ? app : other)
                        .As("ann")
                        .PostAsync(TokenSteps.Path, new { name = $"token {i}", scopes = TokenSteps.Gateway })
                )
        );

        Assert.Equal(50, answers.Count(answer => answer.Status == HttpStatusCode.Created));
        Assert.All(
            answers.Where(answer => answer.Status != HttpStatusCode.Created),
            answer => answer.IsProblem(409, "conflict")
        );
        var first = (string)(await app.As("ann").GetAsync(TokenSteps.Path))["tokens"][0]!["id"]!;
        (await app.As("ann").DeleteAsync($"{TokenSteps.Path}/{first}")).Is(HttpStatusCode.NoContent);
        await other.As("ann").CreateAsync();
    }

    [Fact]
    public async Task A_patch_changes_what_it_names_under_the_etag_it_names()
    {
        await using var app = await TestApp.StartAsync(parts);
        var ann = app.As("ann");
        var (id, _) = await ann.CreateAsync(
            """{"name":"CI","scopes":["gateway"],"models":["gpt-4o"],"expiresAt":"2026-12-24T00:00:00Z"}"""
        );
        var path = $"{TokenSteps.Path}/{id}";
        var tag = (await ann.GetAsync(path)).ETag!;

        var changed = (await ann.PatchAsync(path, """{"models":null}""", tag)).Is(HttpStatusCode.OK);
        Assert.Empty(changed["models"].AsArray());
        Assert.Equal("CI", (string)changed["name"]!);
        Assert.Equal("2026-12-24T00:00:00Z", (string)changed["expiresAt"]!);
        (await ann.PatchAsync(path, """{"name":"late"}""", tag)).IsProblem(412, "precondition_failed");
        (await ann.PatchAsync(path, """{"name":null}""")).Blames("name");
        (await ann.PatchAsync(path, """{"scopes":["gateway"]}""")).Blames("scopes");
        (await ann.DeleteAsync(path, tag)).IsProblem(412, "precondition_failed");
        (await ann.DeleteAsync(path, "\"other\"")).IsProblem(412, "precondition_failed");
        (await ann.DeleteAsync(path)).Is(HttpStatusCode.NoContent);
        (await ann.DeleteAsync(path)).IsProblem(404, "not_found");
        var actions = (await ann.GetAsync("/api/account/activity"))["activity"].AsArray();
        Assert.Equal(
            [$"token_deleted {id}", $"token_created {id}", $"token_changed {id}"],
            actions.Select(entry => $"{entry!["action"]} {entry["subject"]}").OrderDescending()
        );
    }

    [Fact]
    public async Task A_call_with_a_token_is_no_conflict_for_its_user_and_shows_in_its_etag()
    {
        await using var ann = await GatewayUser.StartAsync(parts);
        var (id, text) = await ann.Api.CreateAsync();
        var path = $"{TokenSteps.Path}/{id}";
        var before = (await ann.Api.GetAsync(path)).ETag!;
        (await GetAsync(before)).Is(HttpStatusCode.NotModified);

        (await ann.App.With(text).ChatAsync()).Is(HttpStatusCode.OK);
        await Eventually.HoldsAsync(async () =>
            (await GetAsync(before)) is { Status: HttpStatusCode.OK } now && now.Body!["lastUsedOn"] is not null
        );

        (await ann.Api.PatchAsync(path, """{"name":"Laptop"}""", before)).Is(HttpStatusCode.OK);
        (await ann.Api.PatchAsync(path, """{"name":"Desk"}""", before)).IsProblem(412, "precondition_failed");

        Task<Answer> GetAsync(string ifNoneMatch) =>
            ann.Api.SendAsync(HttpMethod.Get, path, headers: [("If-None-Match", ifNoneMatch)]);
    }

    [Fact]
    public void Texts_differ_and_their_checksum_finds_mistakes()
    {
        var ann = UserId.TryCreate("ann")!;
        var texts = Enumerable.Range(0, 200).Select(_ => TokenText.Create(ann).Value).ToArray();

        Assert.Equal(200, texts.Select(text => text[25..37]).Distinct().Count());
        Assert.All(texts, text => Assert.Equal(text, TokenText.TryParse(text)!.Value));
        Assert.All(
            Enumerable.Range(0, texts[0].Length),
            i =>
                Assert.Null(
                    TokenText.TryParse($"{texts[0][..i]}{(texts[0][i] == 'x' ? 'y' : 'x')}{texts[0][(i + 1)..]}")
                )
        );
        Assert.All(
            new[] { "", "mc_", texts[0][..^1], $"{texts[0]}0", $" {texts[0]}", $"{texts[0]}\n" },
            text => Assert.Null(TokenText.TryParse(text))
        );
    }

    [GeneratedRegex("^mc_[A-Za-z0-9]{34}_[A-Za-z0-9]{49}$")]
    private static partial Regex Form();
}
