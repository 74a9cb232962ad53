using System.Net;
using System.Net.Sockets;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.ProviderKeys;

/// <summary>What comes of asking the provider about a key.</summary>
public sealed class KeyCheckTests(LocalParts parts)
{
    private const string Good = "sk-ant-api03-a-good-key-for-tests-Wxyz";

    [Fact]
    public async Task A_refused_key_is_not_stored_and_its_error_not_repeated()
    {
        await using var app = await TestApp.StartAsync(parts);
        var ann = app.As("ann");
        await ann.PutAsync("/api/keys/anthropic", new { apiKey = Good });

        var refused = (
            await ann.PutAsync("/api/keys/anthropic", new { apiKey = "sk-ant-api03-wrong-0123456789-ABCD" })
        ).IsProblem(422, "key_rejected");

        Assert.DoesNotContain("ABCD", refused.Text, StringComparison.Ordinal);
        Assert.Equal("...Wxyz", (string?)(await ann.GetAsync("/api/keys/anthropic"))["maskedKey"]);
        (await ann.PutAsync("/api/keys/openai", new { apiKey = "sk-proj-wrong-0123456789" })).IsProblem(
            422,
            "key_rejected"
        );
        (await ann.GetAsync("/api/keys/openai")).IsProblem(404, "not_found");
    }

    [Theory]
    [InlineData("anthropic", "sk-ant-api03-restricted-key", "restricted")]
    [InlineData("openai", "sk-proj-restricted-key", "restricted")]
    [InlineData("openai", "sk-proj-good-key", "valid")]
    public async Task The_status_shows_the_providers_verdict(string provider, string apiKey, string status)
    {
        await using var app = await TestApp.StartAsync(parts);
        var stored = (await app.As("ann").PutAsync($"/api/keys/{provider}", new { apiKey })).Is(HttpStatusCode.Created);
        Assert.Equal(status, (string?)stored["status"]);
        Assert.True((bool)stored["isValid"]);
    }

    [Theory]
    [InlineData(500)]
    [InlineData(529)]
    [InlineData(429)]
    public async Task A_provider_in_trouble_leaves_the_key_unverified(int providerStatus)
    {
        await using var app = await TestApp.StartAsync(parts);
        app.Emulator.Knobs.FailNext(1, providerStatus);
        AssertUnverified(await app.As("ann").PutAsync("/api/keys/anthropic", new { apiKey = Good }));
    }

    [Fact]
    public async Task A_provider_that_drops_the_call_leaves_the_key_unverified()
    {
        await using var app = await TestApp.StartAsync(parts);
        app.Emulator.Knobs.DropNext(1);
        AssertUnverified(await app.As("ann").PutAsync("/api/keys/anthropic", new { apiKey = Good }));
    }

    [Fact]
    public async Task An_aborted_check_leaves_the_key_unverified()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        await using var app = await TestApp.StartAsync(
            parts,
            [$"Providers:anthropic:BaseUrl=http://{listener.LocalEndpoint}"]
        );
        var answering = Task.Run(
            async () =>
            {
                using var connection = await listener.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
                await connection
                    .GetStream()
                    .WriteAsync("HTTP/1.1 401 Unauthorized\r\nContent-Length: 1000\r\n\r\n{\"error\":"u8.ToArray());
                // The bytes have to leave before the connection closes, which no event shows.
                await Task.Delay(50, TestContext.Current.CancellationToken);
            },
            TestContext.Current.CancellationToken
        );

        AssertUnverified(await app.As("ann").PutAsync("/api/keys/anthropic", new { apiKey = Good }));
        await answering;
    }

    [Fact]
    public async Task A_redirect_is_not_followed_with_the_key()
    {
        await using var app = await TestApp.StartAsync(parts);
        app.Emulator.Knobs.RedirectNext(1, new Uri(app.Emulator.OpenAiBaseUrl + "/v1/models"));
        AssertUnverified(await app.As("ann").PutAsync("/api/keys/anthropic", new { apiKey = Good }));
        Assert.Single(app.Emulator.Calls);
    }

    [Fact]
    public async Task A_key_check_times_out_after_ten_seconds()
    {
        await using var app = await TestApp.StartAsync(parts);
        app.Emulator.Knobs.Delay = TimeSpan.FromMinutes(1);
        var started = TimeProvider.System.GetTimestamp();
        AssertUnverified(await app.As("ann").PutAsync("/api/keys/anthropic", new { apiKey = Good }));
        Assert.InRange(TimeProvider.System.GetElapsedTime(started), TimeSpan.FromSeconds(9), app.Emulator.Knobs.Delay);
    }

    [Theory]
    [InlineData("anthropic", "sk-ant-admin01-0123456789", "is an organisation admin key of anthropic")]
    [InlineData("anthropic", "sk-admin-0123456789", "is an organisation admin key of openai")]
    [InlineData("anthropic", "sk-proj-0123456789", "PUT /api/keys/openai")]
    [InlineData("anthropic", "SK-0123456789", "PUT /api/keys/openai")]
    [InlineData("anthropic", "sk-or-v1-0123456789", "OpenRouter")]
    [InlineData("anthropic", "eyJhbGciOiJIUzI1NiJ9.e30.x", "is a token")]
    [InlineData("openai", "sk-admin-0123456789", "is an organisation admin key of openai")]
    [InlineData("openai", "sk-ant-admin01-0123456789", "is an organisation admin key of anthropic")]
    [InlineData("openai", "sk-ant-api03-0123456789", "PUT /api/keys/anthropic")]
    [InlineData("openai", "ANTHROPIC_API_KEY=sk-ant-api03-0123456789", "PUT /api/keys/anthropic")]
    [InlineData("openai", "AIzaSyA0123456789", "Google")]
    [InlineData("openai", "gsk_0123456789", "Groq")]
    public async Task A_misplaced_key_is_refused_before_it_is_sent_anywhere(string provider, string key, string said)
    {
        await using var app = await TestApp.StartAsync(parts);
        foreach (var apiKey in new[] { key, $" {key}\n" })
        {
            var answer = (await app.As("ann").PutAsync($"/api/keys/{provider}", new { apiKey })).Blames("apiKey");
            Assert.Contains(said, (string?)answer["errors"]["apiKey"]![0], StringComparison.Ordinal);
            Assert.DoesNotContain(key[^10..], answer.Text, StringComparison.Ordinal);
        }
        Assert.Empty(app.Emulator.Calls);
    }

    [Fact]
    public async Task A_key_of_an_unknown_form_is_for_the_provider_to_decide()
    {
        await using var app = await TestApp.StartAsync(parts);
        await app.As("ann").PutAsync("/api/keys/openai", new { apiKey = "a-key-of-a-new-form" });
        await app.As("ann").PutAsync("/api/keys/anthropic", new { apiKey = "a-key-of-a-new-form" });
        Assert.Equal(2, app.Emulator.Calls.Count);
    }

    [Fact]
    public async Task Validating_notes_a_key_that_was_revoked_since()
    {
        await using var app = await TestApp.StartAsync(parts);
        var ann = app.As("ann");
        await ann.PutAsync("/api/keys/anthropic", new { apiKey = Good });
        app.Clock.Advance(TimeSpan.FromMinutes(1));
        app.Emulator.Knobs.FailNext(1, 401);

        var noted = (await ann.PostAsync("/api/keys/anthropic/validate")).Is(HttpStatusCode.OK);

        Assert.Equal("invalid", (string?)noted["status"]);
        Assert.False((bool)noted["isValid"]);
        Assert.Equal("2026-11-15T12:01:00Z", (string?)noted["lastValidatedAt"]);
        Assert.Equal("invalid", (string?)(await ann.GetAsync("/api/keys/anthropic"))["status"]);
        (await ann.PostAsync("/api/keys/openai/validate")).IsProblem(404, "not_found");
    }

    [Fact]
    public async Task An_unavailable_provider_keeps_a_key_valid()
    {
        await using var app = await TestApp.StartAsync(parts);
        var ann = app.As("ann");
        await ann.PutAsync("/api/keys/anthropic", new { apiKey = Good });
        app.Emulator.Knobs.FailNext(1, 503);

        Assert.Equal(
            "unverified",
            (string?)(await ann.PostAsync("/api/keys/anthropic/validate")).Is(HttpStatusCode.OK)["status"]
        );
        Assert.Equal("valid", (string?)(await ann.GetAsync("/api/keys/anthropic"))["status"]);
    }

    [Fact]
    public async Task Twenty_checks_per_hour_are_allowed_across_instances()
    {
        await using var app = await TestApp.StartAsync(parts);
        await using var other = await TestApp.StartAsync(parts, beside: app);
        var clients = new[] { app.As("ann"), other.As("ann") };
        await clients[0].PutAsync("/api/keys/anthropic", new { apiKey = Good });
        for (var round = 0; round < 6; round++)
        {
            await Task.WhenAll(
                Enumerable.Range(0, 4).Select(i => clients[i % 2].PostAsync("/api/keys/anthropic/validate"))
            );
        }

        Assert.Equal(20, app.Emulator.Calls.Count);
        app.Clock.Advance(TimeSpan.FromMinutes(20));
        var refused = (await clients[1].PutAsync("/api/keys/anthropic", new { apiKey = Good })).IsProblem(
            429,
            "too_many_requests"
        );
        Assert.Equal(TimeSpan.FromMinutes(40), refused.Headers.RetryAfter?.Delta);
        (await other.As("bob").PutAsync("/api/keys/anthropic", new { apiKey = Good })).Is(HttpStatusCode.Created);
        app.Clock.Advance(TimeSpan.FromMinutes(40));
        (await clients[1].PostAsync("/api/keys/anthropic/validate")).Is(HttpStatusCode.OK);
    }

    private static void AssertUnverified(Answer stored)
    {
        stored.Is(HttpStatusCode.Created);
        Assert.Equal("unverified", (string?)stored["status"]);
        Assert.Null(stored.Body!["lastValidatedAt"]);
    }
}
