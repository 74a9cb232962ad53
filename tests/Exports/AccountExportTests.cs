using System.Net;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using MyCoach.Tests.Accounts;
using MyCoach.Tests.Support;
using MyCoach.Users;

namespace MyCoach.Tests.Exports;

public sealed class AccountExportTests(LocalParts parts)
{
    private static readonly JsonSerializerOptions Plain = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    [Fact]
    public async Task An_export_is_a_file_with_everything_about_the_user()
    {
        await using var app = await TestApp.StartAsync(parts);
        await AccountStory.LiveAsync(app, "ann");

        using var answer = await app.As("ann")
            .Http.GetAsync("/api/account/export", TestContext.Current.CancellationToken);

        Assert.Equal("application/json", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal("attachment", answer.Content.Headers.ContentDisposition?.DispositionType);
        Assert.Equal("mycoach-account.json", answer.Content.Headers.ContentDisposition?.FileName);
        var export = JsonNode.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!;
        Assert.Equal("ann", (string?)export["userId"]);
        Assert.Equal(TestApp.Noon, (DateTimeOffset)export["exportedAt"]!);
        Assert.Equal(["...-see", "...-see"], Texts(export["keys"]!, "maskedKey"));
        Assert.Equal(2, (long)export["settings"]!["monthlyBudgetCents"]!);
        Assert.Equal(["coach"], Texts(export["agents"]!, "agentId"));
        Assert.Equal(["CI"], Texts(export["tokens"]!, "name"));
        Assert.Equal(["talk"], Texts(export["deletedConversations"]!, "conversationId"));
        Assert.Contains("exports", Texts(export["limits"]!, "name"));
        Assert.Contains("account_exported", Texts(export["activity"]!, "action"));
        Assert.Equal(["2026-10", "2026-11"], Texts(export["months"]!, "month"));
        var november = export["months"]![1]!;
        Assert.Equal(["202611-again", "202611-now"], Texts(november["events"]!, "id").Order());
        Assert.Equal(["talk"], Texts(november["conversations"]!, "key"));
        Assert.Equal(["coach"], Texts(november["agents"]!, "key"));
        Assert.Equal(["2026-11-15"], Texts(november["days"]!, "day"));
    }

    [Fact]
    public async Task An_export_shows_what_the_API_shows()
    {
        await using var app = await TestApp.StartAsync(parts);
        await AccountStory.LiveAsync(app, "ann");
        var ann = app.As("ann");

        var export = (await ann.GetAsync("/api/account/export")).Is(HttpStatusCode.OK).Body!;

        foreach (var member in new[] { "keys", "agents", "tokens" })
        {
            AssertSame((await ann.GetAsync($"/api/{member}"))[member], export[member]!);
        }
        AssertSame((await ann.GetAsync("/api/settings")).Body!, export["settings"]!);
        AssertSame((await ann.GetAsync("/api/account/activity?limit=500"))["activity"], export["activity"]!);
        foreach (var month in export["months"]!.AsArray())
        {
            AssertSame((await ann.GetAsync($"/api/budget?month={month!["month"]}")).Body!, month["budget"]!);
            foreach (var (member, groupBy) in new[] { ("conversations", "conversation"), ("agents", "agent") })
            {
                var summary = await ann.GetAsync($"/api/usage/summary?month={month["month"]}&groupBy={groupBy}");
                AssertSame(summary["groups"], month[member]!);
            }
            foreach (var exported in month["events"]!.AsArray())
            {
                AssertSame((await ann.GetAsync($"/api/usage/{exported!["id"]}")).Body!, exported);
            }
        }
    }

    [Fact]
    public async Task An_export_is_as_its_schema_says_and_no_member_is_missing_there()
    {
        await using var app = await TestApp.StartAsync(parts);
        await AccountStory.LiveAsync(app, "ann");
        await AccountStory.StopAtAsync(app, "ann");
        var schema = await ExportSchema.ReadAsync(app);

        foreach (var user in new[] { "ann", "a-new-user" })
        {
            var export = (await app.As(user).GetAsync("/api/account/export")).Is(HttpStatusCode.OK).Body!;
            schema.Accepts(export);
            export["settings"]!["budgetMode"] = "another";
            schema.Refuses(export);
        }
    }

    [Fact]
    public async Task The_open_calls_of_a_user_are_exported()
    {
        await using var ann = await BudgetedUser.StartAsync(parts, cents: 500);
        var feed = new Feed();
        ann.Emulator.Knobs.AnswerNext(feed.Answer());
        using var answer = await ann.SendAsync(CappedCall.Path, CappedCall.Body(streams: true));
        await CappedCall.ReservedAsync(ann.App);

        var export = (await ann.Api.GetAsync("/api/account/export")).Is(HttpStatusCode.OK).Body!;

        (await ExportSchema.ReadAsync(ann.App)).Accepts(export);
        var month = Assert.Single(export["months"]!.AsArray())!;
        var reservation = Assert.Single(month["reservations"]!.AsArray())!;
        Assert.Equal("anthropic", (string?)reservation["provider"]);
        Assert.Equal((decimal)month["budget"]!["reservedUsd"]!, (decimal)reservation["amountUsd"]!);
        feed.End();
    }

    [Fact]
    public async Task An_export_holds_no_key_and_nothing_of_other_users()
    {
        await using var app = await TestApp.StartAsync(parts);
        await AccountStory.LiveAsync(app, "ann", "ann_202611", "Ann", "an", "bob");
        var encrypted = (await app.RowsAsync("ApiKeys")).Select(row => row.GetString("EncryptedKey")).ToArray();
        Assert.Equal(15, encrypted.Length);

        var export = (await app.As("ann").GetAsync("/api/account/export")).Is(HttpStatusCode.OK).Body!;

        // JSON may spell a + of base64 in another way.
        var text = export.ToJsonString(Plain);

        Assert.All(
            [AccountStory.AnthropicKey, AccountStory.OpenAiKey, AccountStory.AdminKey, .. encrypted],
            secret => Assert.DoesNotContain(secret, text, StringComparison.OrdinalIgnoreCase)
        );
        Assert.DoesNotContain("encrypted", text, StringComparison.OrdinalIgnoreCase);
        // The same as without the other users.
        await using var other = await TestApp.StartAsync(parts);
        await AccountStory.LiveAsync(other, "ann");
        var alone = (await other.As("ann").GetAsync("/api/account/export")).Is(HttpStatusCode.OK).Body!;
        foreach (var key in alone["keys"]!.AsArray().Concat(export["keys"]!.AsArray()))
        {
            // Random.
            Assert.NotNull((string?)key!["keyId"]);
            key.AsObject().Remove("keyId");
        }
        foreach (var (member, value) in alone.AsObject().Where(member => member.Key != "other"))
        {
            AssertSame(InAnyOrder(value!), InAnyOrder(export[member]!));
        }
        Assert.NotEmpty(export["other"]!.AsArray());
        var ofTokens = TokenOwner.Of(UserId.TryCreate("ann")!);
        Assert.All(
            export["other"]!.AsArray(),
            row =>
                Assert.Contains(
                    KeysOf(row!),
                    key => key == "ann" || key == ofTokens || key.StartsWith("ann_2026", StringComparison.Ordinal)
                )
        );
    }

    [Fact]
    public async Task A_new_users_export_is_empty()
    {
        await using var app = await TestApp.StartAsync(parts);

        var export = (await app.As("Jürgen/Ä %_'=").GetAsync("/api/account/export")).Is(HttpStatusCode.OK);

        Assert.Equal("Jürgen/Ä %_'=", (string?)export["userId"]);
        // That it was asked for, and once, is the first that is known of the user.
        Assert.Equal(
            ["limits", "activity"],
            export
                .Body!.AsObject()
                .Where(member => member.Value is JsonArray { Count: > 0 })
                .Select(member => member.Key)
        );
    }

    // What happened at the same time comes in any order.
    private static JsonNode InAnyOrder(JsonNode node) =>
        node is JsonArray items
            ? new JsonArray([
                .. items.Select(item => item!.DeepClone()).OrderBy(item => item.ToJsonString(), StringComparer.Ordinal),
            ])
            : node;

    private static void AssertSame(JsonNode expected, JsonNode actual) =>
        Assert.True(
            JsonNode.DeepEquals(expected, actual),
            $"{expected.ToJsonString(Plain)} is not {actual.ToJsonString(Plain)}"
        );

    private static IEnumerable<string> Texts(JsonNode table, string column) =>
        table.AsArray().Select(row => row![column]).OfType<JsonNode>().Select(value => value.GetValue<string>());

    private static IEnumerable<string> KeysOf(JsonNode row) => [(string)row["partitionKey"]!, (string)row["rowKey"]!];
}
