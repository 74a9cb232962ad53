using Microsoft.AspNetCore.Http.HttpResults;
using MyCoach.Http;
using MyCoach.Ledger;
using MyCoach.Storage;
using MyCoach.Users;

namespace MyCoach.Budgets;

internal static class BudgetEndpoints
{
    // Each change of the budget can raise ten more.
    private const int MaxAlerts = 100;

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
        [AsParameters] BudgetReading reading
    )
    {
        var (table, now, cancellation) = (reading.Table, reading.Clock.GetUtcNow(), reading.Cancellation);
        if (Month.Read(month, now) is not { } wanted)
        {
            return Problems.Invalid("month", FieldErrors.InvalidMonthMessage);
        }
        var listing = table.ListThresholdsAsync(user, wanted, cancellation);
        var ledger =
            await table.FindLedgerAsync(user, wanted, cancellation)
            ?? MonthLedger.New((await reading.Settings.GetAsync(user, cancellation)).Budget);
        EntityTags.WriteHeader(reading.Context, ledger.ETag);
        var alerts = (await listing)
            .Where(alert => !alert.IsSilent)
            .OrderBy(alert => alert.CrossedAt)
            .ThenBy(alert => alert.Percent)
            .TakeLast(MaxAlerts);
        return TypedResults.Ok(BudgetView.Of(ledger, wanted, now, alerts));
    }
}
