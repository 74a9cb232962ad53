using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using MyCoach.Http;
using MyCoach.Ledger;
using MyCoach.Users;

namespace MyCoach.Billing;

/// <summary>Which comparison a request asks for.</summary>
internal readonly record struct ReconciliationQuery(
    [property: FromQuery(Name = "month")] string? Month,
    [property: FromQuery(Name = "groupBy")] string? GroupBy,
    [property: FromQuery(Name = "provider")] string? Provider
);

internal static class ReconciliationEndpoint
{
    public static async Task<Results<Ok<ReconciliationView>, ProblemHttpResult>> GetAsync(
        UserId user,
        [AsParameters] ReconciliationQuery query,
        [FromServices] Reconciler reconciler,
        TimeProvider clock,
        CancellationToken cancellation
    )
    {
        var (errors, now) = (new FieldErrors(), clock.GetUtcNow());
        var month = Storage.Month.Read(query.Month, now);
        errors.Require(month is not null, "month", FieldErrors.InvalidMonthMessage);
        errors.Require(
            query.GroupBy is null or ReconciledView.ByDay or ReconciledView.ByModel or ReconciledView.ByKey,
            "groupBy",
            $"must be {ReconciledView.ByDay}, {ReconciledView.ByModel} or {ReconciledView.ByKey}"
        );
        var provider = Providers.Provider.Find(query.Provider);
        errors.Require(query.Provider is null || provider is not null, "provider", ProviderNameAttribute.Message);
        if (errors.Any)
        {
            return Problems.Invalid(errors);
        }
        var days = Period.Of(month!.Value);
        return
            await reconciler.CompareAsync(
                user,
                days,
                provider is null ? Providers.Provider.All : [provider],
                cancellation
            )
                is { } reconciled
            ? TypedResults.Ok(ReconciledView.Of(reconciled, query.GroupBy ?? ReconciledView.ByDay, now))
            : Problems.Invalid(
                "month",
                $"has more than {Reconciler.MaxEvents} calls, which cannot be compared at once"
            );
    }
}
