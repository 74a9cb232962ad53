using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;

namespace MyCoach.Dev.Soak;

/// <summary>Posts usage for a user. A request without an answer is repeated until it has one.</summary>
internal sealed class SoakPosting(SoakBook book, IReadOnlyList<SoakInstance> instances, string token)
{
    private const int MaxAttempts = 100;
    private const int MaxBatch = 5;

    private static readonly TimeSpan Backoff = TimeSpan.FromMilliseconds(300);

    private int posts;

    public Task PostAsync(CancellationToken stopping) => SendAsync([New()], stopping);

    /// <summary>Posts new events, and in one of three requests also an earlier one or one of them again.</summary>
    public Task PostBatchAsync(CancellationToken stopping)
    {
        var batch = Enumerable.Range(0, Random.Shared.Next(2, MaxBatch + 1)).Select(_ => New()).ToList();
        if (Random.Shared.Next(3) == 0 && Earlier() is { } earlier)
        {
            batch.Add(earlier);
        }
        return SendAsync(batch, stopping);
    }

    /// <summary>Posts an earlier event again.</summary>
    public Task RepeatAsync(CancellationToken stopping) => SendAsync([Earlier() ?? New()], stopping);

    private SoakPost New()
    {
        var number = Interlocked.Increment(ref posts);
        var post = new SoakPost(
            string.Create(CultureInfo.InvariantCulture, $"post-{number}"),
            Random.Shared.Next(1, 5000),
            Random.Shared.Next(1, 500),
            number % 2 == 0 ? $"talk-{number % 10}" : null
        );
        book.Add(post);
        return post;
    }

    private SoakPost? Earlier() => book.Posts is { Count: > 0 } all ? all[Random.Shared.Next(all.Count)] : null;

    private async Task SendAsync(IReadOnlyList<SoakPost> batch, CancellationToken stopping)
    {
        for (var attempt = 1; attempt <= MaxAttempts && !await TrySendAsync(batch, stopping); attempt++)
        {
            await Task.Delay(Backoff, stopping);
        }
    }

    // False without an answer, or with one that leaves open what was recorded.
    private async Task<bool> TrySendAsync(IReadOnlyList<SoakPost> batch, CancellationToken stopping)
    {
        var instance = instances[Random.Shared.Next(instances.Count)];
        var life = instance.Life;
        try
        {
            using var request = SoakUser.RequestOf(HttpMethod.Post, "/api/usage", token);
            var events = batch.Select(BodyOf).ToArray();
            request.Content = events is [var single]
                ? JsonContent.Create(single)
                : JsonContent.Create(new JsonObject { ["events"] = new JsonArray(events) });
            using var answer = await instance.Http.SendAsync(request, stopping);
            if (answer.IsSuccessStatusCode)
            {
                Note(batch, (await answer.Content.ReadFromJsonAsync<JsonNode>(stopping))!);
                return true;
            }
            if (answer.StatusCode != HttpStatusCode.ServiceUnavailable)
            {
                book.NoteSurprise($"{batch[0].Id} of {batch.Count} posts got {(int)answer.StatusCode}");
                return true;
            }
        }
        catch (Exception broken) when (SoakUser.IsBroken(broken, stopping))
        {
            SoakUser.NoteBroken(book, life, batch[0].Id);
        }
        foreach (var post in batch)
        {
            post.NoteNoAnswer();
        }
        return false;
    }

    private static void Note(IReadOnlyList<SoakPost> batch, JsonNode answered)
    {
        IReadOnlyList<JsonNode?> outcomes = answered["events"] is JsonArray events ? [.. events] : [answered];
        foreach (var (post, outcome) in batch.Zip(outcomes))
        {
            post.NoteAnswer(isCreated: (string?)outcome!["outcome"] == "created");
        }
    }

    private static JsonObject BodyOf(SoakPost post) =>
        new()
        {
            ["id"] = post.Id,
            ["provider"] = "openai",
            ["model"] = SoakBudget.Model,
            ["inputTokens"] = post.InputTokens,
            ["outputTokens"] = post.OutputTokens,
            ["conversationId"] = post.Conversation,
        };
}
