using System.Net;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Users;

/// <summary>A burst of one user's API requests delays only that user.</summary>
public sealed class RequestTurnsTests(LocalParts parts)
{
    private const int LargeBytes = 100_000;
    private const int MaxWaiting = 1_000;

    [Fact]
    public async Task Large_bodies_of_a_user_are_read_one_at_a_time()
    {
        await using var app = await TestApp.StartAsync(parts);
        using var ann = app.As("ann");
        using var bob = app.As("bob");
        using (await HeldUpload.StartAsync(app, "ann", "/api/usage", LargeBytes))
        {
            await WaitsAsync(ann);
            (await bob.PostAsync("/api/usage", Large)).Is(HttpStatusCode.BadRequest);
            (await ann.PostAsync("/api/usage", Request.Event())).Is(HttpStatusCode.Created);
            (await ann.GetAsync("/api/usage")).Is(HttpStatusCode.OK);
        }
        (await ann.PostAsync("/api/usage", Large)).Is(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task A_user_with_too_many_waiting_requests_gets_429_and_others_none()
    {
        await using var app = await TestApp.StartAsync(parts);
        using var ann = app.As("ann");
        using var bob = app.As("bob");
        var held = await HeldUpload.StartAsync(app, "ann", "/api/usage", LargeBytes);
        await WaitsAsync(ann);

        var waiting = Enumerable.Range(0, MaxWaiting + 100).Select(_ => ann.PostAsync("/api/usage", Large)).ToArray();
        var refused = await await Task.WhenAny(waiting);
        refused.IsProblem(429, "too_many_requests");
        Assert.Equal(TimeSpan.FromSeconds(1), refused.Headers.RetryAfter?.Delta);
        (await bob.PostAsync("/api/usage", Large)).Is(HttpStatusCode.BadRequest);

        held.Dispose();
        Assert.All(
            await Task.WhenAll(waiting),
            answer => Assert.True(answer.Status is HttpStatusCode.BadRequest or HttpStatusCode.TooManyRequests)
        );
    }

    // Not JSON, and long enough to wait for its turn.
    private static string Large => new(' ', LargeBytes);

    // The held upload arrives in its own time; then a large body has to wait for it.
    private static Task WaitsAsync(ApiClient user) =>
        Eventually.HoldsAsync(async () =>
        {
            using var impatient = CancellationTokenSource.CreateLinkedTokenSource(
                TestContext.Current.CancellationToken
            );
            using var request = new HttpRequestMessage(HttpMethod.Post, "/api/usage")
            {
                Content = new StringContent(
                    Large,
                    new System.Net.Http.Headers.MediaTypeHeaderValue("application/json")
                ),
            };
            impatient.CancelAfter(TimeSpan.FromMilliseconds(300));
            try
            {
                using var answer = await user.Http.SendAsync(request, impatient.Token);
                return false;
            }
            catch (OperationCanceledException) when (!TestContext.Current.CancellationToken.IsCancellationRequested)
            {
                return true;
            }
        });
}
