namespace MyCoach.Users;

/// <summary>An entry of the user's activity log: an action on the user's keys or data.</summary>
/// <param name="Subject">The object of the action, such as a provider or a month; null if the action has none.</param>
internal sealed record Activity(string Action, string? Subject, DateTimeOffset At, Actor Actor)
{
    public const string KeyCreated = "key_created";
    public const string KeyReplaced = "key_replaced";
    public const string KeyValidated = "key_validated";
    public const string KeyDeleted = "key_deleted";
    public const string KeyFirstUsed = "key_first_used";
    public const string KeyMarkedInvalid = "key_marked_invalid";
    public const string AdminKeyCreated = "admin_key_created";
    public const string AdminKeyReplaced = "admin_key_replaced";
    public const string AdminKeyDeleted = "admin_key_deleted";
    public const string StatementAdded = "statement_added";
    public const string InvoiceSet = "invoice_set";
    public const string InvoiceDeleted = "invoice_deleted";
    public const string DataKeyRotated = "data_key_rotated";
    public const string SettingsChanged = "settings_changed";
    public const string AgentDeleted = "agent_deleted";
    public const string TokenCreated = "token_created";
    public const string TokenChanged = "token_changed";
    public const string TokenRotated = "token_rotated";
    public const string TokenDeleted = "token_deleted";
    public const string ConversationDeleted = "conversation_deleted";
    public const string UsageDeleted = "usage_deleted";
    public const string UsageReplaced = "usage_replaced";
    public const string UsageExported = "usage_exported";
    public const string PricesChanged = "prices_changed";
    public const string RepricingOrdered = "repricing_ordered";
    public const string UsageRepriced = "usage_repriced";
    public const string AccountExported = "account_exported";
}
