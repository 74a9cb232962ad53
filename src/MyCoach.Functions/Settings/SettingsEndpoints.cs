using Microsoft.AspNetCore.Http.HttpResults;
using MyCoach.Catalogue;
using MyCoach.Http;
using MyCoach.Ledger;
using MyCoach.Storage;
using MyCoach.Users;

namespace MyCoach.Settings;

internal static class SettingsEndpoints
{
    public static void AddSettings(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<SettingsTable>();
        builder.Services.AddSingleton<SettingsCache>();
        builder.Services.AddSingleton<FindBudgetTerms>(services =>
        {
            var table = services.GetRequiredService<SettingsTable>();
            return async (user, cancellation) => (await table.GetAsync(user, cancellation)).Budget;
        });
    }

    public static void MapSettings(this IEndpointRouteBuilder endpoints)
    {
        var settings = endpoints.MapGroup("/api/settings").WithTags("Settings");
        settings
            .MapGet("/", GetAsync)
            .WithETag()
            .WithName("GetSettings")
            .WithSummary("Get the caller's budget and its mode, alert thresholds and default model");
        settings
            .MapPatch("/", PatchAsync)
            .Accepts<SettingsPatch>("application/merge-patch+json", "application/json")
            .WithETag()
            .WithName("PatchSettings")
            .WithSummary("Change settings with a JSON merge patch");
    }

    private static async Task<Ok<SettingsView>> GetAsync(
        UserId user,
        SettingsTable table,
        ChatModels models,
        HttpContext context,
        CancellationToken cancellation
    ) => ShowWithETag(context, await table.GetAsync(user, cancellation), models);

    private static async Task<Results<Ok<SettingsView>, ProblemHttpResult>> PatchAsync(
        UserId user,
        SettingsPatch patch,
        [AsParameters] SettingsRequest request
    )
    {
        var cancellation = request.Cancellation;
        if (patch.Validate(request.Models) is { Any: true } errors)
        {
            return Problems.Invalid(errors);
        }
        if (!IsAllowed(await request.Table.GetAsync(user, cancellation)))
        {
            return Problems.PreconditionFailed();
        }
        if (
            await request.Limits.RefuseOrCountAsync(user, UserLimit.SettingsChanges, request.Context, cancellation) is
            { } refusal
        )
        {
            return refusal;
        }
        // After the write a disconnect of the caller must not stop the change before it reaches the ledger. After a
        // crash the roll-up completes it.
        await request.Budget.NoteMonthsAsync(user, cancellation);
        for (var race = new ConflictRetry(); ; await race.BackOffAsync(cancellation))
        {
            var old = await request.Table.GetAsync(user, cancellation);
            if (!IsAllowed(old))
            {
                return Problems.PreconditionFailed();
            }
            if (await request.Table.TryWriteAsync(user, patch.ApplyTo(old), CancellationToken.None) is { } written)
            {
                request.Cache.Invalidate(user);
                await request.Budget.ApplyAsync(user, written.Budget, CancellationToken.None);
                await request.Log.AddAsync(user, request.Actor, Activity.SettingsChanged);
                return ShowWithETag(request.Context, written, request.Models);
            }
        }

        bool IsAllowed(UserSettings settings) =>
            EntityTags.ConditionsAllow(request.Context.Request, settings.ETag, alwaysExists: true);
    }

    private static Ok<SettingsView> ShowWithETag(HttpContext context, UserSettings settings, ChatModels models)
    {
        EntityTags.WriteHeader(context, settings.ETag);
        return TypedResults.Ok(SettingsView.Of(settings, models));
    }
}
