using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using MyCoach.Dev.Emulator;
using MyCoach.Dev.Emulator.Billing;

namespace MyCoach.Tests.Dev;

public sealed partial class EmulatorBillingTests
{
    private static readonly DateOnly Yesterday = new(2026, 11, 14);

    [Fact]
    public async Task Forgotten_calls_are_not_billed()
    {
        Book.ForgetNext(1);
        for (var call = 0; call < 2; call++)
            await SendAsync(HttpMethod.Post, "/openai/v1/chat/completions", OpenAiKey, ChatQuestion);
        Assert.Equal(1, Number(Only(await OpenAiAsync($"usage/completions?{From(Today)}")), "num_model_requests"));

        Assert.Equal(1, Book.Forget(call => call.Model == "gpt-6-luna"));
        Assert.Empty(Results(await OpenAiAsync($"costs?{From(Today)}")));
    }

    [Fact]
    public async Task Calls_appear_after_the_lag_or_when_they_are_reported()
    {
        Book.Add(Call(OpenAiKey, "gpt-6-luna", Noon.AddMinutes(-5)));
        Book.Add(Call(OpenAiKey, "gpt-6-sol", Noon.AddHours(-5)) with { ReportedFrom = Noon.AddHours(1) });
        Book.Lag = TimeSpan.FromMinutes(10);
        Assert.Empty(Results(await OpenAiAsync($"costs?{From(Today)}")));
        clock.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(0.00015m, Dollars(Only(await OpenAiAsync($"costs?{From(Today)}"))));
        clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(0.00315m, Dollars(Only(await OpenAiAsync($"costs?{From(Today)}"))));
    }

    [Fact]
    public async Task A_price_factor_changes_what_matches_it()
    {
        Book.Add(Enumerable.Range(0, 2).Select(day => Call(OpenAiKey, "gpt-6-sol", Noon.AddDays(-day))));
        Book.PriceFactor(3m, "gpt-6-sol", BilledKind.Output, Yesterday);
        Book.PriceFactor(5m, "gpt-6-luna");
        var days = Results(await OpenAiAsync($"costs?{From(Today.AddDays(-1))}"));
        // 1000 tokens at $2 and 100 tokens at $10 for a million.
        Assert.Equal([0.005m, 0.003m], days.Select(Dollars));
        Book.PriceFactor(2m);
        Assert.Equal([0.01m, 0.006m], Results(await OpenAiAsync($"costs?{From(Today.AddDays(-1))}")).Select(Dollars));
    }

    [Fact]
    public async Task A_token_offset_changes_usage_and_cost_of_its_day()
    {
        Book.Add(Enumerable.Range(0, 2).Select(day => Call(OpenAiKey, "gpt-6-sol", Noon.AddDays(-day))));
        Book.TokenOffset(Yesterday, 20);
        var usage = Results(await OpenAiAsync($"usage/completions?{From(Today.AddDays(-1))}"));
        Assert.Equal([1020, 1000], usage.Select(day => Number(day, "input_tokens")));
        Assert.Equal([102, 100], usage.Select(day => Number(day, "output_tokens")));
        var costs = Results(await OpenAiAsync($"costs?{From(Today.AddDays(-1))}"));
        Assert.Equal([0.00306m, 0.003m], costs.Select(Dollars));
    }

    [Fact]
    public async Task Free_tokens_are_in_the_usage_and_cost_nothing()
    {
        Book.Add(Call(OpenAiKey, "gpt-6-sol") with { Tier = "incentivized-tier" });
        Book.Add(Call(AnthropicKey, "claude-haiku-4-5") with { IsFree = true });
        var usage = Only(await OpenAiAsync($"usage/completions?{From(Today)}&group_by=service_tier"));
        Assert.Equal(("incentivized-tier", 1000L), (Text(usage, "service_tier"), Number(usage, "input_tokens")));
        Assert.Equal(0, Dollars(Only(await OpenAiAsync($"costs?{From(Today)}"))));
        Assert.Equal("0.000000", Text(Only(await AnthropicAsync($"cost_report?{Since(Today)}")), "amount"));
    }

    [Fact]
    public async Task Tiers_have_their_price_and_Anthropics_priority_is_in_no_cost_report()
    {
        foreach (var tier in (string[])["flex", "priority", "batch"])
            Book.Add(Call(OpenAiKey, "gpt-6-sol") with { Tier = tier });
        Assert.Equal(0.009m, Dollars(Only(await OpenAiAsync($"costs?{From(Today)}"))));
        var usage = Results(await OpenAiAsync($"usage/completions?{From(Today)}&group_by=service_tier&group_by=batch"));
        Assert.Equal(
            [("default", true), ("flex-tier", false), ("priority-tier", false)],
            usage.Select(line => (Text(line, "service_tier"), line["batch"]!.GetValue<bool>())).Order()
        );
        Book.Add(Call(AnthropicKey, "claude-haiku-4-5") with { Tier = "priority" });
        Assert.Empty(Results(await AnthropicAsync($"cost_report?{Since(Today)}")));
        Only(await AnthropicAsync($"usage_report/messages?{Since(Today)}"));
    }

    [Fact]
    public async Task Lines_and_refunds_belong_to_no_call()
    {
        Book.Add(Call(OpenAiKey, "gpt-6-sol"));
        Book.Add(Line(OpenAiAdmin, "Vector storage", 0.5m) with { Quantity = 3, QuantityUnit = "gigabyte-days" });
        Book.Add(Line(OpenAiKey, "Refund", -0.25m));
        Book.Add(Line(AnthropicAdmin, "Code Execution Usage", 0.05m) with { CostType = "code_execution" });

        var lines = Results(await OpenAiAsync($"costs?{From(Today)}&group_by=line_item&group_by=api_key_id"));
        var storage = Assert.Single(lines, line => Text(line, "line_item") == "Vector storage");
        Assert.Equal((null, "gigabyte-days"), (storage["api_key_id"]?.ToString(), Text(storage, "quantity_unit")));
        Assert.Equal(-0.25m, Dollars(Assert.Single(lines, line => Text(line, "line_item") == "Refund")));
        Assert.Equal(0.253m, lines.Sum(Dollars));
        Assert.Equal(1, Number(Only(await OpenAiAsync($"usage/completions?{From(Today)}")), "num_model_requests"));

        var session = Only(await AnthropicAsync($"cost_report?{Since(Today)}&group_by[]=description"));
        Assert.Equal(("5.000000", "code_execution"), (Text(session, "amount"), Text(session, "cost_type")));
        Assert.Null(session["model"]);
    }

    [Fact]
    public async Task A_bucket_can_be_on_two_pages()
    {
        Book.RepeatBucketNext(1);
        var pages = await PagesAsync(
            page => $"costs?{From(Today.AddDays(-5))}&limit=2{page}",
            path => OpenAiAsync(path)
        );
        Assert.Equal(
            [-5, -4, -4, -3, -2, -1, 0],
            pages
                .SelectMany(page => page["data"]!.AsArray())
                .Select(day => (int)(Number(day!, "start_time") - Today.ToUnixTimeSeconds()) / 86400)
        );
    }

    [Fact]
    public async Task Amounts_can_be_numbers_and_of_another_currency()
    {
        Book.Add(Call(OpenAiKey, "gpt-6-sol"));
        Book.Add(Call(AnthropicKey, "claude-haiku-4-5"));
        (Book.AmountsAsNumbers, Book.Currency) = (true, "eur");
        var amount = Only(await OpenAiAsync($"costs?{From(Today)}"))["amount"]!;
        Assert.Equal(JsonValueKind.Number, amount["value"]!.GetValueKind());
        Assert.Equal((0.003m, "eur"), (amount["value"]!.GetValue<decimal>(), Text(amount, "currency")));
        Assert.Equal("EUR", Text(Only(await AnthropicAsync($"cost_report?{Since(Today)}")), "currency"));
        Book.Reset();
        Assert.Equal((false, "usd", 0), (Book.AmountsAsNumbers, Book.Currency, Book.Calls.Count));
    }

    [Fact]
    public async Task The_faults_of_the_emulator_apply_to_the_bill_too()
    {
        emulator.Knobs.FailNext(1, 429);
        var (status, _, headers) = await SendAsync(HttpMethod.Get, Costs, OpenAiAdmin);
        Assert.Equal((HttpStatusCode.TooManyRequests, "1"), (status, headers.RetryAfter?.ToString()));
        emulator.Knobs.FailNext(1, 503);
        Assert.Equal(
            HttpStatusCode.ServiceUnavailable,
            (await SendAsync(HttpMethod.Get, CostReport, AnthropicAdmin)).Status
        );
        emulator.Knobs.DropNext(1);
        await Assert.ThrowsAsync<HttpRequestException>(() => SendAsync(HttpMethod.Get, Costs, OpenAiAdmin));
        emulator.Knobs.AnswerNext(PlannedAnswer.Of("[]"u8.ToArray()));
        Assert.Equal("[]", (await SendAsync(HttpMethod.Get, Costs, OpenAiAdmin)).Body);
        Assert.Equal(4, emulator.Calls.Count);
    }

    [Fact]
    public async Task The_book_can_be_kept_over_http()
    {
        var call = """[{"at":"2026-11-15T09:00:00Z","apiKey":"sk-good-0001","model":"gpt-6-sol","input":1000}]""";
        var (status, body, _) = await SendAsync(HttpMethod.Post, "/_emulator/calls", "", call);
        Assert.True(status is HttpStatusCode.OK, body);
        Assert.Equal(0.002m, Dollars(Only(await OpenAiAsync($"costs?{From(Today)}"))));
        foreach (var wrong in (string[])["{", "[{}]", call.Replace("input", "imput", StringComparison.Ordinal)])
            Assert.Equal(
                HttpStatusCode.BadRequest,
                (await SendAsync(HttpMethod.Post, "/_emulator/calls", "", wrong)).Status
            );

        var turned = """{"forgetNext":2,"repeatBucketNext":1,"lagSeconds":60,"amountsAsNumbers":1}""";
        var shown = JsonNode.Parse((await SendAsync(HttpMethod.Post, "/_emulator", "", turned)).Body)!;
        Assert.Equal(
            (2L, 1L, 1L),
            (Number(shown, "forgetNext"), Number(shown, "repeatBucketNext"), Number(shown, "billedCalls"))
        );
        Assert.Equal((TimeSpan.FromMinutes(1), true), (Book.Lag, Book.AmountsAsNumbers));
    }

    private static BilledLine Line(string key, string item, decimal amount) =>
        new()
        {
            At = Today.AddHours(1),
            ApiKey = key,
            LineItem = item,
            Amount = amount,
        };
}
