using Microsoft.AspNetCore.Mvc;
using MyCoach.Ledger;
using MyCoach.Settings;

namespace MyCoach.Budgets;

/// <summary>A request that reads a budget, with the services that read it.</summary>
// FromServices on the properties: see ProviderKeyRequest.
internal readonly record struct BudgetReading(
    [property: FromServices] MonthTable Table,
    [property: FromServices] SettingsTable Settings,
    [property: FromServices] TimeProvider Clock,
    HttpContext Context,
    CancellationToken Cancellation
);
