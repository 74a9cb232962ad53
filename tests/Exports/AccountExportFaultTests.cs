using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Azure.Data.Tables;
using MyCoach.Dev;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Exports;

/// <summary>An export whose storage fails.</summary>
public sealed class AccountExportFaultTests(LocalParts parts)
{
    [Fact]
    public async Task A_storage_that_fails_half_way_breaks_the_connection()
    {
        await using var proxy = await StorageProxy.StartAsync(parts.Port);
        await using var app = await TestApp.StartAsync(parts, [TestApp.Behind(proxy)]);
        var ann = app.As("ann");
        (await ann.PostAsync("/api/usage", Request.Event())).Is(HttpStatusCode.Created);
        var totals = (await app.RowsAsync("Usage")).First(row =>
            row.RowKey.StartsWith("day_", StringComparison.Ordinal)
        );
        // The service answers a thousand rows at a time.
        foreach (var rows in Enumerable.Range(0, 1200).Chunk(100))
        {
            await app.Table("Usage")
                .SubmitTransactionAsync(
                    rows.Select(i => new TableTransactionAction(
                        TableTransactionActionType.Add,
                        new TableEntity(totals) { PartitionKey = "ann_202610", RowKey = $"agent_number-{i:D4}" }
                    )),
                    TestContext.Current.CancellationToken
                );
        }
        var whole = (await ann.GetAsync("/api/account/export")).Is(HttpStatusCode.OK)["months"][0]![
            "agents"
        ]!.AsArray();
        Assert.Equal(1200, whole.Count);
        // The first is of the totals by token.
        var pages = 0;
        proxy.Fault = call =>
            call.Path.EndsWith("Usage()", StringComparison.Ordinal) && Interlocked.Increment(ref pages) > 2
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
        Assert.Contains("number-", part, StringComparison.Ordinal);
        Assert.ThrowsAny<JsonException>(() => JsonNode.Parse(part));
        Assert.True(pages > 2);
    }

    [Fact]
    public async Task A_storage_failure_before_the_first_byte_is_503()
    {
        await using var proxy = await StorageProxy.StartAsync(parts.Port);
        await using var app = await TestApp.StartAsync(parts, [TestApp.Behind(proxy)]);
        (await app.As("ann").GetAsync("/api/account/export")).Is(HttpStatusCode.OK);
        proxy.Fault = call =>
            call.Path.EndsWith("Agents()", StringComparison.Ordinal) ? StorageFault.Busy : StorageFault.None;

        (await app.As("ann").GetAsync("/api/account/export")).IsProblem(503, "storage_unavailable");
    }
}
