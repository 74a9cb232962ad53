namespace MyCoach.Dev.Emulator.Billing;

/// <summary>The CSV files of the providers' consoles, of a month and an organisation.</summary>
public sealed partial class BillingBook
{
    private const string CostColumns =
        "usage_date_utc,model,workspace,api_key,usage_type,context_window,token_type,cost_usd,list_price_usd,cost_type,"
        + "inference_geo,speed,api_key_id,api_key_status";

    private const string UsageColumns =
        "usage_date_utc,model_version,api_key,workspace,usage_type,context_window,usage_input_tokens_no_cache,"
        + "usage_input_tokens_cache_write_5m,usage_input_tokens_cache_write_1h,usage_input_tokens_cache_read,"
        + "usage_output_tokens,web_search_count,inference_geo,speed";

    private const string OpenAiColumns =
        "start_time,end_time,start_time_iso,end_time_iso,amount_value,amount_currency,quantity,quantity_unit,line_item,"
        + "user_id,api_key_id,project_id";

    /// <summary>OpenAI's cost per day, line item, key and project. A day without costs has a row without an amount.</summary>
    /// <param name="month">Any day of it.</param>
    public string OpenAiCostCsv(DateOnly month, string organization = "default")
    {
        var (from, until) = SpanOf(month);
        var charges = ChargesOf(ReaderOf(BilledKey.OpenAiAdminPrefix, organization), from, until)
            .ToLookup(charge => DayOf(charge.At));
        return Csv(OpenAiColumns, Days(from, until).SelectMany(day => Rows(day, charges[DayOf(day)])));

        IEnumerable<string?[]> Rows(DateTimeOffset day, IEnumerable<Charge> ofDay)
        {
            var end = day.AddDays(1);
            string?[] span =
            [
                $"{day.ToUnixTimeSeconds()}",
                $"{end.ToUnixTimeSeconds()}",
                BillingText.Time(day),
                BillingText.Time(end),
            ];
            var rows = ofDay
                .GroupBy(charge => (OpenAiCosts.LineItem(charge), charge.Key.Id, charge.Key.Project))
                .Select(group =>
                    (string?[])
                        [
                            .. span,
                            BillingText.Exact(group.Sum(charge => charge.Amount)),
                            Currency,
                            $"{group.Sum(charge => charge.Quantity)}",
                            group.First().Unit,
                            group.Key.Item1,
                            null,
                            group.Key.Id,
                            group.Key.Project,
                        ]
                )
                .ToArray();
            return rows.Length > 0
                ? rows
                :
                [
                    [.. span, .. new string?[8]],
                ];
        }
    }

    /// <summary>Anthropic's cost per day, model, key and kind of token.</summary>
    /// <param name="month">Any day of it.</param>
    public string AnthropicCostCsv(DateOnly month, string organization = "default")
    {
        var (from, until) = SpanOf(month);
        var rows = ChargesOf(ReaderOf(BilledKey.AnthropicAdminPrefix, organization), from, until)
            .Where(AnthropicCosts.IsListed)
            .GroupBy(charge =>
                (
                    DayOf(charge.At),
                    charge.Kind,
                    charge.Key,
                    charge.Call?.Model,
                    charge.Call?.IsBatch,
                    Window(charge.Call),
                    charge.Call?.Geography,
                    charge.Line
                )
            )
            .OrderBy(group => group.Key.Item1)
            .Select(group => CostRow([.. group]));
        return Csv(CostColumns, rows);
    }

    /// <summary>Anthropic's tokens per day, model and key.</summary>
    /// <param name="month">Any day of it.</param>
    public string AnthropicUsageCsv(DateOnly month, string organization = "default")
    {
        var (from, until) = SpanOf(month);
        var rows = CallsOf(ReaderOf(BilledKey.AnthropicAdminPrefix, organization), from, until)
            .GroupBy(reported =>
                (
                    DayOf(reported.Call.At),
                    reported.Key,
                    reported.Call.Model,
                    reported.Call.Tier,
                    Window(reported.Call),
                    reported.Call.Geography
                )
            )
            .OrderBy(group => group.Key.Item1)
            .Select(group => UsageRow(group.First().Key, [.. group.Select(reported => reported.Call)]));
        return Csv(UsageColumns, rows);
    }

    private static string?[] CostRow(IReadOnlyList<Charge> group)
    {
        var first = group[0];
        var isOfTokens = first.Kind is not (BilledKind.Other or BilledKind.WebSearch);
        return
        [
            BillingText.Day(first.At),
            first.Call is null ? null : AnthropicCosts.ModelName(first.Call.Model),
            first.Key.Project ?? "Default",
            first.Key.Id is null ? null : first.Key.Name,
            first.Call?.IsBatch is true ? "batch" : "message",
            isOfTokens ? Window(first.Call) : null,
            isOfTokens ? TokenType(first.Kind) : null,
            BillingText.Rounded(group.Sum(charge => charge.Amount), 8),
            BillingText.Rounded(group.Sum(charge => charge.ListAmount), 8),
            isOfTokens ? "token" : first.Line?.CostType ?? (first.Line is null ? "web_search" : null),
            first.Call?.Geography,
            null,
            first.Key.Id,
            first.Key.Id is null ? null : "active",
        ];
    }

    private static string?[] UsageRow(BilledKey key, IReadOnlyList<BilledCall> group) =>
        [
            BillingText.Day(group[0].At),
            group[0].Model,
            key.Id is null ? null : key.Name,
            key.Project ?? "Default",
            group[0].IsBatch ? "batch" : "standard",
            Window(group[0]),
            $"{group.Sum(call => call.Input)}",
            $"{group.Sum(call => call.CacheWrites)}",
            $"{group.Sum(call => call.CacheWrites1h)}",
            $"{group.Sum(call => call.CachedInput)}",
            $"{group.Sum(call => call.Output)}",
            $"{group.Sum(call => call.WebSearches)}",
            group[0].Geography,
            null,
        ];

    private static string? Window(BilledCall? call) =>
        call switch
        {
            null => null,
            { ContextWindow: "0-200k" } => "≤ 200k",
            _ => "> 200k",
        };

    private static string TokenType(BilledKind kind) =>
        kind switch
        {
            BilledKind.CachedInput => "input_cache_read",
            BilledKind.CacheWrite => "input_cache_write_5m",
            BilledKind.CacheWrite1h => "input_cache_write_1h",
            BilledKind.Output => "output",
            _ => "input_no_cache",
        };

    private static BilledKey ReaderOf(string prefix, string organization) =>
        BilledKey.Of($"{prefix}console-org{organization}");

    private static (DateTimeOffset From, DateTimeOffset Until) SpanOf(DateOnly month)
    {
        var from = new DateTimeOffset(month.Year, month.Month, 1, 0, 0, 0, TimeSpan.Zero);
        return (from, from.AddMonths(1));
    }

    private IEnumerable<DateTimeOffset> Days(DateTimeOffset from, DateTimeOffset until)
    {
        for (var day = from; day < until && day <= Now; day = day.AddDays(1))
            yield return day;
    }

    private static string Csv(string columns, IEnumerable<string?[]> rows) =>
        string.Concat(
            rows.Select(row => string.Join(',', row.Select(Quoted))).Prepend(columns).Select(row => row + "\n")
        );

    private static string Quoted(string? value) =>
        value is not null && value.AsSpan().ContainsAny(',', '"', '\n')
            ? $"\"{value.Replace("\"", "\"\"")}\""
            : value ?? "";
}
