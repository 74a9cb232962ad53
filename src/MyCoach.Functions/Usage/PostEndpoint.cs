using Microsoft.AspNetCore.Http.HttpResults;
using MyCoach.Http;
using MyCoach.Ledger;
using MyCoach.Users;

namespace MyCoach.Usage;

/// <summary>Records what callers report, one event or a batch.</summary>
internal static class PostEndpoint
{
    public static async Task<
        Results<Created<RecordedEventView>, Ok<RecordedEventView>, Ok<UsageBatchView>, ProblemHttpResult>
    > PostAsync(UserId user, UsageRequest request, UsageIntake intake, [AsParameters] UsageReading reading)
    {
        if (intake.Validate(request) is { Any: true } errors)
        {
            return Problems.Invalid(errors);
        }
        var (posts, isBatch) = (request.Posts, request.Batch is not null);
        var replaced = await intake.FindReplacedAsync(user, posts, reading.Cancellation);
        if (UnknownReplaced(posts, replaced, isBatch) is { Any: true } unknown)
        {
            return Problems.Invalid(unknown);
        }
        var recorded = await intake.TakeAsync(user, posts, replaced, reading.Cancellation);
        foreach (
            var (item, post) in recorded.Zip(posts).Where(pair => pair.First.IsNew && pair.Second.Replaces is not null)
        )
        {
            await reading.Log.AddAsync(user, reading.Actor, Activity.UsageReplaced, post.Replaces);
        }
        if (recorded.Zip(posts).Any(pair => IsRefused(pair.First, pair.Second)))
        {
            return Refusal(posts, recorded, isBatch);
        }
        if (isBatch)
        {
            return TypedResults.Ok(
                new UsageBatchView([.. recorded.Select(item => new RecordedEventView(item, reading.Catalogue))])
            );
        }
        reading.Context.Response.Headers.ETag = UsageETag.Of(recorded[0].Event);
        var view = new RecordedEventView(recorded[0], reading.Catalogue);
        return recorded[0].IsNew ? TypedResults.Created($"/api/usage/{view.Id}", view) : TypedResults.Ok(view);
    }

    private static FieldErrors UnknownReplaced(
        IReadOnlyList<UsagePost> posts,
        IReadOnlyList<UsageEvent?> replaced,
        bool isBatch
    )
    {
        var errors = new FieldErrors();
        foreach (var (i, post) in posts.Index())
        {
            errors.Require(
                post.Replaces is null || replaced[i] is not null,
                FieldOf("replaces", i, isBatch),
                "names no event that you posted"
            );
        }
        return errors;
    }

    private static bool IsRefused(RecordedEvent recorded, UsagePost post) =>
        !recorded.IsNew && (recorded.Event.DeletedAt is not null || !post.Repeats(recorded.Event));

    private static ProblemHttpResult Refusal(
        IReadOnlyList<UsagePost> posts,
        IReadOnlyList<RecordedEvent> recorded,
        bool isBatch
    )
    {
        var refused = recorded.Zip(posts).Index().Where(item => IsRefused(item.Item.First, item.Item.Second)).ToArray();
        var errors = new FieldErrors();
        foreach (var (i, (first, post)) in refused)
        {
            var (field, message) =
                first.Event.Id == post.Replaces ? ("replaces", ReplacedMessage(first.Event))
                : first.Event.DeletedAt is not null
                    ? ("id", $"is the id of the event {first.Event.Id}, which is deleted")
                : ("id", $"is already the id of the event {first.Event.Id}, which has other content");
            errors.Add(FieldOf(field, i, isBatch), message);
        }
        return Problems.EventConflict(errors, refused[0].Item.First.Event.Id);
    }

    private static string ReplacedMessage(UsageEvent deleted) =>
        deleted.ReplacedById is { } id
            ? $"names an event that the event {id} has replaced already"
            : "names an event that is deleted";

    private static string FieldOf(string field, int i, bool isBatch) => isBatch ? $"events[{i}].{field}" : field;
}
