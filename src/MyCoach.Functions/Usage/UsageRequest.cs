using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using MyCoach.Http;

namespace MyCoach.Usage;

/// <summary>Up to 50 model calls. If one of them is invalid, none is recorded.</summary>
public sealed record UsageBatch
{
    internal const int MaxEvents = 50;

    /// <summary>Stands for any batch of more than <see cref="MaxEvents"/>.</summary>
    internal static readonly UsageBatch TooLong = new() { Events = new UsagePost[MaxEvents + 1] };

    [Required]
    public IReadOnlyList<UsagePost>? Events { get; set; }

    internal FieldErrors Validate(DateTimeOffset now)
    {
        var errors = new FieldErrors();
        if (Events is not { Count: >= 1 and <= MaxEvents })
        {
            return errors.Add("events", $"must be a list of 1 to {MaxEvents} events");
        }
        foreach (var (i, post) in Events.Index())
        {
            if (post is null)
            {
                errors.Add($"events[{i}]", "must be an event");
            }
            else
            {
                errors.AddAll(post.Validate(now), $"events[{i}].");
                errors.Require(
                    post.Replaces is null || Events.Take(i).All(other => other?.Replaces != post.Replaces),
                    $"events[{i}].replaces",
                    "names an event that another event of the batch replaces"
                );
                errors.Require(
                    post.ReplacedId is not var (_, replaced) || Events.All(other => other?.Id != replaced),
                    $"events[{i}].replaces",
                    "names an event of the same batch"
                );
            }
        }
        return errors;
    }
}

/// <summary>A single model call, or several under <c>events</c>.</summary>
[JsonConverter(typeof(UsageRequestConverter))]
public sealed class UsageRequest
{
    internal UsagePost? Single { get; init; }

    internal UsageBatch? Batch { get; init; }

    /// <summary>The posts of a valid request.</summary>
    internal IReadOnlyList<UsagePost> Posts => Batch?.Events ?? [Single!];

    internal FieldErrors Validate(DateTimeOffset now) => Batch?.Validate(now) ?? Single!.Validate(now);
}
