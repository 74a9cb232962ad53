using System.Text.Json.Nodes;
using CsvHelper;
using Microsoft.AspNetCore.Http.HttpResults;
using MyCoach.Auth;
using MyCoach.Http;
using MyCoach.Users;

namespace MyCoach.Usage;

/// <summary>
/// Streams the events of a period as CSV (RFC 4180) while reading them. If storage fails half-way, the connection is aborted,
/// so that the client cannot mistake a partial export for a complete one.
/// </summary>
internal static class ExportEndpoint
{
    public const string ContentType = "text/csv";

    // Spreadsheets read a cell that starts with an injection character as a formula, so the writer prefixes it with an
    // apostrophe.
    private static readonly CsvWriterOptions Format = new()
    {
        NewLine = "\r\n",
        Injection = CsvInjection.Escape,
        TrueValue = "true",
        FalseValue = "false",
    };

    private static readonly string[] Columns =
    [
        "id",
        "createdAt",
        "provider",
        "model",
        "inputTokens",
        "outputTokens",
        "cachedInputTokens",
        "cacheWriteTokens",
        "conversationId",
        "agentId",
        "costUsd",
        "estimatedCostCents",
        "priced",
        "priceEstimated",
        "estimated",
        "requestedModel",
        "catalogueModel",
        "metadata",
        "priceVersion",
        "tokenId",
        "keyId",
    ];

    public static async Task<Results<PushStreamHttpResult, ProblemHttpResult>> GetAsync(
        UserId user,
        [AsParameters] PeriodQuery days,
        [AsParameters] FilterQuery members,
        [AsParameters] UsageReading reading
    )
    {
        var (errors, cancellation) = (new FieldErrors(), reading.Cancellation);
        var period = days.Read(reading.Clock.GetUtcNow(), errors);
        members.Check(errors);
        if (errors.Any)
        {
            return Problems.Invalid(errors);
        }
        // Counted apart, so that the finder of a token cannot use up what its user needs.
        var limit = reading.Context.Features.Get<UserToken>() is null ? UserLimit.Exports : UserLimit.TokenExports;
        if (await reading.Limits.RefuseOrCountAsync(user, limit, reading.Context, cancellation) is { } refusal)
        {
            return refusal;
        }
        var deletions = await reading.Conversations.ListDeletedConversationsAsync(user, cancellation);
        var filter = members.ToFilter(reading.Catalogue, deletions);
        await reading.Log.AddAsync(user, reading.Actor, Activity.UsageExported, period.ToString());
        var events = reading
            .Table.EventsAsync(user, period, filter, cancellation)
            .Where(usageEvent => filter.Shows(usageEvent, reading.Catalogue))
            .Select(usageEvent => UsageEventView.Of(deletions.HideFrom(usageEvent), reading.Catalogue));
        return TypedResults.Stream(
            stream => WriteAsync(stream, events, cancellation),
            $"{ContentType}; charset=utf-8; header=present",
            $"mycoach-usage-{period.ToString().Replace("/", "--", StringComparison.Ordinal)}.csv"
        );
    }

    private static async Task WriteAsync(
        Stream stream,
        IAsyncEnumerable<UsageEventView> events,
        CancellationToken cancellation
    )
    {
        // Disposal flushes the buffer. Do not use `using`: after a failed read nothing more may be sent.
        var csv = CsvWriter.Create(stream, Format, leaveOpen: true);
        csv.WriteRecord(Columns);
        await foreach (var view in events.WithCancellation(cancellation))
        {
            Write(csv, view);
            await csv.EndRecordAsync(cancellation);
        }
        await csv.DisposeAsync();
    }

    private static void Write(CsvWriter csv, UsageEventView view)
    {
        csv.WriteField(view.Id);
        csv.WriteField(view.CreatedAt.UtcDateTime, "O");
        csv.WriteField(view.Provider);
        csv.WriteField(view.Model);
        csv.WriteField(view.InputTokens);
        csv.WriteField(view.OutputTokens);
        csv.WriteField(view.CachedInputTokens);
        csv.WriteField(view.CacheWriteTokens);
        csv.WriteField(view.ConversationId);
        csv.WriteField(view.AgentId);
        csv.WriteField(view.CostUsd);
        csv.WriteField(view.EstimatedCostCents);
        csv.WriteField(view.Priced);
        csv.WriteField(view.PriceEstimated);
        csv.WriteField(view.Estimated);
        csv.WriteField(view.RequestedModel);
        csv.WriteField(view.CatalogueModel);
        csv.WriteField(view.Metadata.Count == 0 ? null : JsonOf(view.Metadata));
        csv.WriteField(view.PriceVersion);
        csv.WriteField(view.TokenId);
        csv.WriteField(view.KeyId);
    }

    private static string JsonOf(IReadOnlyDictionary<string, string> pairs) =>
        new JsonObject(
            pairs.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)JsonValue.Create(pair.Value)))
        ).ToJsonString();
}
