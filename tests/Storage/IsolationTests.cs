using System.Buffers.Text;
using System.Net;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Storage;

/// <summary>No user sees or changes another user's data, whatever their ids are.</summary>
public sealed class IsolationTests(LocalParts parts)
{
    private static readonly string[] Users =
    [
        "a",
        "A",
        "a ",
        "a_b",
        "a_202611",
        "a_202611_b",
        "a=5F",
        "a=5F202611",
        "a'b",
        "a''b",
        "a/b",
        "a%b",
        "a%2Fb",
        "a\0b",
        "ä",
        "a\u0308",
        "\ud83d\ude00",
        "' or 1 eq 1",
        "' or PartitionKey ne '",
        "=00",
        "..",
        new string('€', 42) + "ab",
    ];

    [Fact]
    public async Task Users_with_difficult_names_see_exactly_their_own()
    {
        await using var app = await TestApp.StartAsync(parts);
        for (var i = 0; i < Users.Length; i++)
        {
            await StoreAsync(app.As(Users[i]), i);
        }
        for (var i = 0; i < Users.Length; i++)
        {
            await AssertSeesOwnAsync(app.As(Users[i]), i);
        }
    }

    [Fact]
    public async Task Deleting_affects_no_other_user()
    {
        await using var app = await TestApp.StartAsync(parts);
        for (var i = 0; i < 4; i++)
        {
            await StoreAsync(app.As(Users[i]), i);
        }
        (await app.As("a").DeleteAsync("/api/agents/agent")).Is(HttpStatusCode.NoContent);
        (await app.As("a").DeleteAsync("/api/keys/anthropic")).Is(HttpStatusCode.NoContent);

        (await app.As("a").GetAsync("/api/keys/anthropic")).IsProblem(404, "not_found");
        for (var i = 1; i < 4; i++)
        {
            await AssertSeesOwnAsync(app.As(Users[i]), i);
        }
    }

    [Theory]
    [InlineData("A")]
    [InlineData("a_202611")]
    [InlineData("a_")]
    [InlineData("' or PartitionKey eq 'a")]
    public async Task Other_users_resources_are_404(string stranger)
    {
        await using var app = await TestApp.StartAsync(parts);
        await StoreAsync(app.As("a"), 0);
        var other = app.As(stranger);

        foreach (var path in new[] { "/api/keys/anthropic", "/api/agents/agent", "/api/usage/202611-call" })
        {
            (await other.GetAsync(path)).IsProblem(404, "not_found");
        }
        (await other.PostAsync("/api/keys/anthropic/validate")).IsProblem(404, "not_found");
        (await other.DeleteAsync("/api/keys/anthropic")).IsProblem(404, "not_found");
        (await other.DeleteAsync("/api/agents/agent")).IsProblem(404, "not_found");
        Assert.Empty((await other.GetAsync("/api/keys"))["keys"].AsArray());
        Assert.Empty((await other.GetAsync("/api/agents"))["agents"].AsArray());
        Assert.Empty((await other.GetAsync("/api/usage"))["events"].AsArray());
        Assert.Empty((await other.GetAsync("/api/usage/summary?from=2026-01-01&to=2026-12-31"))["groups"].AsArray());
        Assert.Equal(0, (decimal)(await other.GetAsync("/api/budget"))["spentUsd"]);
        Assert.DoesNotContain(
            (await other.GetAsync("/api/models"))["models"].AsArray(),
            model => (bool)model!["usable"]!
        );
        await AssertSeesOwnAsync(app.As("a"), 0);
    }

    [Theory]
    [InlineData("?model=x' or PartitionKey eq 'a_202611' or Model eq 'x")]
    [InlineData("?model=x%27%20or%20PartitionKey%20ge%20%27")]
    public async Task No_query_reaches_other_users_events(string query)
    {
        await using var app = await TestApp.StartAsync(parts);
        await StoreAsync(app.As("a"), 0);
        Assert.Empty((await app.As("b").GetAsync($"/api/usage{query}")).Is(HttpStatusCode.OK)["events"].AsArray());
    }

    [Theory]
    [InlineData("user")]
    [InlineData("sub")]
    [InlineData("userId")]
    public async Task No_query_member_names_a_user(string member)
    {
        await using var app = await TestApp.StartAsync(parts);
        (await app.As("b").GetAsync($"/api/usage?{member}=a")).Blames(member);
    }

    [Fact]
    public async Task A_forged_cursor_shows_no_other_users_events()
    {
        await using var app = await TestApp.StartAsync(parts);
        foreach (var (user, name) in new[] { ("a", "alpha"), ("b", "beta") })
        {
            for (var i = 0; i < 4; i++)
            {
                (await app.As(user).PostAsync("/api/usage", Request.Event($"{name}-{i}"))).Is(HttpStatusCode.Created);
            }
        }
        // A cursor begins with the user and the query it belongs to, and ends with a position in the table.
        var (own, others) = (await CursorAsync(app.As("a")), await CursorAsync(app.As("b")));
        byte[][] forged =
        [
            [.. own[..8], .. others[8..]],
            [.. own[..8], .. "nonsense"u8],
            [.. own[..8], .. "1!8!YQ-- 1!8!"u8],
            [.. own, .. own],
        ];
        foreach (var cursor in forged)
        {
            var answer = await app.As("a").GetAsync($"/api/usage?limit=2&cursor={Base64Url.EncodeToString(cursor)}");
            Assert.DoesNotContain("beta", answer.Text, StringComparison.Ordinal);
            Assert.True(answer.Status is HttpStatusCode.OK or HttpStatusCode.BadRequest, answer.Text);
        }
    }

    private static async Task<byte[]> CursorAsync(ApiClient client) =>
        Base64Url.DecodeFromChars(
            (string)(await client.GetAsync("/api/usage?limit=2")).Is(HttpStatusCode.OK)["nextCursor"]!
        );

    /// <summary>Everything under the same names as every other user, with values that only this one has.</summary>
    private static async Task StoreAsync(ApiClient client, int number)
    {
        (await client.PatchAsync("/api/settings", new { monthlyBudgetCents = 1000 + number })).Is(HttpStatusCode.OK);
        (await client.PutAsync("/api/agents/agent", new { name = $"agent of {number}" })).Is(HttpStatusCode.Created);
        (await client.PostAsync("/api/usage", Request.Event("call", inputTokens: 1000 + number))).Is(
            HttpStatusCode.Created
        );
        (await client.PutAsync("/api/keys/anthropic", new { apiKey = $"sk-ant-api03-isolation-{number:D4}" })).Is(
            HttpStatusCode.Created
        );
    }

    private static async Task AssertSeesOwnAsync(ApiClient client, int number)
    {
        Assert.Equal(1000 + number, (long)(await client.GetAsync("/api/settings"))["monthlyBudgetCents"]);
        Assert.Equal(1000 + number, (long)(await client.GetAsync("/api/budget"))["budgetCents"]);

        var agent = Assert.Single((await client.GetAsync("/api/agents"))["agents"].AsArray());
        Assert.Equal($"agent of {number}", (string?)agent!["name"]);
        Assert.Equal($"agent of {number}", (string?)(await client.GetAsync("/api/agents/agent"))["name"]);

        var usage = Assert.Single((await client.GetAsync("/api/usage"))["events"].AsArray());
        Assert.Equal(1000 + number, (long)usage!["inputTokens"]!);
        Assert.Equal(1000 + number, (long)(await client.GetAsync("/api/usage/202611-call"))["inputTokens"]);
        Assert.Equal(1000 + number, (long)(await client.GetAsync("/api/usage/summary"))["totals"]["inputTokens"]!);

        var key = Assert.Single((await client.GetAsync("/api/keys"))["keys"].AsArray());
        Assert.Equal($"...{number:D4}", (string?)key!["maskedKey"]);
        Assert.Equal(
            "valid",
            (string?)(await client.PostAsync("/api/keys/anthropic/validate")).Is(HttpStatusCode.OK)["status"]
        );
    }
}
