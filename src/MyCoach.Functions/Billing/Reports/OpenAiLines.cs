using System.Text.Json;
using MyCoach.Catalogue;

namespace MyCoach.Billing;

/// <summary>The lines of OpenAI's reports.</summary>
internal static class OpenAiLines
{
    // The tier of tokens that OpenAI gives for shared data.
    private const string FreeTier = "incentivized-tier";

    public static IEnumerable<UsageLine> UsageOf(JsonElement result)
    {
        var (model, key) = (result.Text("model"), result.Text("api_key_id"));
        var (project, isFree) = (result.Text("project_id"), result.Text("service_tier") == FreeTier);
        var (cached, written) = (result.Count("input_cached_tokens"), result.Count("input_cache_write_tokens"));
        return new[]
        {
            Line(Charge.Input, result.Count("input_tokens") - cached - written),
            Line(Charge.CachedInput, cached),
            Line(Charge.CacheWrite, written),
            Line(Charge.Output, result.Count("output_tokens")),
            Line(UsageLine.Requests, result.Count("num_model_requests")),
        }.Where(line => line.Count != 0);

        UsageLine Line(string kind, long count) => new(model, key, project, kind, count, isFree);
    }

    public static IEnumerable<CostLine> CostsOf(JsonElement result)
    {
        var amount = result.GetProperty("amount");
        if (!string.Equals(amount.RequiredText("currency"), "usd", StringComparison.OrdinalIgnoreCase))
        {
            throw BillingFaultException.OtherCurrency();
        }
        var label = result.Text("line_item") ?? "";
        var (model, kind) = LineItem.Parse(label);
        yield return new CostLine(
            label,
            model,
            kind,
            result.Text("api_key_id"),
            result.Text("project_id"),
            LineItem.CountOf(result.Number("quantity"), result.Text("quantity_unit")),
            amount.Dollars("value")
        );
    }
}
