using MyCoach.Ledger;
using MyCoach.Users;

namespace MyCoach.Settings;

/// <summary>A request that changes settings, with the services that do it.</summary>
internal readonly record struct SettingsRequest(
    SettingsTable Table,
    SettingsCache Cache,
    BudgetSync Budget,
    ActivityTable Log,
    Actor Actor,
    HttpContext Context,
    CancellationToken Cancellation
);
