using System.Globalization;
using Azure.Data.Tables;
using MyCoach.Storage;

namespace MyCoach.Ledger;

/// <summary>The rows of a user-month partition by kind; <c>docs/storage.md</c> describes the layout.</summary>
internal static class MonthRows
{
    public const string LedgerKey = "ledger";
    public const string ConversationId = "ConversationId";

    /// <summary>The column of the ledger, and of a token's totals, with what open calls hold.</summary>
    public const string Reserved = "ReservedPicoUsd";

    /// <summary>The column of a mark, reservation or event without a mark that names the commit which wrote it.</summary>
    public const string CommitId = "CommitId";

    /// <summary>
    /// The character after <c>_</c>, so that the rows of a kind are those from <c>kind_</c> up to <c>kind`</c>.
    /// </summary>
    private const char AfterSeparator = '`';

    public static string MarkKey(string callerId) => $"mark_{callerId}";

    public static string EventKey(UsageEvent usageEvent) => EventKey(usageEvent.CallerId, usageEvent.CreatedAt);

    /// <summary>The key of an event's row if it follows from the id alone; else null.</summary>
    public static string? FindEventKey(string callerId) =>
        GatewayIds.TimeOf(callerId) is { } createdAt ? EventKey(callerId, createdAt) : null;

    /// <summary>Whether a mark must show where the event is and that there is only one of its id.</summary>
    public static bool NeedsMark(UsageEvent usageEvent) =>
        GatewayIds.TimeOf(usageEvent.CallerId) != usageEvent.CreatedAt;

    /// <summary>The row with the commit id of an event, which only one event of its id can insert.</summary>
    public static string UniqueKey(UsageEvent usageEvent) =>
        NeedsMark(usageEvent) ? MarkKey(usageEvent.CallerId) : EventKey(usageEvent);

    /// <summary>The rows that an event inserts.</summary>
    public static IReadOnlyList<string> KeysOf(UsageEvent usageEvent) =>
        NeedsMark(usageEvent) ? [MarkKey(usageEvent.CallerId), EventKey(usageEvent)] : [EventKey(usageEvent)];

    /// <summary>The rows that go with an event.</summary>
    public static IReadOnlyList<string> KeysOf(string eventKey)
    {
        var callerId = eventKey.Split('_', 3)[2];
        return FindEventKey(callerId) == eventKey ? [eventKey] : [eventKey, MarkKey(callerId)];
    }

    /// <summary>The row with the totals of the event's day, provider, model and stored key, if that is known.</summary>
    public static string DayKeyOf(UsageEvent usageEvent)
    {
        var model = KeyEncoding.Encode(usageEvent.CountedAs ?? usageEvent.Model);
        var row = string.Create(
            CultureInfo.InvariantCulture,
            $"day_{usageEvent.CreatedAt.UtcDateTime:yyyyMMdd}_{usageEvent.Provider.Id}_{model}"
        );
        return usageEvent.KeyId is { } key ? $"{row}_{KeyEncoding.Encode(key)}" : row;
    }

    public static string ConversationKey(string id) => $"conversation_{id}";

    public static bool IsConversation(string rowKey) => rowKey.StartsWith("conversation_", StringComparison.Ordinal);

    public static string ConversationOf(string conversationKey) => conversationKey["conversation_".Length..];

    public static string AgentKey(string id) => $"agent_{id}";

    public static string TokenKey(string id) => $"token_{id}";

    public static string TokenOf(string tokenKey) => tokenKey["token_".Length..];

    /// <summary>The totals rows that an event counts in.</summary>
    public static IEnumerable<string> TotalsKeys(UsageEvent usageEvent)
    {
        yield return DayKeyOf(usageEvent);
        if (usageEvent.ConversationId is { } conversation)
        {
            yield return ConversationKey(conversation);
        }
        if (usageEvent.AgentId is { } agent)
        {
            yield return AgentKey(agent);
        }
        if (usageEvent.TokenId is { } token)
        {
            yield return TokenKey(token);
        }
    }

    public static (DateOnly Day, string Provider, string Model, string? KeyId) ParseDayKey(string key)
    {
        var parts = key.Split('_');
        return (
            DateOnly.ParseExact(parts[1], "yyyyMMdd", CultureInfo.InvariantCulture),
            parts[2],
            KeyEncoding.Decode(parts[3]),
            parts.Length > 4 ? KeyEncoding.Decode(parts[4]) : null
        );
    }

    public static (string From, string Before) Events => Kind("event");

    /// <summary>The events of days in one month.</summary>
    public static (string From, string Before) EventsOf(Period part) =>
        part.IsMonth
            ? Events
            : (
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"event_{DateTime.MaxValue.Ticks - part.End.Ticks + 1:D19}_"
                ),
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"event_{DateTime.MaxValue.Ticks - part.Start.Ticks:D19}{AfterSeparator}"
                )
            );

    public static (string From, string Before) Marks => Kind("mark");

    public static (string From, string Before) Thresholds => Kind("threshold");

    /// <summary>The alerts of both kinds. No other kind of row is between them.</summary>
    public static (string From, string Before) Alerts => (RetirementAlert.KeyOf(""), Thresholds.Before);

    public static (string From, string Before) Reservations => Kind("reservation");

    public static string FilterOf(string partition, (string From, string Before) rows) =>
        TableClient.CreateQueryFilter(
            $"PartitionKey eq {partition} and RowKey ge {rows.From} and RowKey lt {rows.Before}"
        );

    /// <summary>The rows of a kind whose keys are <c>kind_</c> and an id.</summary>
    public static (string From, string Before) Kind(string kind) => ($"{kind}_", $"{kind}{AfterSeparator}");

    public static (string From, string Before) Days(DateOnly from, DateOnly to) =>
        (
            string.Create(CultureInfo.InvariantCulture, $"day_{from:yyyyMMdd}_"),
            string.Create(CultureInfo.InvariantCulture, $"day_{to:yyyyMMdd}{AfterSeparator}")
        );

    public static TableEntity WriteMark(string partition, UsageEvent usageEvent, string commitId) =>
        new(partition, MarkKey(usageEvent.CallerId)) { ["Event"] = EventKey(usageEvent), [CommitId] = commitId };

    /// <summary>A mark that blocks an id in this month, because its event is recorded in the next month.</summary>
    public static TableEntity WriteForwardingMark(string partition, string callerId) =>
        new(partition, MarkKey(callerId));

    // The ticks decrease over time, so the newest event is the first row.
    private static string EventKey(string callerId, DateTimeOffset createdAt) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"event_{DateTime.MaxValue.Ticks - createdAt.UtcTicks:D19}_{callerId}"
        );

    public static bool IsEvent(string rowKey) => rowKey.StartsWith(Events.From, StringComparison.Ordinal);

    /// <summary>The rows that a recount reads first: totals, events and the ledger, but not the marks.</summary>
    public static (string From, string Before) RecountRows => (AgentKey(""), $"{LedgerKey}_");

    /// <summary>The totals by token, which a recount reads last.</summary>
    public static (string From, string Before) Tokens => Kind("token");

    public static bool IsRecountRow(string key) =>
        new[] { RecountRows, Tokens }.Any(rows =>
            string.CompareOrdinal(key, rows.From) >= 0 && string.CompareOrdinal(key, rows.Before) < 0
        );

    /// <summary>Records by how much a recount has corrected a totals row.</summary>
    public static TableEntity WriteRepair(string partition, Drift drift, DateTimeOffset at)
    {
        var row = new TableEntity(
            partition,
            string.Create(
                CultureInfo.InvariantCulture,
                $"repair_{DateTime.MaxValue.Ticks - at.UtcTicks:D19}_{Guid.NewGuid():N}"
            )
        )
        {
            ["Row"] = drift.Stored.Key,
            ["At"] = at,
            [Reserved] = drift.HeldDifference.ToString(),
        };
        drift.Difference.WriteTo(row);
        return row;
    }
}
