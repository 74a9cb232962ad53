using Azure.Data.Tables;
using MyCoach.Catalogue;
using MyCoach.Providers;

namespace MyCoach.Ledger;

/// <summary>The row of a usage event.</summary>
internal static class EventRow
{
    /// <summary>A copy of an event's row without its conversation.</summary>
    public static TableEntity Detach(TableEntity row)
    {
        var detached = new TableEntity(row.PartitionKey, row.RowKey);
        foreach (var (column, value) in row)
        {
            if (
                column
                is not (
                    MonthRows.ConversationId
                    or nameof(UsageEvent.ConversationGeneration)
                    or "Timestamp"
                    or "odata.etag"
                )
            )
            {
                detached[column] = value;
            }
        }
        return detached;
    }

    public static TableEntity Write(string partition, UsageEvent usageEvent)
    {
        var row = new TableEntity(partition, MonthRows.EventKey(usageEvent))
        {
            ["Id"] = usageEvent.CallerId,
            ["Provider"] = usageEvent.Provider.Id,
            ["Model"] = usageEvent.Model,
            [MonthRows.ConversationId] = usageEvent.ConversationId,
            [nameof(usageEvent.ConversationGeneration)] =
                usageEvent.ConversationGeneration > 0 ? usageEvent.ConversationGeneration : null,
            ["AgentId"] = usageEvent.AgentId,
            [nameof(usageEvent.TokenId)] = usageEvent.TokenId,
            [nameof(usageEvent.KeyId)] = usageEvent.KeyId,
            [nameof(usageEvent.CountedAs)] = usageEvent.CountedAs,
            [nameof(usageEvent.RequestedModel)] = usageEvent.RequestedModel,
            [nameof(usageEvent.Terms)] = usageEvent.Terms.Write(),
            ["CreatedAt"] = usageEvent.CreatedAt,
            ["InputTokens"] = usageEvent.Tokens.Input,
            ["OutputTokens"] = usageEvent.Tokens.Output,
            ["CachedInputTokens"] = usageEvent.Tokens.CachedInput,
            ["CacheWriteTokens"] = usageEvent.Tokens.CacheWrite,
            ["CostPicoUsd"] = usageEvent.Cost.ToString(),
            [nameof(usageEvent.Estimated)] = usageEvent.Estimated ? true : null,
            [nameof(usageEvent.Expired)] = usageEvent.Expired ? true : null,
            ["ReplacedPicoUsd"] = usageEvent.Replaced?.ToString(),
            [nameof(usageEvent.OverBound)] = usageEvent.OverBound ? true : null,
            [nameof(usageEvent.Replaces)] = usageEvent.Replaces,
            [nameof(usageEvent.ReplacedBy)] = usageEvent.ReplacedBy,
            [nameof(usageEvent.Adjustments)] = Adjustment.Write(usageEvent.Adjustments),
        };
        EventMetadata.Write(usageEvent.Metadata, row);
        if (usageEvent.Receipt is { } receipt)
        {
            ReceiptColumns.Write(row, receipt);
        }
        if (usageEvent.Repriced is { } repriced)
        {
            ReceiptColumns.Write(row, repriced, nameof(usageEvent.Repriced));
        }
        return row;
    }

    public static UsageEvent Read(TableEntity row) =>
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
            row.GetString(MonthRows.ConversationId),
            row.GetString("AgentId"),
            row.GetDateTimeOffset("CreatedAt")!.Value,
            ReceiptColumns.Read(row)
        )
        {
            ConversationGeneration = row.GetInt64(nameof(UsageEvent.ConversationGeneration)) ?? 0,
            TokenId = row.GetString(nameof(UsageEvent.TokenId)),
            KeyId = row.GetString(nameof(UsageEvent.KeyId)),
            CountedAs = row.GetString(nameof(UsageEvent.CountedAs)),
            RequestedModel = row.GetString(nameof(UsageEvent.RequestedModel)),
            Terms = CallTerms.Read(row.GetString(nameof(UsageEvent.Terms))),
            Repriced = ReceiptColumns.Read(row, nameof(UsageEvent.Repriced)),
            Estimated = row.GetBoolean(nameof(UsageEvent.Estimated)) ?? false,
            Expired = row.GetBoolean(nameof(UsageEvent.Expired)) ?? false,
            Replaced = row.GetString("ReplacedPicoUsd") is { } replaced ? PicoUsd.Parse(replaced) : null,
            OverBound = row.GetBoolean(nameof(UsageEvent.OverBound)) ?? false,
            Replaces = row.GetString(nameof(UsageEvent.Replaces)),
            ReplacedBy = row.GetString(nameof(UsageEvent.ReplacedBy)),
            Metadata = EventMetadata.Read(row),
            Adjustments = Adjustment.Read(row.GetString(nameof(UsageEvent.Adjustments))),
            ETag = row.ETag,
        };
}
