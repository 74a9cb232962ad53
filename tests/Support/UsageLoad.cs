using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;

namespace MyCoach.Tests.Support;

/// <summary>
/// Posts of one user that reach several instances at the same moment: single calls, batches, and calls that were posted
/// to another instance as well. No two calls have the same numbers, so that no sum is right by accident.
/// </summary>
public sealed class UsageLoad
{
    private static readonly (string Provider, string Model)[] Models =
    [
        ("anthropic", "claude-sonnet-4-20250514"),
        ("anthropic", "claude-haiku-3-20250414"),
        ("anthropic", "claude-sonnet-4"),
        ("anthropic", "claude-haiku-4.5"),
        ("anthropic", "claude-opus-4.6"),
        ("openai", "gpt-4o"),
        ("openai", "gpt-4o-mini"),
    ];

    private readonly List<Call[]> posts = [];
    private readonly Dictionary<string, Call> calls = new(StringComparer.Ordinal);
    private readonly Dictionary<string, decimal> costs = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> created = new(StringComparer.Ordinal);
    private readonly HashSet<string> unsure = new(StringComparer.Ordinal);

    public UsageLoad(int posts)
    {
        for (var post = 0; post < posts; post++)
        {
            this.posts.Add(
                (post % 20) switch
                {
                    // The one before, which goes to another instance.
                    9 => this.posts[^1],
                    19 => [.. Enumerable.Range(0, 5 * ((post / 20 % 10) + 1)).Select(_ => NewCall())],
                    _ => [NewCall()],
                }
            );
        }
    }

    public IReadOnlyCollection<string> Ids => calls.Keys;

    /// <summary>How many posts were answered with 503.</summary>
    public int Refusals { get; private set; }

    /// <summary>What the calls add up to, as the caller knows it; the cost as the answers stated it.</summary>
    public LedgerSums Expected =>
        new(
            calls.Count,
            calls.Values.Sum(call => call.InputTokens),
            calls.Values.Sum(call => call.OutputTokens),
            calls.Values.Sum(call => call.CachedInputTokens ?? 0),
            calls.Values.Sum(call => call.CacheWriteTokens ?? 0),
            (Int128)(costs.Values.Sum() * 1_000_000_000_000m),
            calls.Values.Count(call => call.Model == Call.Unpriced)
        );

    /// <summary>Posts to each instance in turn and repeats a post after a 503, as the API description says.</summary>
    /// <param name="atOnce">How many posts an instance has to deal with at a time.</param>
    public async Task PostAsync(IReadOnlyList<ApiClient> instances, int atOnce = int.MaxValue)
    {
        var queues = instances
            .Select((_, i) => new ConcurrentQueue<Call[]>(posts.Where((_, post) => post % instances.Count == i)))
            .ToArray();
        await Task.WhenAll(
            instances
                .Zip(queues)
                .SelectMany(pair =>
                    Enumerable
                        .Range(0, Math.Min(atOnce, pair.Second.Count))
                        .Select(_ => PostAsync(pair.First, pair.Second))
                )
        );
    }

    /// <summary>Each call was accepted, and reported as created once.</summary>
    public void AssertEachCreatedOnce()
    {
        Assert.Equal(calls.Keys.Order(StringComparer.Ordinal), costs.Keys.Order(StringComparer.Ordinal));
        Assert.All(calls.Keys, id => Assert.InRange(created.GetValueOrDefault(id), unsure.Contains(id) ? 0 : 1, 1));
    }

    private async Task PostAsync(ApiClient instance, ConcurrentQueue<Call[]> waiting)
    {
        while (waiting.TryDequeue(out var post))
        {
            await PostAsync(instance, post);
        }
    }

    private async Task PostAsync(ApiClient instance, Call[] post)
    {
        object body = post.Length == 1 ? post[0] : new { events = post };
        var answer = await instance.PostAsync("/api/usage", body);
        for (var again = 0; answer.Status == HttpStatusCode.ServiceUnavailable && again < 5; again++)
        {
            answer.IsProblem(503, "storage_unavailable");
            lock (posts)
            {
                Refusals++;
                // A refused batch may be recorded in part, and its repetition does not report that part as created.
                unsure.UnionWith(post.Length == 1 ? [] : post.Select(call => call.Id));
            }
            answer = await instance.PostAsync("/api/usage", body);
        }
        lock (posts)
        {
            if (post.Length == 1)
            {
                Note(
                    post[0],
                    answer.Body!,
                    answer.Is(answer.Status == HttpStatusCode.OK ? HttpStatusCode.OK : HttpStatusCode.Created).Status
                );
                return;
            }
            foreach (var (call, answered) in post.Zip(answer.Is(HttpStatusCode.OK)["events"].AsArray()))
            {
                Note(
                    call,
                    answered!,
                    (string)answered!["outcome"]! == "created" ? HttpStatusCode.Created : HttpStatusCode.OK
                );
            }
        }
    }

    private void Note(Call call, JsonNode answered, HttpStatusCode outcome)
    {
        Assert.Equal($"202611-{call.Id}", (string?)answered["id"]);
        var cost = (decimal)answered["costUsd"]!;
        Assert.Equal(costs.GetValueOrDefault(call.Id, cost), cost);
        costs[call.Id] = cost;
        created[call.Id] = created.GetValueOrDefault(call.Id) + (outcome == HttpStatusCode.Created ? 1 : 0);
    }

    private Call NewCall()
    {
        var i = calls.Count;
        var (provider, model) = i % 11 == 10 ? ("openai", Call.Unpriced) : Models[i % Models.Length];
        var call = new Call(
            string.Create(CultureInfo.InvariantCulture, $"call-{i}"),
            provider,
            model,
            1000 + (37 * i),
            1 + (7 * i),
            i % 2 == 0 ? 100 + i : null,
            i % 5 == 0 ? 50 + (3 * i) : null,
            i % 3 == 0 ? null : $"talk-{i % 13}",
            i % 4 == 0 ? null : $"agent.{i % 5}",
            i % 3 == 1 ? null : TestApp.Noon.AddDays(-(i % 5)).AddSeconds(-i)
        );
        calls.Add(call.Id, call);
        return call;
    }

    private sealed record Call(
        string Id,
        string Provider,
        string Model,
        long InputTokens,
        long OutputTokens,
        long? CachedInputTokens,
        long? CacheWriteTokens,
        string? ConversationId,
        string? AgentId,
        DateTimeOffset? CreatedAt
    )
    {
        public const string Unpriced = "unknown-price";
    }
}
