using System.Text.Json;
using MyCoach.Catalogue;

namespace MyCoach.Billing;

/// <summary>The lines of Anthropic's reports.</summary>
internal static class AnthropicLines
{
    private const int CentsPerDollar = 100;

    public static IEnumerable<UsageLine> UsageOf(JsonElement result)
    {
        var (model, key, workspace) = (result.Text("model"), result.Text("api_key_id"), result.Text("workspace_id"));
        var written = result.TryGetProperty("cache_creation", out var stated) ? stated : default;
        var terms = TermsOf(result);
        var tools = result.TryGetProperty("server_tool_use", out var used) ? used : default;
        return new[]
        {
            new UsageLine(model, key, workspace, Charge.Input, result.Count("uncached_input_tokens"), Terms: terms),
            new UsageLine(
                model,
                key,
                workspace,
                Charge.CachedInput,
                result.Count("cache_read_input_tokens"),
                Terms: terms
            ),
            new UsageLine(
                model,
                key,
                workspace,
                Charge.CacheWrite,
                Of(written, "ephemeral_5m_input_tokens"),
                Terms: terms
            ),
            new UsageLine(
                model,
                key,
                workspace,
                Charge.CacheWrite1h,
                Of(written, "ephemeral_1h_input_tokens"),
                Terms: terms
            ),
            new UsageLine(model, key, workspace, Charge.Output, result.Count("output_tokens"), Terms: terms),
            new UsageLine(null, key, workspace, Charge.WebSearch, Of(tools, "web_search_requests")),
        }.Where(line => line.Count != 0);

        static long Of(JsonElement part, string member) =>
            part.ValueKind == JsonValueKind.Object ? part.Count(member) : 0;
    }

    public static IEnumerable<CostLine> CostsOf(JsonElement result)
    {
        if (!string.Equals(result.RequiredText("currency"), "usd", StringComparison.OrdinalIgnoreCase))
        {
            throw BillingFaultException.OtherCurrency();
        }
        var type = result.Text("cost_type");
        yield return new CostLine(
            result.Text("description") ?? type ?? "",
            AnthropicKinds.IsOfTokens(type) ? result.Text("model") : null,
            AnthropicKinds.Of(type, result.Text("token_type")),
            KeyId: null,
            result.Text("workspace_id"),
            Count: null,
            result.Dollars("amount", CentsPerDollar),
            Terms: type == "tokens" ? TermsOf(result) : null
        );
    }

    private static string TermsOf(JsonElement result) =>
        $"{result.Text("service_tier")} {result.Text("context_window")}";
}
