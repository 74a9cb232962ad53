using System.Net;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Billing;

public sealed class InvoiceTests(LocalParts parts)
{
    private const string November = "/api/billing/openai/invoices/2026-11";

    [Fact]
    public async Task The_total_of_an_invoice_is_kept_to_the_pico_dollar()
    {
        await using var app = await TestApp.StartAsync(parts);
        var ann = app.As("ann");
        (await ann.GetAsync(November)).IsProblem(404, "not_found");
        (await ann.DeleteAsync(November)).IsProblem(404, "not_found");

        var set = (await PutAsync(ann, """{"totalUsd":1234567.123456789012}""")).Is(HttpStatusCode.OK);
        Assert.Equal("""{"provider":"openai","month":"2026-11","totalUsd":1234567.123456789012}""", set.Text);
        Assert.Equal(set.Text, (await ann.GetAsync(November)).Is(HttpStatusCode.OK).Text);
        (await PutAsync(ann, """{"totalUsd":0.10}""")).Is(HttpStatusCode.OK);
        Assert.Equal(0.1m, (decimal)(await ann.GetAsync(November))["totalUsd"]);
        var compared = (await ann.GetAsync("/api/billing/reconciliation?month=2026-11"))["providers"].AsArray();
        Assert.Equal(0.1m, (decimal)compared.Single(provider => provider!["invoiceUsd"] is not null)!["invoiceUsd"]!);

        (await app.As("bob").GetAsync(November)).IsProblem(404, "not_found");
        (await ann.GetAsync("/api/billing/anthropic/invoices/2026-11")).IsProblem(404, "not_found");
        app.Clock.Advance(TimeSpan.FromSeconds(1));
        (await ann.DeleteAsync(November)).Is(HttpStatusCode.NoContent);
        (await ann.GetAsync(November)).IsProblem(404, "not_found");
        Assert.Equal(
            ["invoice_deleted openai 2026-11", "invoice_set openai 2026-11", "invoice_set openai 2026-11"],
            (await ann.GetAsync("/api/account/activity"))["activity"]
                .AsArray()
                .Select(entry => $"{entry!["action"]} {entry["subject"]}")
        );
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"totalUsd":null}""")]
    [InlineData("""{"totalUsd":"12"}""")]
    [InlineData("""{"totalUsd":-0.01}""")]
    [InlineData("""{"totalUsd":1000000000.01}""")]
    [InlineData("""{"totalUsd":0.1234567890123}""")]
    [InlineData("""{"totalUsd":1e99}""")]
    public async Task A_total_that_is_no_amount_is_refused(string body)
    {
        await using var app = await TestApp.StartAsync(parts);

        (await PutAsync(app.As("ann"), body)).Blames("totalUsd");

        (await app.As("ann").GetAsync(November)).IsProblem(404, "not_found");
    }

    [Theory]
    [InlineData("2026-12")]
    [InlineData("2025-09")]
    [InlineData("202611")]
    [InlineData("2026-13")]
    public async Task A_month_out_of_bounds_is_refused(string month)
    {
        await using var app = await TestApp.StartAsync(parts);
        var (ann, path) = (app.As("ann"), $"/api/billing/openai/invoices/{month}");

        (await ann.PutAsync(path, new { totalUsd = 1 })).Blames("month");
        (await ann.GetAsync(path)).Blames("month");
        (await ann.DeleteAsync(path)).Blames("month");
    }

    private static Task<Answer> PutAsync(ApiClient ann, string body) => ann.SendAsync(HttpMethod.Put, November, body);
}
