using System.Globalization;
using System.Net;
using Azure.Data.Tables;
using CsvHelper;
using MyCoach.Dev;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Usage;

/// <summary>A month as CSV.</summary>
public sealed class ExportTests(LocalParts parts)
{
    [Fact]
    public async Task An_export_has_a_row_for_every_event()
    {
        await using var app = await TestApp.StartAsync(parts);
        var ann = app.As("ann");
        await ann.PostAsync("/api/usage", Request.Event("first"));
        app.Clock.Advance(TimeSpan.FromSeconds(1));
        await ann.PostAsync(
            "/api/usage",
            """{"id":"second","provider":"openai","model":"a, \"b\" ü","inputTokens":3,"outputTokens":1,"cachedInputTokens":1,"cacheWriteTokens":1,"conversationId":"-c:1","agentId":"coach"}"""
        );
        await ann.PostAsync(
            "/api/usage",
            """{"id":"old","provider":"openai","model":"gpt-4o","inputTokens":1,"outputTokens":1,"createdAt":"2026-10-31T10:00:00Z"}"""
        );
        await app.As("bob").PostAsync("/api/usage", Request.Event("bobs"));

        var answer = (await ann.GetAsync("/api/usage/export?month=2026-11")).Is(HttpStatusCode.OK);

        Assert.Equal("text/csv", answer.ContentType!.MediaType);
        Assert.Equal(
            "id,createdAt,provider,model,inputTokens,outputTokens,cachedInputTokens,cacheWriteTokens,conversationId,agentId,costUsd,estimatedCostCents,priced,priceEstimated,estimated,requestedModel,catalogueModel,metadata,priceVersion,tokenId,keyId\r\n"
                + "202611-second,2026-11-15T12:00:01.0000000Z,openai,\"a, \"\"b\"\" ü\",3,1,1,1,\"'-c:1\",coach,0,0,false,false,false,\"a, \"\"b\"\" ü\",,,,,\r\n"
                + "202611-first,2026-11-15T12:00:00.0000000Z,anthropic,claude-sonnet-4-20250514,1000,500,0,0,,,0.0105,105,true,false,false,claude-sonnet-4-20250514,claude-sonnet-4-20250514,,0,,\r\n",
            answer.Text
        );
        Assert.Equal(2, (await ann.GetAsync("/api/usage/export?month=2026-10")).Text.Trim().Split('\n').Length);
        (await ann.GetAsync("/api/usage/export?month=2026-13")).Blames("month");
    }

    [Fact]
    public async Task A_browser_saves_it_under_the_name_of_its_month()
    {
        await using var app = await TestApp.StartAsync(parts);
        using var answer = await app.As("ann")
            .Http.GetAsync(new Uri("/api/usage/export", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Equal("mycoach-usage-2026-11.csv", answer.Content.Headers.ContentDisposition?.FileName);
        Assert.Equal("attachment", answer.Content.Headers.ContentDisposition?.DispositionType);
    }

    [Theory]
    [InlineData("=HYPERLINK(\"http://example.com\",\"x\")")]
    [InlineData("+1")]
    [InlineData("-1+1")]
    [InlineData("@SUM(A1)")]
    public async Task A_cell_is_never_a_formula(string model)
    {
        await using var app = await TestApp.StartAsync(parts);
        var ann = app.As("ann");
        (await ann.PostAsync("/api/usage", Request.Event("x", model, "openai"))).Is(HttpStatusCode.Created);

        using var text = new StringReader((await ann.GetAsync("/api/usage/export")).Text);
        using var csv = CsvReader.Create(text);

        Assert.True(csv.Read());
        Assert.Equal("'" + model, csv.GetString(csv.GetFieldIndex("model")));
    }

    [Fact]
    public async Task A_month_of_several_pages_comes_whole_or_breaks_off()
    {
        await using var proxy = await StorageProxy.StartAsync(parts.Port);
        await using var app = await TestApp.StartAsync(parts, [TestApp.Behind(proxy)]);
        var ann = app.As("ann");
        await ann.PostAsync("/api/usage", Request.Event("template"));
        await FillAsync(app, 2500);

        Assert.Equal(2502, (await ann.GetAsync("/api/usage/export")).Text.TrimEnd().Split("\r\n").Length);

        var pages = 0;
        proxy.Fault = call =>
            call.Path.EndsWith("Usage()", StringComparison.Ordinal) && Interlocked.Increment(ref pages) > 1
                ? StorageFault.Busy
                : StorageFault.None;
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => ann.GetAsync("/api/usage/export"));
        Assert.Contains(app.Logs.Lines, line => line.Contains("Storage is unavailable", StringComparison.Ordinal));
        Assert.DoesNotContain(app.Logs.Lines, line => line.Contains("unhandled", StringComparison.OrdinalIgnoreCase));

        proxy.Fault = call =>
            call.Path.EndsWith("Usage()", StringComparison.Ordinal) ? StorageFault.Busy : StorageFault.None;
        (await ann.GetAsync("/api/usage/export")).IsProblem(503, "storage_unavailable");
    }

    private static async Task FillAsync(TestApp app, int count)
    {
        var template = (await app.RowsAsync("Usage")).Single(row =>
            row.RowKey.StartsWith("event_", StringComparison.Ordinal)
        );
        foreach (var chunk in Enumerable.Range(0, count).Chunk(100))
        {
            await app.Table("Usage")
                .SubmitTransactionAsync(
                    chunk.Select(i => new TableTransactionAction(
                        TableTransactionActionType.Add,
                        new TableEntity(template)
                        {
                            RowKey = string.Create(CultureInfo.InvariantCulture, $"event_{i:D19}_x"),
                        }
                    )),
                    TestContext.Current.CancellationToken
                );
        }
    }
}
