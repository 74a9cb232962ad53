using System.Net;
using MyCoach.Dev;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Usage;

/// <summary>Several events in one call.</summary>
public sealed class BatchTests(LocalParts parts)
{
    [Fact]
    public async Task A_batch_keeps_its_order_and_repeats_count_once()
    {
        await using var app = await TestApp.StartAsync(parts);
        var ann = app.As("ann");
        var batch = new { events = Enumerable.Range(0, 50).Select(i => Request.Event($"call-{i}", inputTokens: i)) };

        var first = (await ann.PostAsync("/api/usage", batch)).Is(HttpStatusCode.OK)["events"].AsArray();
        var second = (await ann.PostAsync("/api/usage", batch)).Is(HttpStatusCode.OK)["events"].AsArray();

        Assert.Equal(
            Enumerable.Range(0, 50).Select(i => $"202611-call-{i}"),
            first.Select(usage => (string)usage!["id"]!)
        );
        Assert.Equal(Enumerable.Range(0, 50), first.Select(usage => (int)usage!["inputTokens"]!));
        Assert.All(first, usage => Assert.Equal("created", (string?)usage!["outcome"]));
        Assert.Equal(first.Select(usage => (string)usage!["id"]!), second.Select(usage => (string)usage!["id"]!));
        Assert.All(second, usage => Assert.Equal("repeated", (string?)usage!["outcome"]));
        Assert.Equal(50, (long)(await ann.GetAsync("/api/usage/summary"))["totals"]["requests"]!);
    }

    [Fact]
    public async Task A_batch_takes_few_transactions()
    {
        await using var proxy = await StorageProxy.StartAsync(parts.Port);
        await using var app = await TestApp.StartAsync(parts, [TestApp.Behind(proxy)]);
        var ann = app.As("ann");

        (
            await ann.PostAsync(
                "/api/usage",
                new { events = Enumerable.Range(0, 50).Select(i => Request.Event($"call-{i}")) }
            )
        ).Is(HttpStatusCode.OK);

        // Two rows an event, one for the day and one for the ledger: 49 fit into a transaction of 100.
        Assert.Equal(2, proxy.Calls.Count(call => call.IsTransaction));
    }

    [Fact]
    public async Task An_invalid_event_refuses_the_batch_and_names_its_index()
    {
        await using var app = await TestApp.StartAsync(parts);
        var ann = app.As("ann");

        var answer = await ann.PostAsync(
            "/api/usage",
            """
            {"events":[{"id":"good","provider":"openai","model":"gpt-4o","inputTokens":1,"outputTokens":1},
                       {"id":"b d","provider":"openai","model":"gpt-4o","inputTokens":-1,"outputTokens":1},
                       null]}
            """
        );

        answer.Blames("events[1].id").Blames("events[1].inputTokens").Blames("events[2]");
        Assert.Equal(3, answer["errors"].AsObject().Count);
        Assert.Empty((await ann.GetAsync("/api/usage"))["events"].AsArray());
    }

    [Theory]
    [InlineData("""{"events":[]}""", "events")]
    [InlineData("""{"events":null}""", "events")]
    [InlineData("""{"events":{}}""", "events")]
    [InlineData("""{"events":[1]}""", "events[0]")]
    [InlineData("""{"events":[{"id":"x","surprise":1}]}""", "events[0].surprise")]
    [InlineData("""{"events":[],"provider":"openai"}""", "provider")]
    [InlineData("""{"provider":"openai","events":[]}""", "provider")]
    [InlineData("""{"events":[],"events":[]}""", "events")]
    [InlineData("""{"\u0065vents":[]}""", "events")]
    public async Task A_malformed_batch_is_refused(string body, string field)
    {
        await using var app = await TestApp.StartAsync(parts);
        (await app.As("ann").PostAsync("/api/usage", body)).Blames(field);
    }

    [Fact]
    public async Task More_than_fifty_events_are_refused()
    {
        await using var app = await TestApp.StartAsync(parts);
        (
            await app.As("ann")
                .PostAsync(
                    "/api/usage",
                    new { events = Enumerable.Range(0, 51).Select(i => Request.Event($"call-{i}")) }
                )
        ).Blames("events");
    }

    [Fact]
    public async Task The_same_id_twice_in_a_batch_is_an_event_and_its_repetition()
    {
        await using var app = await TestApp.StartAsync(parts);
        var ann = app.As("ann");

        var answer = await ann.PostAsync(
            "/api/usage",
            new
            {
                events = new[]
                {
                    Request.Event("x", inputTokens: 1),
                    Request.Event("y"),
                    Request.Event("x", inputTokens: 1),
                },
            }
        );

        var events = answer.Is(HttpStatusCode.OK)["events"].AsArray();
        Assert.Equal("created created repeated", string.Join(' ', events.Select(usage => (string)usage!["outcome"]!)));
        Assert.Equal(1, (int)events[2]!["inputTokens"]!);
        Assert.Equal(2, (long)(await ann.GetAsync("/api/usage/summary"))["totals"]["requests"]!);
    }

    [Theory]
    [InlineData(
        """{"id":"x","provider":"openai","model":"gpt-4o","inputTokens":1,"outputTokens":1}""",
        HttpStatusCode.Created
    )]
    [InlineData(
        """{"events":[{"id":"x","provider":"openai","model":"gpt-4o","inputTokens":1,"outputTokens":1}]}""",
        HttpStatusCode.OK
    )]
    public async Task An_event_or_a_batch_may_come_in_pieces(string body, HttpStatusCode expected)
    {
        await using var app = await TestApp.StartAsync(parts);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/usage") { Content = new PiecemealJson(body) };
        request.Headers.TransferEncodingChunked = true;

        using var answer = await app.As("ann").Http.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(expected, answer.StatusCode);
    }

    [Fact]
    public async Task A_batch_may_reach_over_months()
    {
        await using var app = await TestApp.StartAsync(parts);
        var ann = app.As("ann");

        var answer = await ann.PostAsync(
            "/api/usage",
            """
            {"events":[{"id":"x","provider":"openai","model":"gpt-4o","inputTokens":1,"outputTokens":1,"createdAt":"2026-10-31T23:59:59Z"},
                       {"id":"x","provider":"openai","model":"gpt-4o","inputTokens":1,"outputTokens":1}]}
            """
        );

        Assert.Equal(
            "202610-x 202611-x",
            string.Join(' ', answer.Is(HttpStatusCode.OK)["events"].AsArray().Select(usage => (string)usage!["id"]!))
        );
        Assert.Equal(1, (long)(await ann.GetAsync("/api/usage/summary?month=2026-10"))["totals"]["requests"]!);
        Assert.Equal(1, (long)(await ann.GetAsync("/api/usage/summary"))["totals"]["requests"]!);
    }

    /// <summary>A body that is sent character by character, with a pause before the last.</summary>
    private sealed class PiecemealJson : HttpContent
    {
        private readonly string body;

        public PiecemealJson(string body)
        {
            this.body = body;
            Headers.ContentType = new("application/json");
        }

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            foreach (var (i, character) in $"{body}\n".Index())
            {
                await stream.WriteAsync(new[] { (byte)character });
                await stream.FlushAsync();
                await Task.Delay(i == body.Length - 1 ? 50 : 0);
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
