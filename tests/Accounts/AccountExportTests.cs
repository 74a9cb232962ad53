using System.Net;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Azure.Data.Tables;
using MyCoach.Dev;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Accounts;

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
        var tables = export["tables"]!;
        Assert.Equal(["...-see", "...-see"], Texts(tables["apiKeys"]!, "maskedKey"));
        Assert.Equal(2, (long)Assert.Single(tables["settings"]!.AsArray())!["monthlyBudgetCents"]!);
        Assert.Contains("Coach", Texts(tables["agents"]!, "name"));
        Assert.Equal(["again", "now", "then"], Texts(tables["usage"]!, "id").Order());
        Assert.Equal(["!count", "talk"], Texts(tables["conversations"]!, "rowKey"));
        Assert.Contains("account_exported", Texts(tables["activity"]!, "action"));
    }

    [Fact]
    public async Task An_export_holds_no_key_and_nothing_of_other_users()
    {
        await using var app = await TestApp.StartAsync(parts);
        foreach (var user in new[] { "ann", "ann_202611", "Ann", "an", "bob" })
        {
            await AccountStory.LiveAsync(app, user);
        }
        var encrypted = (await app.RowsAsync("ApiKeys")).Select(row => row.GetString("EncryptedKey")).ToArray();
        Assert.Equal(10, encrypted.Length);

        var export = (await app.As("ann").GetAsync("/api/account/export")).Is(HttpStatusCode.OK).Body!;

        // JSON may spell a + of base64 in another way.
        var text = export.ToJsonString(Plain);

        Assert.All(
            [AccountStory.AnthropicKey, AccountStory.OpenAiKey, .. encrypted],
            secret => Assert.DoesNotContain(secret, text, StringComparison.OrdinalIgnoreCase)
        );
        Assert.DoesNotContain("encrypted", text, StringComparison.OrdinalIgnoreCase);
        var rows = export["tables"]!.AsObject().SelectMany(table => table.Value!.AsArray()).ToArray();
        Assert.True(rows.Length > 20, "There are hardly any rows; are they all there?");
        Assert.All(
            rows,
            row =>
                Assert.Contains(
                    KeysOf(row!),
                    key => key == "ann" || key.StartsWith("ann_2026", StringComparison.Ordinal)
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
            ["keyChecks", "activity"],
            export["tables"].AsObject().Where(table => table.Value!.AsArray().Count > 0).Select(table => table.Key)
        );
    }

    [Fact]
    public async Task A_storage_that_fails_half_way_breaks_the_connection()
    {
        await using var proxy = await StorageProxy.StartAsync(parts.Port);
        await using var app = await TestApp.StartAsync(parts, [TestApp.Behind(proxy)]);
        var ann = app.As("ann");
        (await ann.PostAsync("/api/usage", Request.Event())).Is(HttpStatusCode.Created);
        // The service answers a thousand rows at a time.
        foreach (var rows in Enumerable.Range(0, 1200).Chunk(100))
        {
            await app.Table("Usage")
                .SubmitTransactionAsync(
                    rows.Select(i => new TableTransactionAction(
                        TableTransactionActionType.Add,
                        new TableEntity("ann_202610", $"mark_{i:D4}") { ["CommitId"] = new string('c', 32) }
                    )),
                    TestContext.Current.CancellationToken
                );
        }
        var whole = (await ann.GetAsync("/api/account/export")).Is(HttpStatusCode.OK)["tables"]["usage"]!.AsArray();
        Assert.True(whole.Count > 1200);
        var pages = 0;
        proxy.Fault = call =>
            call.Path.EndsWith("Usage()", StringComparison.Ordinal) && Interlocked.Increment(ref pages) > 1
                ? StorageFault.Busy
                : StorageFault.None;

        using var answer = await ann.Http.GetAsync(
            "/api/account/export",
            HttpCompletionOption.ResponseHeadersRead,
            TestContext.Current.CancellationToken
        );
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        await using var stream = await answer.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        using var received = new MemoryStream();
        await Assert.ThrowsAnyAsync<IOException>(() =>
            stream.CopyToAsync(received, TestContext.Current.CancellationToken)
        );

        var part = Encoding.UTF8.GetString(received.ToArray());
        Assert.Contains("mark_", part, StringComparison.Ordinal);
        Assert.ThrowsAny<JsonException>(() => JsonNode.Parse(part));
        Assert.True(pages > 1);
    }

    [Fact]
    public async Task A_storage_failure_before_the_first_byte_is_503()
    {
        await using var proxy = await StorageProxy.StartAsync(parts.Port);
        await using var app = await TestApp.StartAsync(parts, [TestApp.Behind(proxy)]);
        (await app.As("ann").GetAsync("/api/account/export")).Is(HttpStatusCode.OK);
        proxy.Fault = call =>
            call.Path.EndsWith("Settings()", StringComparison.Ordinal) ? StorageFault.Busy : StorageFault.None;

        (await app.As("ann").GetAsync("/api/account/export")).IsProblem(503, "storage_unavailable");
    }

    private static IEnumerable<string> Texts(JsonNode table, string column) =>
        table.AsArray().Select(row => row![column]).OfType<JsonNode>().Select(value => value.GetValue<string>());

    private static IEnumerable<string> KeysOf(JsonNode row) => [(string)row["partitionKey"]!, (string)row["rowKey"]!];
}
