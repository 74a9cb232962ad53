using Microsoft.AspNetCore.Http.HttpResults;
using MyCoach.Auth;
using MyCoach.Hosting;
using MyCoach.Settings;
using MyCoach.Storage;
using MyCoach.Usage;

namespace MyCoach.Budgets;

/// <summary>The month's cost against its budget, in dollars; what needs a budget is null without one.</summary>
public sealed record BudgetView(
    string Month,
    long? BudgetCents,
    decimal SpentUsd,
    decimal ReservedUsd,
    decimal? RemainingUsd,
    decimal? UsedPercent,
    decimal? ProjectedUsd,
    string Status,
    DateTimeOffset ResetsAt
);

internal static class BudgetEndpoints
{
    public static void AddBudgets(this WebApplicationBuilder builder) => builder.Services.AddSingleton<BudgetChange>();

    public static void MapBudgets(this WebApplication app) =>
        app.MapGet("/api/budget", GetAsync).WithTags("Budget").WithName("GetBudget").WithSummary("The month's cost against the budget");

    private static async Task<Results<Ok<BudgetView>, ProblemHttpResult>> GetAsync(
        UserId user,
        string? month,
        UsageTable table,
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
        var ledger = await table.FindLedgerAsync(user, wanted, cancellation) ?? Ledger.New(await settings.GetAsync(user, cancellation));
        EntityTags.Show(context, ledger.ETag);
        return TypedResults.Ok(View(ledger, wanted, now));
    }

    private static BudgetView View(Ledger ledger, Month month, DateTimeOffset now)
    {
        var standing = new BudgetStanding(ledger);
        return new BudgetView(
            month.ToString(),
            ledger.BudgetCents,
            ledger.Spent.Usd,
            ledger.Reserved.Usd,
            standing.Remaining?.Usd,
            standing.UsedPercent,
            BudgetStanding.Project(ledger.Spent, month, now),
            standing.Status,
            month.End
        );
    }
}
