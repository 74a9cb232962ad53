using CsvHelper;
using Microsoft.AspNetCore.Http.HttpResults;
using MyCoach.Http;
using MyCoach.Ledger;
using MyCoach.Storage;
using MyCoach.Users;

namespace MyCoach.Usage;

/// <summary>
/// A month's events as CSV (RFC 4180), row by row as they are read. A storage that fails half-way breaks the connection, so that a part never passes for
/// the whole.
/// </summary>
internal static class ExportEndpoint
{
    public const string ContentType = "text/csv";

    // A cell that begins with one of the injection characters would be a formula to a spreadsheet, and gets an apostrophe in front.
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
    ];

    public static async Task<Results<PushStreamHttpResult, ProblemHttpResult>> GetAsync(
        UserId user,
        string? month,
        MonthTable table,
        TombstonesTable conversations,
        ActivityTable activity,
        Actor actor,
        TimeProvider clock,
        CancellationToken cancellation
    )
    {
        if ((month is null ? Month.Of(clock.GetUtcNow()) : Month.TryParse(month)) is not { } wanted)
        {
            return Problems.Invalid("month", FieldErrors.InvalidMonthMessage);
        }
        var detachments = await conversations.ListDetachmentsAsync(user, cancellation);
        await activity.AddAsync(user, actor, Activity.UsageExported, wanted.ToString());
        var events = table.EventsAsync(user, wanted, cancellation).Select(detachments.Apply);
        return TypedResults.Stream(
            stream => WriteAsync(stream, events, cancellation),
            $"{ContentType}; charset=utf-8; header=present",
            $"mycoach-usage-{wanted}.csv"
        );
    }

    private static async Task WriteAsync(Stream stream, IAsyncEnumerable<UsageEvent> events, CancellationToken cancellation)
    {
        // Disposed of only at the end: it sends what it holds, and where the reading fails nothing more must go out.
        var csv = CsvWriter.Create(stream, Format, leaveOpen: true);
        csv.WriteRecord(Columns);
        await foreach (var view in events.Select(UsageEventView.Of).WithCancellation(cancellation))
        {
            Write(csv, view);
            await csv.EndRecordAsync(cancellation);
        }
        await csv.DisposeAsync();
    }

    private static void Write(CsvWriter csv, UsageEventView one)
    {
        csv.WriteField(one.Id);
        csv.WriteField(one.CreatedAt.UtcDateTime, "O");
        csv.WriteField(one.Provider);
        csv.WriteField(one.Model);
        csv.WriteField(one.InputTokens);
        csv.WriteField(one.OutputTokens);
        csv.WriteField(one.CachedInputTokens);
        csv.WriteField(one.CacheWriteTokens);
        csv.WriteField(one.ConversationId);
        csv.WriteField(one.AgentId);
        csv.WriteField(one.CostUsd);
        csv.WriteField(one.EstimatedCostCents);
        csv.WriteField(one.Priced);
        csv.WriteField(one.PriceEstimated);
        csv.WriteField(one.Estimated);
    }
}
