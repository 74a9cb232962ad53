using Microsoft.AspNetCore.Http.HttpResults;
using MyCoach.Hosting;
using MyCoach.Http;
using MyCoach.Ledger;
using MyCoach.Storage;
using MyCoach.Users;

namespace MyCoach.Conversations;

internal static class ConversationEndpoints
{
    // The sweep deletes tombstones that are an hour old, in each run of the timer.
    private static readonly TimeSpan RetryAfter = TimeSpan.FromMinutes(10);

    public static void AddConversations(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<ConversationDeletion>();
        builder.Services.AddSingleton<ConversationClearing>();
        builder.Services.AddSingleton<ConversationSweep>();
        builder.AddMaintenanceStep(
            ConversationSweep.Step,
            ConversationSweep.TimeLimit,
            (services, cancellation) => services.GetRequiredService<ConversationSweep>().RunAsync(cancellation)
        );
    }

    public static void MapConversations(this IEndpointRouteBuilder endpoints) =>
        endpoints
            .MapDelete("/api/conversations/{id}", DeleteAsync)
            .WithTags("Conversations")
            .WithETag()
            .WithName("DeleteConversation")
            .WithSummary("Remove the conversation's id from its recorded calls; the calls and their costs remain");

    private static async Task<Results<NoContent, ProblemHttpResult>> DeleteAsync(
        UserId user,
        string id,
        [AsParameters] ConversationRequest request
    )
    {
        if (!Ids.IsId(id))
        {
            return Problems.Invalid("id", FieldErrors.InvalidIdMessage);
        }
        // A conversation is only an id. It has no state that an ETag could name.
        if (!EntityTags.ConditionsAllow(request.Context.Request, row: null, alwaysExists: true))
        {
            return Problems.PreconditionFailed();
        }
        switch (await request.Deletion.RunAsync(user, id, CancellationToken.None))
        {
            case DeletionOutcome.TooMany:
                return Problems.TooManyRequests(
                    request.Context,
                    RetryAfter,
                    $"{TombstonesTable.MaxPerUser} deleted conversations wait to be cleared, which is the limit. Retry later."
                );
            case DeletionOutcome.Deleted:
                await request.Log.AddAsync(user, request.Actor, Activity.ConversationDeleted, id);
                break;
        }
        return TypedResults.NoContent();
    }
}
