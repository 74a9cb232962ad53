using System.Globalization;
using Azure.Data.Tables;
using MyCoach.Catalogue;
using MyCoach.Providers;
using MyCoach.Storage;

namespace MyCoach.Usage;

/// <summary>The rows of a user-month partition, kind by kind, as <c>docs/storage.md</c> lays them out.</summary>
internal static class UsageRows
{
    public const string Ledger = "ledger";

    /// <summary>Follows <c>_</c> in the order of keys, so that a kind's rows are those from <c>kind_</c> up to <c>kind`</c>.</summary>
    private const char AfterSeparator = '`';

    public static string MarkKey(string callerId) => $"mark_{callerId}";

    // The ticks fall as time grows: the newest event is the first row.
    public static string EventKey(UsageEvent one) =>
        string.Create(CultureInfo.InvariantCulture, $"event_{DateTime.MaxValue.Ticks - one.CreatedAt.UtcTicks:D19}_{one.CallerId}");

    public static string DayKey(DateOnly day, Provider provider, string model) =>
        string.Create(CultureInfo.InvariantCulture, $"day_{day:yyyyMMdd}_{provider.Id}_{KeyEncoding.Encode(model)}");

    public static (DateOnly Day, string Provider, string Model) ParseDayKey(string key)
    {
        var parts = key.Split('_');
        return (DateOnly.ParseExact(parts[1], "yyyyMMdd", CultureInfo.InvariantCulture), parts[2], KeyEncoding.Decode(parts[3]));
    }

    public static (string From, string Before) Events => ("event_", $"event{AfterSeparator}");

    public static (string From, string Before) Thresholds => ("threshold_", $"threshold{AfterSeparator}");

    public static (string From, string Before) Days(DateOnly from, DateOnly to) =>
        (
            string.Create(CultureInfo.InvariantCulture, $"day_{from:yyyyMMdd}_"),
            string.Create(CultureInfo.InvariantCulture, $"day_{to:yyyyMMdd}{AfterSeparator}")
        );

    public static TableEntity WriteMark(string partition, UsageEvent one, string commitId) =>
        new(partition, MarkKey(one.CallerId)) { ["Event"] = EventKey(one), ["CommitId"] = commitId };

    public static TableEntity WriteDay(string partition, DateOnly day, Provider provider, string model, Totals totals)
    {
        var row = new TableEntity(partition, DayKey(day, provider, model));
        totals.WriteTo(row);
        return row;
    }

    public static TableEntity WriteEvent(string partition, UsageEvent one)
    {
        var row = new TableEntity(partition, EventKey(one))
        {
            ["Id"] = one.CallerId,
            ["Provider"] = one.Provider.Id,
            ["Model"] = one.Model,
            ["ConversationId"] = one.ConversationId,
            ["AgentId"] = one.AgentId,
            ["CreatedAt"] = one.CreatedAt,
            ["InputTokens"] = one.Tokens.Input,
            ["OutputTokens"] = one.Tokens.Output,
            ["CachedInputTokens"] = one.Tokens.CachedInput,
            ["CacheWriteTokens"] = one.Tokens.CacheWrite,
            ["CostPicoUsd"] = one.Cost.ToString(),
        };
        if (one.Receipt is { } receipt)
        {
            row["PricedAs"] = receipt.Model;
            row["PriceSource"] = receipt.Source;
            row["PriceFrom"] = receipt.EffectiveFrom.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
            row["PriceEstimated"] = receipt.Estimated;
            // kind:tokens:centsPerMTok, one a kind of token
            row["Charges"] = string.Join(
                ';',
                receipt.Charges.Select(charge => string.Create(CultureInfo.InvariantCulture, $"{charge.Kind}:{charge.Tokens}:{charge.CentsPerMTok}"))
            );
        }
        return row;
    }

    public static UsageEvent ReadEvent(TableEntity row) =>
        new(
            row.GetString("Id"),
            Provider.Find(row.GetString("Provider"))!,
            row.GetString("Model"),
            new TokenCounts(
                row.GetInt64("InputTokens")!.Value,
                row.GetInt64("OutputTokens")!.Value,
                row.GetInt64("CachedInputTokens")!.Value,
                row.GetInt64("CacheWriteTokens")!.Value
            ),
            row.GetString("ConversationId"),
            row.GetString("AgentId"),
            row.GetDateTimeOffset("CreatedAt")!.Value,
            ReadReceipt(row)
        );

    private static Receipt? ReadReceipt(TableEntity row) =>
        row.GetString("PricedAs") is not { } model
            ? null
            : new Receipt(
                model,
                row.GetString("PriceSource"),
                DateOnly.ParseExact(row.GetString("PriceFrom"), "yyyy-MM-dd", CultureInfo.InvariantCulture),
                row.GetBoolean("PriceEstimated") ?? false,
                [.. row.GetString("Charges").Split(';', StringSplitOptions.RemoveEmptyEntries).Select(ReadCharge)]
            );

    private static Charge ReadCharge(string text)
    {
        var parts = text.Split(':');
        return new Charge(parts[0], long.Parse(parts[1], CultureInfo.InvariantCulture), decimal.Parse(parts[2], CultureInfo.InvariantCulture));
    }
}
