using System.Net;
using System.Reflection;
using System.Text;
using System.Text.Json.Nodes;
using MyCoach.Http;
using MyCoach.Tests.Accounts;
using MyCoach.Tests.Support;
using MyCoach.Users;

namespace MyCoach.Tests.Users;

public sealed class ActivityTests(LocalParts parts)
{
    private static readonly (string Action, string? Subject)[] Deeds =
    [
        ("settings_changed", null),
        ("key_created", "anthropic"),
        ("key_replaced", "anthropic"),
        ("key_validated", "anthropic"),
        ("key_deleted", "anthropic"),
        ("agent_deleted", "coach"),
        ("conversation_deleted", "talk"),
        ("usage_exported", "2026-11"),
        ("account_exported", null),
    ];

    [Fact]
    public async Task The_description_of_the_API_names_every_action()
    {
        await using var app = await TestApp.StartAsync(parts);
        var described = (await DescribedOperation.DocumentAsync(app))["components"]!["schemas"]!["ActivityView"]![
            "properties"
        ]!["action"]!["enum"]!.AsArray();

        var actions = typeof(Activity)
            .GetFields(BindingFlags.Static | BindingFlags.Public)
            .Where(field => field.IsLiteral)
            .Select(field => (string)field.GetRawConstantValue()!)
            .ToArray();
        Assert.Equal(actions.Order(), described.Select(action => (string)action!).Order());
        var page = Repository.Read("docs/api.md");
        Assert.All(actions, action => Assert.Contains($"`{action}`", page, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Each_action_is_recorded_once_with_time_and_actor(bool byService)
    {
        await using var app = await TestApp.StartAsync(parts, [AccountStory.NoTimer]);

        var times = await DoEverythingAsync(app, byService);

        var activity = (await app.As("ann").GetAsync("/api/account/activity")).Is(HttpStatusCode.OK);
        var noted = activity["activity"].AsArray().Reverse().ToArray();
        Assert.Equal(Deeds, noted.Select(activity => ((string)activity!["action"]!, (string?)activity["subject"])));
        Assert.Equal(times, noted.Select(activity => (DateTimeOffset)activity!["at"]!));
        Assert.All(noted, activity => Assert.Equal(byService ? "service" : "user", (string?)activity!["by"]));
        Assert.All(noted, activity => Assert.Null(activity!["clientAddress"]));
        Assert.Null(activity.Body!["nextCursor"]);
        Assert.Empty((await app.As("backend").GetAsync("/api/account/activity"))["activity"].AsArray());
        Assert.DoesNotContain("no-one-may-see", activity.Text, StringComparison.Ordinal);
        Assert.All(
            (await app.RowsAsync("Activity")).SelectMany(row => row.Select(column => column.Value).OfType<string>()),
            text => Assert.DoesNotContain("sk-", text, StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task It_comes_page_by_page_newest_first()
    {
        await using var app = await TestApp.StartAsync(parts, [AccountStory.NoTimer]);
        await DoEverythingAsync(app, byService: false);
        var seen = new List<JsonNode?>();
        var path = "/api/account/activity?limit=4";
        for (string? cursor = ""; cursor is not null; )
        {
            var page = (await app.As("ann").GetAsync(path + cursor)).Is(HttpStatusCode.OK);
            Assert.InRange(page["activity"].AsArray().Count, 0, 4);
            seen.AddRange(page["activity"].AsArray());
            cursor = page.Body!["nextCursor"] is { } next ? $"&cursor={next}" : null;
        }

        Assert.Equal(
            Deeds.Reverse().Select(deed => deed.Action),
            seen.Select(activity => (string)activity!["action"]!)
        );
        var first = (string?)(await app.As("ann").GetAsync(path))["nextCursor"];
        (await app.As("bob").GetAsync($"{path}&cursor={first}")).Blames("cursor");
        (await app.As("ann").GetAsync("/api/account/activity?limit=0")).Blames("limit");
        (await app.As("ann").GetAsync("/api/account/activity?limit=501")).Blames("limit");
        (await app.As("ann").GetAsync("/api/account/activity?cursor=nonsense")).Blames("cursor");
    }

    [Fact]
    public async Task Refused_actions_are_not_recorded()
    {
        await using var app = await TestApp.StartAsync(parts);
        var ann = app.As("ann");
        var body = new { apiKey = AccountStory.AnthropicKey };

        (await ann.PutAsync("/api/keys/anthropic", new { apiKey = "sk-ant-api03-a-wrong-key" })).IsProblem(
            422,
            "key_rejected"
        );
        (await ann.PutAsync("/api/keys/anthropic", new { apiKey = "short" })).Blames("apiKey");
        (await ann.PutAsync("/api/keys/anthropic", body, "\"other\"")).IsProblem(412, "precondition_failed");
        (await ann.PutAsync("/api/keys/unknown", body)).IsProblem(404, "not_found");
        (await ann.PostAsync("/api/keys/anthropic/validate")).IsProblem(404, "not_found");
        (await ann.DeleteAsync("/api/keys/anthropic")).IsProblem(404, "not_found");
        (await ann.PatchAsync("/api/settings", new { monthlyBudgetCents = -1 })).Blames("monthlyBudgetCents");
        (await ann.PatchAsync("/api/settings", new { monthlyBudgetCents = 1 }, "\"other\"")).IsProblem(
            412,
            "precondition_failed"
        );
        (await ann.DeleteAsync("/api/agents/coach")).IsProblem(404, "not_found");
        (await ann.DeleteAsync("/api/conversations/talk", "\"other\"")).IsProblem(412, "precondition_failed");
        (await ann.GetAsync("/api/usage/export?month=nonsense")).Blames("month");
        (await app.Anonymous().GetAsync("/api/account/export")).IsProblem(401, "unauthenticated");

        Assert.Empty((await ann.GetAsync("/api/account/activity")).Is(HttpStatusCode.OK)["activity"].AsArray());
    }

    [Theory]
    [InlineData("203.0.113.7", "203.0.113.7")]
    [InlineData("203.0.113.7:51234", "203.0.113.7")]
    [InlineData("2001:db8::7", "2001:db8::7")]
    [InlineData("[2001:db8::7]:51234", "2001:db8::7")]
    [InlineData("[2001:db8::7]", "2001:db8::7")]
    [InlineData("unknown", null)]
    [InlineData("", null)]
    public async Task App_Service_states_the_client_address(string stated, string? expected)
    {
        await using var app = await TestApp.StartAsync(
            parts,
            ["Auth:Mode=AppService", "WEBSITE_AUTH_ENABLED=True", "WEBSITE_INSTANCE_ID=a1b2c3"]
        );
        var principal = Convert.ToBase64String(
            Encoding.UTF8.GetBytes("""{"auth_typ":"aad","claims":[{"typ":"sub","val":"ann"}]}""")
        );
        (string, string)[] headers =
        [
            ("X-MS-CLIENT-PRINCIPAL", principal),
            ("CLIENT-IP", stated),
            ("X-Forwarded-For", "198.51.100.9"),
        ];
        (
            await app.Anonymous()
                .SendAsync(HttpMethod.Patch, "/api/settings", new { monthlyBudgetCents = 1 }, headers: headers)
        ).Is(HttpStatusCode.OK);

        var activity = await app.Anonymous().SendAsync(HttpMethod.Get, "/api/account/activity", headers: headers);

        Assert.Equal(expected, (string?)Assert.Single(activity["activity"].AsArray())!["clientAddress"]);
    }

    [Fact]
    public async Task Elsewhere_the_spoofable_client_address_is_not_kept()
    {
        await using var app = await TestApp.StartAsync(parts);
        (string, string)[] headers = [("CLIENT-IP", "203.0.113.7"), ("X-Forwarded-For", "203.0.113.7")];
        (
            await app.As("ann")
                .SendAsync(HttpMethod.Patch, "/api/settings", new { monthlyBudgetCents = 1 }, headers: headers)
        ).Is(HttpStatusCode.OK);

        Assert.Null(
            Assert.Single((await app.As("ann").GetAsync("/api/account/activity"))["activity"].AsArray())![
                "clientAddress"
            ]
        );
        Assert.DoesNotContain("ClientAddress", Assert.Single(await app.RowsAsync("Activity")).Keys);
    }

    // The deeds in their order, a second apart.
    private static async Task<DateTimeOffset[]> DoEverythingAsync(TestApp app, bool byService)
    {
        using var client = byService ? app.As("backend", "MyCoach.Service") : app.As("ann");
        (string, string)[] headers = byService ? [(RequestHeaders.User, "ann")] : [];
        var key = new { apiKey = AccountStory.AnthropicKey };
        var times = new List<DateTimeOffset>();
        (await client.SendAsync(HttpMethod.Put, "/api/agents/coach", new { name = "Coach" }, headers: headers)).Is(
            HttpStatusCode.Created
        );
        (
            await client.SendAsync(
                HttpMethod.Post,
                "/api/usage",
                Request.Event(conversationId: "talk"),
                headers: headers
            )
        ).Is(HttpStatusCode.Created);
        await DoAsync(HttpMethod.Patch, "/api/settings", new { monthlyBudgetCents = 1 });
        await DoAsync(HttpMethod.Put, "/api/keys/anthropic", key);
        await DoAsync(HttpMethod.Put, "/api/keys/anthropic", key);
        await DoAsync(HttpMethod.Post, "/api/keys/anthropic/validate");
        await DoAsync(HttpMethod.Delete, "/api/keys/anthropic");
        await DoAsync(HttpMethod.Delete, "/api/agents/coach");
        await DoAsync(HttpMethod.Delete, "/api/conversations/talk");
        await DoAsync(HttpMethod.Get, "/api/usage/export");
        await DoAsync(HttpMethod.Get, "/api/account/export");
        return [.. times];

        async Task DoAsync(HttpMethod method, string path, object? body = null)
        {
            app.Clock.Advance(TimeSpan.FromSeconds(1));
            times.Add(app.Clock.GetUtcNow());
            Assert.InRange((int)(await client.SendAsync(method, path, body, headers: headers)).Status, 200, 204);
        }
    }
}
