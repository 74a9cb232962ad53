using Microsoft.AspNetCore.Http.HttpResults;
using MyCoach.Http;
using MyCoach.Ledger;
using MyCoach.Users;

namespace MyCoach.Usage;

/// <summary>Corrects what was posted by mistake.</summary>
internal static class DeleteEndpoint
{
    public static async Task<Results<NoContent, ProblemHttpResult>> DeleteAsync(
        UserId user,
        string id,
        UsageDeletion deletion,
        [AsParameters] UsageReading reading
    )
    {
        if (UsageEvent.ParseId(id) is not { } parsed)
        {
            return Problems.Invalid("id", EventIdAttribute.Message);
        }
        var outcome = await deletion.RunAsync(
            user,
            parsed,
            shown => EntityTags.ConditionsAllow(reading.Context.Request, UsageETag.Of(shown)),
            reading.Cancellation
        );
        switch (outcome)
        {
            case UsageDeletionOutcome.NotFound:
                return Problems.NotFound();
            case UsageDeletionOutcome.Changed:
                return Problems.PreconditionFailed();
            case UsageDeletionOutcome.OfGateway:
                return Problems.Conflict(
                    "The gateway recorded this event from the provider's answer, so it cannot be deleted. Only posted events can."
                );
            case UsageDeletionOutcome.Deleted:
                await reading.Log.AddAsync(user, reading.Actor, Activity.UsageDeleted, id);
                break;
        }
        return TypedResults.NoContent();
    }
}
