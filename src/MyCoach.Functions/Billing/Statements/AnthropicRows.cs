using MyCoach.Catalogue;
using MyCoach.Providers;

namespace MyCoach.Billing;

/// <summary>Reads the rows of Anthropic's exports of costs, in dollars by key, and of usage, by the names of keys.</summary>
internal static class AnthropicRows
{
    /// <summary>The columns with tokens, and the kind of each.</summary>
    public static readonly IReadOnlyDictionary<string, string> TokenColumns = new Dictionary<string, string>(
        StringComparer.Ordinal
    )
    {
        ["usage_input_tokens_no_cache"] = Charge.Input,
        ["usage_input_tokens_cache_write_5m"] = Charge.CacheWrite,
        ["usage_input_tokens_cache_write_1h"] = Charge.CacheWrite1h,
        ["usage_input_tokens_cache_read"] = Charge.CachedInput,
        ["usage_output_tokens"] = Charge.Output,
    };

    private const string DefaultWorkspace = "Default";

    public static void AddCost(StatementRow row, StatementLines lines)
    {
        var day = row.Day("usage_date_utc");
        var (type, tokens) = (row.Text("cost_type"), row.Text("token_type"));
        var key = row.Text("api_key_id");
        lines.Name(key, row.Text("api_key"));
        lines.Add(
            day,
            new CostLine(
                tokens ?? type ?? "",
                AnthropicKinds.IsOfTokens(type) && row.Text("model") is { } model ? IdOf(model, lines.Models) : null,
                AnthropicKinds.Of(type, tokens),
                key,
                WorkspaceOf(row),
                Count: null,
                row.RequiredDollars("cost_usd"),
                row.Dollars("list_price_usd")
            )
        );
    }

    public static void AddUsage(StatementRow row, StatementLines lines)
    {
        var (day, model) = (row.Day("usage_date_utc"), row.Text("model_version"));
        var key = row.Text("api_key_id") ?? lines.IdOf(row.Text("api_key"));
        var workspace = WorkspaceOf(row);
        lines.AddDay(day);
        foreach (var (column, kind) in TokenColumns)
        {
            Add(model, kind, row.Count(column));
        }
        Add(name: null, Charge.WebSearch, row.Count("web_search_count"));

        void Add(string? name, string kind, long count)
        {
            if (count > 0)
            {
                lines.Add(day, new UsageLine(name, key, workspace, kind, count));
            }
        }
    }

    private static string? WorkspaceOf(StatementRow row) =>
        row.Text("workspace") is { } workspace && workspace != DefaultWorkspace ? workspace : null;

    // The export of costs has the names that people read: Claude Sonnet 5.5, or Claude Haiku 3.5 for claude-3-5-haiku.
    private static string IdOf(string name, ModelCatalogue models)
    {
        var words = name.Replace('.', '-').Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words.Length == 1)
        {
            return name;
        }
        var id = string.Join('-', words).ToLowerInvariant();
        var older = string.Join('-', [words[0], words[^1], .. words[1..^1]]).ToLowerInvariant();
        return models.Find(Provider.Anthropic, id) is null && models.Find(Provider.Anthropic, older) is not null
            ? older
            : id;
    }
}
