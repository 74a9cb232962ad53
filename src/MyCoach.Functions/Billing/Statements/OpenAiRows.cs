namespace MyCoach.Billing;

/// <summary>Reads the rows of OpenAI's export of costs.</summary>
internal static class OpenAiRows
{
    public static void AddCost(StatementRow row, StatementLines lines)
    {
        var (day, label) = (row.DayOfSeconds("start_time"), row.Text("line_item"));
        lines.AddDay(day);
        if (row.Dollars("amount_value") is not { } amount)
        {
            // A day without costs has such a row.
            if (label is not null)
            {
                throw row.Fault("amount_value", "is empty");
            }
            return;
        }
        var currency = row.Text("amount_currency");
        if (!string.Equals(currency, "usd", StringComparison.OrdinalIgnoreCase))
        {
            throw row.Fault(
                "amount_currency",
                currency is { Length: 3 } && currency.All(char.IsAsciiLetter)
                    ? $"is {currency.ToUpperInvariant()}, but only US dollars can be compared"
                    : "is not USD"
            );
        }
        var (model, kind) = LineItem.Parse(label ?? "");
        var key = row.Text("api_key_id");
        lines.Name(key, name: null);
        lines.Add(
            day,
            new CostLine(
                label ?? "",
                model,
                kind,
                key,
                row.Text("project_id"),
                row.CountIn("quantity", "quantity_unit"),
                amount
            )
        );
    }
}
