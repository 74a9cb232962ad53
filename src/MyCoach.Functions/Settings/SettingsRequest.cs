using Microsoft.AspNetCore.Mvc;
using MyCoach.Catalogue;
using MyCoach.Ledger;
using MyCoach.Users;

namespace MyCoach.Settings;

/// <summary>A request that changes settings, with the services that do it.</summary>
// FromServices on the properties: see ProviderKeyRequest.
internal readonly record struct SettingsRequest(
    [property: FromServices] SettingsTable Table,
    [property: FromServices] SettingsCache Cache,
    [property: FromServices] BudgetSync Budget,
    [property: FromServices] ChatModels Models,
    [property: FromServices] LimitsTable Limits,
    [property: FromServices] ActivityTable Log,
    Actor Actor,
    HttpContext Context,
    CancellationToken Cancellation
);
