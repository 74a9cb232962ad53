using Microsoft.AspNetCore.Http.HttpResults;
using MyCoach.Http;
using MyCoach.Ledger;
using MyCoach.Settings;
using MyCoach.Storage;
using MyCoach.Users;

namespace MyCoach.Budgets;

/// <summary>A month's spend against its budget, in dollars. Fields that depend on a budget are null without one.</summary>
public sealed record BudgetView(
    string Month,
    long? BudgetCents,
    decimal SpentUsd,
    decimal ReservedUsd,
    decimal? RemainingUsd,
    decimal? UsedPercent,
    decimal? ProjectedUsd,
    string Status,
    DateTimeOffset ResetsAt,
    IReadOnlyList<AlertView> Alerts
);

/// <summary>A crossed threshold, with the budget at that time and the state of its delivery. The first refused call crosses 100.</summary>
public sealed record AlertView(
    int ThresholdPercent,
    long BudgetCents,
    DateTimeOffset CrossedAt,
    DateTimeOffset? DeliveredAt,
    int Attempts,
    string? LastError
);

internal static class BudgetEndpoints
{
    public static void AddBudgets(this IHostApplicationBuilder builder) => builder.Services.AddSingleton<BudgetGate>();

    public static void MapBudgets(this IEndpointRouteBuilder endpoints) =>
        endpoints
            .MapGet("/api/budget", GetAsync)
            .WithTags("Budget")
            .WithETag()
            .WithName("GetBudget")
            .WithSummary("Get a month's spend against the budget");

    private static async Task<Results<Ok<BudgetView>, ProblemHttpResult>> GetAsync(
        UserId user,
        string? month,
        MonthTable table,
        SettingsTable settings,
        TimeProvider clock,
        HttpContext context,
        CancellationToken cancellation
    )
    {
        var now = clock.GetUtcNow();
        if ((month is null ? Month.Of(now) : Month.TryParse(month)) is not { } wanted)
        {
            return Problems.Invalid("month", FieldErrors.InvalidMonthMessage);
        }
        var listing = table.ListAlertsAsync(user, wanted, cancellation);
        var ledger = await table.FindLedgerAsync(user, wanted, cancellation) ?? MonthLedger.New((await settings.GetAsync(user, cancellation)).Budget);
        EntityTags.WriteHeader(context, ledger.ETag);
        return TypedResults.Ok(View(ledger, wanted, now, await listing));
    }

    private static BudgetView View(MonthLedger ledger, Month month, DateTimeOffset now, IReadOnlyList<Alert> alerts)
    {
        var status = new BudgetStatus(ledger);
        return new BudgetView(
            month.ToString(),
            ledger.BudgetCents,
            ledger.Spent.Usd,
            ledger.Reserved.Usd,
            status.Remaining?.Usd,
            status.UsedPercent,
            BudgetStatus.Project(ledger.Spent, month, now),
            status.Status,
            month.End,
            [
                .. alerts
                    .Where(alert => !alert.IsSilent)
                    .OrderBy(alert => alert.CrossedAt)
                    .ThenBy(alert => alert.Percent)
                    .Select(alert => new AlertView(
                        alert.Percent,
                        alert.BudgetCents,
                        alert.CrossedAt,
                        alert.DeliveredAt,
                        alert.Attempts,
                        alert.LastError
                    )),
            ]
        );
    }
}
