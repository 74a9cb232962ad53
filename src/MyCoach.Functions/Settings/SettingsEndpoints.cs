using Microsoft.AspNetCore.Http.HttpResults;
using MyCoach.Http;
using MyCoach.Ledger;
using MyCoach.Storage;
using MyCoach.Users;

namespace MyCoach.Settings;

public sealed record SettingsView(long? MonthlyBudgetCents, string? DefaultModel, IReadOnlyList<int> AlertThresholds, bool AllowUnpricedModels);

internal static class SettingsEndpoints
{
    public static void AddSettings(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<SettingsTable>();
        builder.Services.AddSingleton<ActiveSettings>();
        builder.Services.AddSingleton<FindBudgetTerms>(services =>
        {
            var table = services.GetRequiredService<SettingsTable>();
            return async (user, cancellation) => (await table.GetAsync(user, cancellation)).Budget;
        });
    }

    public static void MapSettings(this IEndpointRouteBuilder endpoints)
    {
        var settings = endpoints.MapGroup("/api/settings").WithTags("Settings");
        settings.MapGet("/", GetAsync).WithETag().WithName("GetSettings").WithSummary("The caller's budget, thresholds and default model");
        settings
            .MapPatch("/", PatchAsync)
            .Accepts<SettingsPatch>("application/merge-patch+json", "application/json")
            .WithETag()
            .WithName("PatchSettings")
            .WithSummary("Change settings by a JSON merge patch");
    }

    private static async Task<Ok<SettingsView>> GetAsync(UserId user, SettingsTable table, HttpContext context, CancellationToken cancellation) =>
        Shown(context, await table.GetAsync(user, cancellation));

    private static async Task<Results<Ok<SettingsView>, ProblemHttpResult>> PatchAsync(
        UserId user,
        SettingsPatch patch,
        SettingsTable table,
        ActiveSettings active,
        BudgetSync budget,
        ActivityTable activity,
        Actor actor,
        HttpContext context,
        CancellationToken cancellation
    )
    {
        if (patch.Validate() is { Any: true } errors)
        {
            return Problems.Invalid(errors);
        }
        // From here to the ledger nothing stops half-way because the caller left; what a crash leaves, the roll-up carries on.
        await budget.AnnounceAsync(user, cancellation);
        for (var race = new Race(); ; await race.LostAsync(cancellation))
        {
            var old = await table.GetAsync(user, cancellation);
            if (!EntityTags.Allow(context.Request, old.ETag, alwaysExists: true))
            {
                return Problems.PreconditionFailed();
            }
            if (await table.TryWriteAsync(user, patch.ApplyTo(old), CancellationToken.None) is { } written)
            {
                active.Forget(user);
                await budget.ApplyAsync(user, written.Budget, CancellationToken.None);
                await activity.AddAsync(user, actor, Activity.SettingsChanged);
                return Shown(context, written);
            }
        }
    }

    private static Ok<SettingsView> Shown(HttpContext context, UserSettings settings)
    {
        EntityTags.Show(context, settings.ETag);
        return TypedResults.Ok(
            new SettingsView(settings.MonthlyBudgetCents, settings.DefaultModel, settings.AlertThresholds, settings.AllowUnpricedModels)
        );
    }
}
