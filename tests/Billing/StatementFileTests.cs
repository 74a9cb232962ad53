using System.Net;
using System.Text;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Billing;

/// <summary>Files that spreadsheets and consoles write, and files that are no good: those leave nothing stored.</summary>
public sealed class StatementFileTests(LocalParts parts)
{
    private const string OpenAi = "start_time,amount_value,amount_currency,line_item,api_key_id\n";
    private const string Cost = "usage_date_utc,model,token_type,cost_usd,cost_type,api_key_id\n";
    private const string Usage =
        "usage_date_utc,model_version,usage_input_tokens_no_cache,usage_input_tokens_cache_write_5m,"
        + "usage_input_tokens_cache_write_1h,usage_input_tokens_cache_read,usage_output_tokens\n";

    // 2026-11-03 in seconds.
    private const string Day = "1793664000";
    private const int MaxBytes = 10 * 1024 * 1024;

    [Theory]
    [InlineData("openai", "", "body", "is empty")]
    [InlineData("openai", "\n\n", "body", "is empty")]
    [InlineData("openai", OpenAi, "body", "no rows")]
    [InlineData("openai", "id,createdAt,provider\n1,2,3\n", "body", "another header")]
    [InlineData("openai", Cost, "body", "/api/billing/anthropic/statements")]
    [InlineData("anthropic", OpenAi, "body", "/api/billing/openai/statements")]
    [InlineData("openai", "start_time,amount_value,amount_currency,line_item\n1,2,usd,x\n", "api_key_id", "missing")]
    [InlineData("anthropic", "usage_date_utc,model,token_type,cost_type,api_key_id\n", "cost_usd", "missing")]
    [InlineData("openai", "start_time," + OpenAi, "start_time", "two columns")]
    [InlineData("openai", OpenAi + "yesterday,1,usd,x,k\n", "start_time", "in line 2")]
    [InlineData("openai", OpenAi + Day + ",1,usd,x,k\n" + Day + ",much,usd,x,k\n", "amount_value", "in line 3")]
    [InlineData("openai", OpenAi + Day + ",,usd,x,k\n", "amount_value", "is empty, in line 2")]
    [InlineData("openai", OpenAi + Day + ",1e20,usd,x,k\n", "amount_value", "too large")]
    [InlineData("openai", OpenAi + Day + ",1,eur,x,k\n", "amount_currency", "is EUR")]
    [InlineData("openai", OpenAi + Day + ",1,,x,k\n", "amount_currency", "is not USD")]
    [InlineData("openai", OpenAi + Day + ",1,usd,x\n", "body", "line 2")]
    [InlineData("openai", OpenAi + Day + ",1,usd,x,k,more\n", "body", "line 2")]
    [InlineData("openai", OpenAi + Day + ",1,usd,\"x,k\n", "body", "line 2")]
    [InlineData("openai", OpenAi + "1794787200,1,usd,x,k\n", "start_time", "in the future")]
    [InlineData("openai", OpenAi + "1760140800,1,usd,x,k\n", "start_time", "400 days")]
    [InlineData("anthropic", Cost + "03.11.2026,m,output,1,token,k\n", "usage_date_utc", "in line 2")]
    [InlineData("anthropic", Cost + "2026-11-16,m,output,1,token,k\n", "usage_date_utc", "in the future")]
    [InlineData("anthropic", Cost + "2026-11-03,m,output,,token,k\n", "cost_usd", "is empty")]
    [InlineData("anthropic", Cost + "2026-11-03,m,output,=1+1,token,k\n", "cost_usd", "not a number")]
    [InlineData("anthropic", Usage + "2026-11-03,m,1,1,1,1,-1\n", "usage_output_tokens", "in line 2")]
    [InlineData("anthropic", Usage + "2026-11-03,m,0.5,1,1,1,1\n", "usage_input_tokens_no_cache", "whole number")]
    public async Task A_file_that_is_no_good_is_refused_by_line_and_column(
        string provider,
        string csv,
        string field,
        string text
    )
    {
        await using var app = await TestApp.StartAsync(parts);
        var ann = new StatementUser(app, "ann", KeyOf(provider));

        var refused = (await ann.PostAsync(csv)).Blames(field);

        Assert.Contains(text, (string?)refused["errors"][field]![0], StringComparison.Ordinal);
        Assert.DoesNotContain("yesterday", refused.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("much", refused.Text, StringComparison.Ordinal);
        Assert.Empty(await StatementUser.StoredDaysAsync(app));
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("text/plain")]
    [InlineData("")]
    public async Task A_body_that_does_not_say_it_is_CSV_is_refused(string contentType)
    {
        await using var app = await TestApp.StartAsync(parts);
        var ann = new StatementUser(app, "ann", StatementUser.OpenAiKey);

        var refused = await ann.PostAsync(OpenAi + Day + ",1,usd,x,k\n", contentType: contentType);

        Assert.Contains("text/csv", refused.IsProblem(415, "unsupported_media_type").Text, StringComparison.Ordinal);
        (await ann.Api.SendAsync(HttpMethod.Post, "/api/billing/azure/statements", "x", contentType: "text/csv")).Is(
            HttpStatusCode.NotFound
        );
    }

    [Fact]
    public async Task Marks_line_breaks_quotes_and_order_do_not_matter()
    {
        await using var app = await TestApp.StartAsync(parts);
        var ann = new StatementUser(app, "ann", StatementUser.OpenAiKey);
        var csv =
            "\uFEFFunits,api_key_id,line_item,amount_currency,amount_value,Notes of us,start_time\r\n"
            + $"1,k,\"gpt-4.1-2025-04-14, output\",USD,0.123456789012345678901234567890,\"one\r\ntwo \"\"three\"\"\",{Day}\r\n"
            + $"1,k,\"=HYPERLINK(\"\"x\"\")\",usd,1.5E-1,,{Day}\r\n"
            + "\r\n"
            + $"1,,Refund,usd,-0.05,,{Day}";

        var answer = (await ann.PostAsync(csv, contentType: "TEXT/CSV; charset=\"UTF-8\"")).Is(HttpStatusCode.OK);

        Assert.Equal(0.223456789012m, (decimal)answer["totalUsd"]);
        Assert.Equal(3, (int)answer["rows"]);
        Assert.Equal("""["units","Notes of us"]""", answer["ignoredColumns"].ToJsonString());
        var names = (await ann.ReconcileAsync())["groups"].AsArray().Select(group => (string?)group!["key"]);
        Assert.Equal(["=HYPERLINK(\"x\")", "Refund", "gpt-4.1"], names.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_file_of_more_than_ten_mebibytes_is_refused_and_one_of_ten_is_taken(bool isChunked)
    {
        await using var app = await TestApp.StartAsync(parts);
        var ann = new StatementUser(app, "ann", StatementUser.OpenAiKey);
        // The server counts the frame of each chunk in.
        var size = isChunked ? MaxBytes - 65_536 : MaxBytes;
        var row = $"{Day},0.000001,usd,\"gpt-4.1, output\",k\n";
        var file = new StringBuilder(OpenAi, MaxBytes).Insert(OpenAi.Length, row, (size - OpenAi.Length) / row.Length);
        file.Append('\n', size - file.Length);

        var refused = await SendAsync(ann, file.ToString().PadRight(MaxBytes + 1, '\n'), isChunked);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, refused.Status);
        Assert.Contains("10 MiB", refused.Text, StringComparison.Ordinal);
        Assert.Empty(await StatementUser.StoredDaysAsync(app));

        var taken = await SendAsync(ann, file.ToString(), isChunked);
        Assert.True(taken.Status == HttpStatusCode.OK, taken.Text);
        Assert.Single(await StatementUser.StoredDaysAsync(app));
    }

    [Fact]
    public async Task An_upload_that_breaks_off_leaves_nothing()
    {
        await using var app = await TestApp.StartAsync(parts);
        var ann = new StatementUser(app, "ann", StatementUser.OpenAiKey);
        var rows = string.Concat(Enumerable.Repeat($"{Day},1,usd,x,k\n", 20_000));
        var path = "/api/billing/openai/statements";
        using (await HeldUpload.StartAsync(app, "ann", path, OpenAi + rows, "text/csv"))
        {
            await Eventually.HoldsAsync(async () =>
                (await app.TablesAsync()).Contains("KeyChecks")
                && (await app.RowsAsync("KeyChecks")).Any(row => row.RowKey == "statements")
            );
        }

        // The next one is read after the first has ended: only one large body of a user is read at a time.
        (await ann.PostAsync(OpenAi + Day + ",1,usd,x,k\n" + new string('\n', 70_000))).Is(HttpStatusCode.OK);
        var entries = (await ann.Api.GetAsync("/api/account/activity"))["activity"].AsArray();
        Assert.Single(entries, entry => (string?)entry!["action"] == "statement_added");
        Assert.Equal(1m, (await ann.TotalsAsync()).Billed);
    }

    private static string KeyOf(string provider) =>
        provider == "openai" ? StatementUser.OpenAiKey : StatementUser.AnthropicKey;

    private static async Task<(HttpStatusCode Status, string Text)> SendAsync(
        StatementUser user,
        string csv,
        bool isChunked
    )
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/billing/openai/statements")
        {
            Content = new StringContent(csv, Encoding.UTF8, "text/csv"),
        };
        request.Headers.TransferEncodingChunked = isChunked;
        // Or the answer to a body that is refused unread could be lost with the connection that the server then closes.
        request.Headers.ExpectContinue = true;
        using var answer = await user.Api.Http.SendAsync(request, TestContext.Current.CancellationToken);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }
}
