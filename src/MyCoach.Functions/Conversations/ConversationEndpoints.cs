using Microsoft.AspNetCore.Http.HttpResults;
using MyCoach.Hosting;
using MyCoach.Http;
using MyCoach.Ledger;
using MyCoach.Storage;
using MyCoach.Users;

namespace MyCoach.Conversations;

internal static class ConversationEndpoints
{
    public static void AddConversations(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<ConversationSweep>();
        builder.AddMaintenanceStep(
            "conversations",
            (services, cancellation) => services.GetRequiredService<ConversationSweep>().RunAsync(cancellation)
        );
    }

    public static void MapConversations(this IEndpointRouteBuilder endpoints) =>
        endpoints
            .MapDelete("/api/conversations/{id}", DeleteAsync)
            .WithTags("Conversations")
            .WithETag()
            .WithName("DeleteConversation")
            .WithSummary("Take the conversation's id off its recorded calls; they themselves stay, with what they cost");

    private static async Task<Results<NoContent, ProblemHttpResult>> DeleteAsync(
        UserId user,
        string id,
        TombstonesTable table,
        ActivityTable activity,
        Actor actor,
        HttpRequest request
    )
    {
        if (!Ids.IsId(id))
        {
            return Problems.Invalid("id", FieldErrors.InvalidIdMessage);
        }
        // A conversation is nothing but an id, which has no states to tell apart.
        if (!EntityTags.Allow(request, row: null, alwaysExists: true))
        {
            return Problems.PreconditionFailed();
        }
        await table.DetachAsync(user, id, CancellationToken.None);
        await activity.AddAsync(user, actor, Activity.ConversationDeleted, id);
        return TypedResults.NoContent();
    }
}
