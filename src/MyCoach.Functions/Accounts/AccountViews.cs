using System.ComponentModel.DataAnnotations;
using MyCoach.Users;

namespace MyCoach.Accounts;

/// <summary>
/// The caller's user id, and whether the account is being erased. Until that is done, every other request of the user is
/// refused.
/// </summary>
public sealed record AccountView(string UserId, bool Erasing);

/// <summary>What was done to the user's keys or data, when, and by whom.</summary>
/// <param name="Subject">Such as a provider or a month; null if the action has none.</param>
/// <param name="By">A <c>service</c> acted for the user; the <c>program</c> acts by itself.</param>
/// <param name="ClientAddress">Null if the platform does not state it.</param>
public sealed record ActivityView(
    [property: AllowedValues(
        Activity.KeyCreated,
        Activity.KeyReplaced,
        Activity.KeyValidated,
        Activity.KeyFirstUsed,
        Activity.KeyMarkedInvalid,
        Activity.KeyDeleted,
        Activity.AdminKeyCreated,
        Activity.AdminKeyReplaced,
        Activity.AdminKeyDeleted,
        Activity.StatementAdded,
        Activity.InvoiceSet,
        Activity.InvoiceDeleted,
        Activity.DataKeyRotated,
        Activity.SettingsChanged,
        Activity.AgentDeleted,
        Activity.TokenCreated,
        Activity.TokenChanged,
        Activity.TokenRotated,
        Activity.TokenDeleted,
        Activity.ConversationDeleted,
        Activity.UsageDeleted,
        Activity.UsageReplaced,
        Activity.UsageExported,
        Activity.UsageRepriced,
        Activity.PricesChanged,
        Activity.RepricingOrdered,
        Activity.AccountExported
    )]
        string Action,
    string? Subject,
    DateTimeOffset At,
    [property: AllowedValues("user", "token", "service", "program")] string By,
    string? ClientAddress
)
{
    internal static ActivityView Of(Activity activity) =>
        new(activity.Action, activity.Subject, activity.At, activity.Actor.By, activity.Actor.ClientAddress);
}

public sealed record ActivityList(IReadOnlyList<ActivityView> Activity, string? NextCursor);
