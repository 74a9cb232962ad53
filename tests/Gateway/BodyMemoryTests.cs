using System.Net;
using Microsoft.Extensions.DependencyInjection;
using MyCoach.Gateway;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Gateway;

/// <summary>Large bodies do not take all memory, and not one user all that there is for them.</summary>
public sealed class BodyMemoryTests(LocalParts parts)
{
    private const int MiB = 1024 * 1024;
    private const string Messages = "/api/gateway/anthropic/v1/messages";

    [Fact]
    public async Task Calls_whose_bodies_are_too_much_together_are_refused_until_others_have_ended()
    {
        await using var app = await TestApp.StartAsync(
            parts,
            configure: builder => builder.Services.AddSingleton(new BodyMemory(most: 8 * MiB, mostPerUser: 5 * MiB))
        );
        using var ann = await GatewayUser.WithKeysAsync(app);
        using var bob = await GatewayUser.WithKeysAsync(app, "bob");
        app.Emulator.Knobs.Delay = TimeSpan.FromSeconds(5);
        Task<Answer>[] first = [Send(ann, 2), Send(ann, 2)];
        await Eventually.HoldsAsync(() => app.Emulator.Calls.Count == 2);

        var refused = (await Send(ann, 2)).IsRefusal(429, "too_many_requests");
        Assert.Equal(TimeSpan.FromSeconds(5), refused.Headers.RetryAfter?.Delta);
        Assert.False(refused.Headers.TryGetValues("x-should-retry", out var retry) && retry.Contains("false"));
        Task<Answer>[] second = [Send(bob, 3), Send(ann, 0.5)];
        await Eventually.HoldsAsync(() => app.Emulator.Calls.Count == 4);
        (await Send(bob, 1.5)).IsRefusal(429, "too_many_requests");

        foreach (var answer in await Task.WhenAll(first.Concat(second)))
        {
            answer.Is(HttpStatusCode.OK);
        }
        app.Emulator.Knobs.Delay = TimeSpan.Zero;
        (await Send(ann, 4)).Is(HttpStatusCode.OK);
        (await Send(bob, 4)).Is(HttpStatusCode.OK);
    }

    private static Task<Answer> Send(GatewayUser user, double mebibytes) =>
        user.Api.PostAsync(
            Messages,
            new
            {
                model = "claude-haiku-4-5",
                max_tokens = 10,
                messages = (object[])[new { role = "user", content = new string('x', (int)(mebibytes * MiB)) }],
            }
        );
}
