using System.ComponentModel.DataAnnotations;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Azure.Data.Tables;
using MyCoach.Accounts;
using MyCoach.Agents;
using MyCoach.Budgets;
using MyCoach.Http;
using MyCoach.Ledger;
using MyCoach.ProviderKeys;
using MyCoach.Settings;
using MyCoach.Tokens;
using MyCoach.Usage;

namespace MyCoach.Exports;

/// <summary>
/// Everything stored about a user, in the words of the calls that show it. <see cref="AccountExport"/> writes it piece
/// by piece.
/// </summary>
/// <param name="Limits">How often the user did what is limited.</param>
/// <param name="DeletedConversations">Deleted conversations whose id the timer still removes from rows.</param>
/// <param name="Months">Usage by month, oldest first.</param>
/// <param name="Activity">What was done to the user's keys and data, newest first.</param>
/// <param name="Other">Alerts for retiring models and rows that only the program needs, as they are stored, with the
/// name of their table.</param>
public sealed record AccountExportView(
    string UserId,
    DateTimeOffset ExportedAt,
    IReadOnlyList<ProviderKeyView> Keys,
    IReadOnlyList<LimitView> Limits,
    SettingsView Settings,
    IReadOnlyList<AgentView> Agents,
    IReadOnlyList<TokenView> Tokens,
    IReadOnlyList<DeletedConversationView> DeletedConversations,
    IReadOnlyList<MonthExportView> Months,
    IReadOnlyList<ActivityView> Activity,
    IReadOnlyList<JsonObject> Other
);

/// <summary>How often the user did something since the start of the current period.</summary>
/// <param name="Name">What is limited: checks of keys, changes of settings, deletions of agents, changes of tokens,
/// exports, exports with tokens, readings of bills, statements, or changes of invoices.</param>
/// <param name="Count">How often.</param>
public sealed record LimitView(
    [property: AllowedValues(
        "checks",
        "settings",
        "agents",
        "tokens",
        "exports",
        "token-exports",
        "bills-anthropic",
        "bills-openai",
        "statements",
        "invoices"
    )]
        string Name,
    DateTimeOffset Since,
    int Count
)
{
    internal static LimitView Of(TableEntity row) =>
        new(row.RowKey, row.GetDateTimeOffset("WindowStart")!.Value, row.GetInt32("Count")!.Value);
}

/// <summary>A conversation that was deleted.</summary>
public sealed record DeletedConversationView(string ConversationId, DateTimeOffset DeletedAt)
{
    internal static DeletedConversationView Of(Tombstone tombstone) =>
        new(tombstone.ConversationId, tombstone.DeletedAt);
}

/// <summary>A user's month.</summary>
/// <param name="Month">yyyy-MM in UTC.</param>
/// <param name="Agents">The totals by agent.</param>
/// <param name="Conversations">The totals by conversation.</param>
/// <param name="Days">The totals by day, provider, model and stored key.</param>
/// <param name="Events">The recorded calls with their receipts, newest first.</param>
/// <param name="Reservations">What open calls may cost.</param>
/// <param name="Tokens">The totals by token of MyCoach.</param>
/// <param name="Budget">The spend against the budget; null if nothing was spent or reserved.</param>
public sealed record MonthExportView(
    string Month,
    IReadOnlyList<GroupView> Agents,
    IReadOnlyList<GroupView> Conversations,
    IReadOnlyList<DayTotalsView> Days,
    IReadOnlyList<UsageReceiptView> Events,
    IReadOnlyList<ReservationView> Reservations,
    IReadOnlyList<GroupView> Tokens,
    BudgetView? Budget
);

/// <summary>The totals of a day, provider, model and stored key, if that is known.</summary>
public sealed record DayTotalsView : TotalsView
{
    internal DayTotalsView(string rowKey, Totals totals)
        : base(Of(totals)) => (Day, Provider, Model, KeyId) = MonthRows.ParseDayKey(rowKey);

    [JsonPropertyOrder(-3)]
    public DateOnly Day { get; init; }

    [JsonPropertyOrder(-2), ProviderName]
    public string Provider { get; init; }

    [JsonPropertyOrder(-1)]
    public string Model { get; init; }

    [JsonPropertyOrder(-1)]
    public string? KeyId { get; init; }
}

/// <summary>What an open call may cost at most, or probably costs.</summary>
/// <param name="Id">The id of the usage event that it becomes if the call is never settled.</param>
public sealed record ReservationView(
    string Id,
    [property: ProviderName] string Provider,
    string Model,
    string? ConversationId,
    string? AgentId,
    string? TokenId,
    decimal AmountUsd,
    DateTimeOffset CreatedAt,
    DateTimeOffset ExpiresAt,
    IReadOnlyDictionary<string, string> Metadata
)
{
    internal static ReservationView Of(Reservation reservation) =>
        new(
            reservation.HeldEvent.Id,
            reservation.HeldEvent.Provider.Id,
            reservation.HeldEvent.Model,
            reservation.HeldEvent.ConversationId,
            reservation.HeldEvent.AgentId,
            reservation.HeldEvent.TokenId,
            reservation.Amount.Usd,
            reservation.HeldEvent.CreatedAt,
            reservation.ExpiresAt,
            reservation.HeldEvent.Metadata
        );
}
