using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;

namespace MyCoach.Tests.Dev;

public sealed partial class EmulatorBillingTests
{
    private static readonly DateOnly OfOctober = new(2026, 10, 1);

    [Fact]
    public async Task The_exports_of_the_consoles_agree_with_the_apis()
    {
        AddMonth();
        var openAi = Rows(Book.OpenAiCostCsv(OfOctober));
        Assert.Equal((await CostsAsync("")).Sum(Dollars), openAi.Sum(row => Decimal(row["amount_value"])));
        Assert.Equal(("2026-10-01T00:00:00Z", "usd"), (openAi[0]["start_time_iso"], openAi[0]["amount_currency"]));
        Assert.All(openAi, row => Assert.NotEmpty(row["api_key_id"]));

        var anthropic = Rows(Book.AnthropicCostCsv(OfOctober));
        Assert.Equal((await CostReportAsync("")).Sum(Cents) / 100, anthropic.Sum(row => Decimal(row["cost_usd"])));
        Assert.Equal(
            ("2026-10-01", "Claude Haiku 4.5", "Default", "≤ 200k", "active"),
            (
                anthropic[0]["usage_date_utc"],
                anthropic[0]["model"],
                anthropic[0]["workspace"],
                anthropic[0]["context_window"],
                anthropic[0]["api_key_status"]
            )
        );
        Assert.Contains("wrkspc_two", anthropic.Select(row => row["workspace"]));

        var usage = Rows(Book.AnthropicUsageCsv(OfOctober));
        var reported = Results(await AnthropicAsync($"usage_report/messages?{Since(October)}&limit=31"));
        Assert.Equal(
            reported.Sum(day => Number(day, "output_tokens")),
            usage.Sum(row => Decimal(row["usage_output_tokens"]))
        );
        Assert.All(usage, row => Assert.Equal("claude-haiku-4-5-20251001", row["model_version"]));
    }

    [Fact]
    public async Task An_export_is_of_one_month_and_one_organisation()
    {
        Book.Add(Call("sk-orgbeta-0001", "gpt-6-sol", October));
        Book.Add(Call("sk-orgbeta-0001", "gpt-6-sol"));
        Book.Add(Call(OpenAiKey, "gpt-6-sol", October));
        var (_, body, _) = await SendAsync(
            HttpMethod.Get,
            "/statements/openai-cost.csv?month=2026-10&organization=beta",
            ""
        );
        var rows = Rows(body);
        Assert.Equal(0.003m, rows.Sum(row => Decimal(row["amount_value"])));
        // Input and output of the first day; the other days are there without an amount.
        Assert.Equal((32, 30), (rows.Count, rows.Count(row => row["amount_value"].Length == 0)));
        // The model and the kind of token share a field.
        Assert.Equal("gpt-6-sol, input", rows[0]["line_item"]);

        foreach (var name in (string[])["anthropic-cost", "anthropic-usage"])
        {
            var (status, _, _) = await SendAsync(HttpMethod.Get, $"/statements/{name}.csv?month=2026-10", "");
            Assert.Equal(HttpStatusCode.OK, status);
        }
        Assert.Equal(
            HttpStatusCode.BadRequest,
            (await SendAsync(HttpMethod.Get, "/statements/openai-cost.csv?month=October", "")).Status
        );
    }

    private static decimal Decimal(string text) =>
        text.Length == 0 ? 0 : decimal.Parse(text, CultureInfo.InvariantCulture);

    /// <summary>Only line items are quoted, and no value contains a quote.</summary>
    private static IReadOnlyList<IReadOnlyDictionary<string, string>> Rows(string csv)
    {
        var lines = csv.TrimEnd('\n').Split('\n');
        var names = lines[0].Split(',');
        return
        [
            .. lines
                .Skip(1)
                .Select(line =>
                    names
                        .Zip(
                            Field().Matches(line),
                            (name, field) => (name, field.Groups[1].Value + field.Groups[2].Value)
                        )
                        .ToDictionary()
                ),
        ];
    }

    [GeneratedRegex("""(?<=^|,)(?:"([^"]*)"|([^",]*))(?=,|$)""")]
    private static partial Regex Field();
}
