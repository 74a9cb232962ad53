namespace MyCoach.Users;

/// <summary>How often a user may do something in a period, which starts with the first time.</summary>
/// <param name="RowKey">The row with the count.</param>
internal sealed record UserLimit(string RowKey, int Max, TimeSpan Period)
{
    /// <summary>Such as <c>4 times per hour</c>.</summary>
    public string Rate => $"{Max} times per {(Period == OneHour ? "hour" : $"{(int)Period.TotalHours} hours")}";

    private static readonly TimeSpan OneHour = TimeSpan.FromHours(1);

    /// <summary>Checks of keys at providers, so that stolen keys cannot be tested through MyCoach.</summary>
    public static readonly UserLimit KeyChecks = new("checks", 20, OneHour);

    /// <summary>Readings of bills that the user asks for. A reading sends some requests to the provider.</summary>
    public static UserLimit BillReadings(string provider) => new($"bills-{provider}", 4, OneHour);

    // Their days replace others, and each stays in the activity for good.
    public static readonly UserLimit Statements = new("statements", 30, TimeSpan.FromDays(1));

    // What these do stays in the activity for good. Changed budgets leave alerts in the month, too.
    public static readonly UserLimit SettingsChanges = new("settings", 1_000, TimeSpan.FromDays(1));
    public static readonly UserLimit InvoiceChanges = new("invoices", 1_000, TimeSpan.FromDays(1));
    public static readonly UserLimit AgentDeletions = new("agents", 1_000, TimeSpan.FromDays(1));
    public static readonly UserLimit TokenChanges = new("tokens", 1_000, TimeSpan.FromDays(1));
    public static readonly UserLimit TokenExports = new("token-exports", 200, TimeSpan.FromDays(1));
    public static readonly UserLimit Exports = new("exports", 200, TimeSpan.FromDays(1));
}
