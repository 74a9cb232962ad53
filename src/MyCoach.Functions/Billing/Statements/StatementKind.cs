using MyCoach.Providers;

namespace MyCoach.Billing;

/// <summary>An export of a provider's console. Its header says which one it is.</summary>
/// <param name="Name"><c>costs</c> or <c>usage</c>.</param>
/// <param name="Required">The columns without which it cannot be read.</param>
/// <param name="Optional">The other columns that it is known to have.</param>
/// <param name="Read">Adds the lines of a row.</param>
internal sealed record StatementKind(
    Provider Provider,
    string Name,
    BillSource Source,
    IReadOnlyList<string> Required,
    IReadOnlyList<string> Optional,
    Action<StatementRow, StatementLines> Read
)
{
    public const string Costs = "costs";
    public const string Usage = "usage";

    // In the order of the consoles.
    private static readonly StatementKind[] All =
    [
        new(
            Provider.Anthropic,
            Costs,
            BillSource.CostCsv,
            ["usage_date_utc", "model", "token_type", "cost_usd", "cost_type", "api_key_id"],
            [
                "workspace",
                "api_key",
                "usage_type",
                "context_window",
                "list_price_usd",
                "inference_geo",
                "speed",
                "api_key_status",
            ],
            AnthropicRows.AddCost
        ),
        new(
            Provider.Anthropic,
            Usage,
            BillSource.UsageCsv,
            ["usage_date_utc", "model_version", .. AnthropicRows.TokenColumns.Keys],
            [
                "api_key",
                "api_key_id",
                "workspace",
                "usage_type",
                "context_window",
                "web_search_count",
                "inference_geo",
                "speed",
            ],
            AnthropicRows.AddUsage
        ),
        new(
            Provider.OpenAi,
            Costs,
            BillSource.CostCsv,
            ["start_time", "amount_value", "amount_currency", "line_item", "api_key_id"],
            ["end_time", "start_time_iso", "end_time_iso", "quantity", "quantity_unit", "user_id", "project_id"],
            OpenAiRows.AddCost
        ),
    ];

    /// <summary>The kind that the header has most columns of; null if it has hardly any of each.</summary>
    public static StatementKind? Of(IReadOnlyCollection<string> header)
    {
        var best = All.MaxBy(CountIn)!;
        return 2 * CountIn(best) > best.Required.Count ? best : null;

        int CountIn(StatementKind kind) => kind.Required.Count(header.Contains);
    }

    public bool Knows(string column) => Required.Contains(column) || Optional.Contains(column);
}
