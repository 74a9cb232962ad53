using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Gateway;

/// <summary>What of a request reaches the provider, what is changed on the way, and what is refused.</summary>
public sealed partial class GatewayRequestTests(LocalParts parts)
{
    private const string Chat = "/api/gateway/openai/v1/chat/completions";
    private const string Messages = "/api/gateway/anthropic/v1/messages";
    private const string Body =
        """{ "model" : "gpt-4o-mini",  "messages":[{"role":"user","content":"Grüße 👋"}], "temperature":1.0 }""";

    private static readonly (string Name, string Value)[] Callers =
    [
        ("Cookie", "session=1"),
        ("X-MyCoach-Conversation", "trip"),
        ("X-MyCoach-Agent", "coach"),
        ("X-MyCoach-Metadata", "feature=search"),
        ("X-MyCoach-Anything", "1"),
        ("X-Forwarded-For", "203.0.113.9"),
        ("X-Forwarded-Host", "api.example.com"),
        ("X-Forwarded-Proto", "https"),
        ("Forwarded", "for=203.0.113.9"),
        ("CLIENT-IP", "203.0.113.9:4711"),
        ("x-ms-client-principal", "e30="),
        ("x-ms-invocation-id", "a"),
        ("X-Azure-Functions-InvocationId", "a"),
        ("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"),
        ("tracestate", "a=b"),
        ("Origin", "https://app.example.com"),
        ("Referer", "https://app.example.com/chat"),
        ("OpenAI-Organization", "org-1"),
        ("Via", "1.1 proxy"),
    ];

    [Fact]
    public async Task Only_listed_headers_of_the_caller_reach_the_provider()
    {
        await using var ann = await GatewayUser.StartAsync(parts);
        (await ann.Api.PutAsync("/api/agents/coach", new { name = "Coach" })).Is(HttpStatusCode.Created);
        (string Name, string Value)[] passing =
        [
            ("User-Agent", "my-ann.App/1.0"),
            ("Accept", "application/json"),
            ("Idempotency-Key", "once"),
            ("anthropic-version", "2026-10-21"),
            ("anthropic-beta", "a-beta"),
            ("X-Stainless-Lang", "csharp"),
        ];
        foreach (var path in new[] { Chat, Messages })
        {
            (
                await ann.Api.SendAsync(
                    HttpMethod.Post,
                    $"{path}?beta=true&code=host-key",
                    Ask(path),
                    headers: [.. Callers, .. passing]
                )
            ).Is(HttpStatusCode.OK);
        }

        string[] listed =
        [
            "Accept",
            "Accept-Encoding",
            "Content-Length",
            "Content-Type",
            "Host",
            "User-Agent",
            "Idempotency-Key",
            "anthropic-beta",
            "anthropic-version",
            "X-Stainless-Lang",
        ];
        foreach (var (call, key) in ann.Emulator.Calls.Zip(["Authorization", "x-api-key"]))
        {
            Assert.Equal(
                listed.Append(key).Order(StringComparer.OrdinalIgnoreCase),
                call.Headers.Keys.Order(StringComparer.OrdinalIgnoreCase),
                StringComparer.OrdinalIgnoreCase
            );
            Assert.All(passing, header => Assert.Equal(header.Value, call.Header(header.Name)));
            Assert.EndsWith("?beta=true", call.PathAndQuery);
            Assert.DoesNotContain(
                call.Headers.Values,
                value => value.Contains(ann.App.Token("ann"), StringComparison.Ordinal)
            );
        }
        Assert.Equal($"Bearer {GatewayUser.OpenAiKey}", ann.Emulator.Calls.First().Header("Authorization"));
        Assert.Equal(GatewayUser.AnthropicKey, ann.Emulator.Calls.Last().Header("x-api-key"));
        Assert.All(
            await ann.EventsAsync(),
            usage => Assert.Equal(("trip", "coach"), ((string?)usage["conversationId"], (string?)usage["agentId"]))
        );
    }

    [Fact]
    public async Task A_body_reaches_the_provider_byte_for_byte()
    {
        await using var ann = await GatewayUser.StartAsync(parts);
        await ann.Api.SendAsync(HttpMethod.Post, Chat, Body);
        Assert.Equal(Encoding.UTF8.GetBytes(Body), ann.Emulator.Calls.Single().Body.ToArray());

        // A caller of Anthropic who does not say which version gets the one that everybody started with.
        await ann.Api.SendAsync(HttpMethod.Post, Messages, Ask(Messages));
        Assert.Equal("2023-06-01", ann.Emulator.Calls.Last().Header("anthropic-version"));
    }

    [Theory]
    [InlineData(
        """{"model":"gpt-4o-mini","stream":true,"messages":M}""",
        """{"model":"gpt-4o-mini","stream":true,"messages":M,"stream_options":{"include_usage":true}}""",
        true
    )]
    [InlineData(
        """{"model":"gpt-4o-mini","stream":true,"stream_options":null,"messages":M }""",
        """{"model":"gpt-4o-mini","stream":true,"stream_options":{"include_usage":true},"messages":M }""",
        true
    )]
    [InlineData(
        """{"stream_options":{},"model":"gpt-4o-mini","stream":true,"messages":M}""",
        """{"stream_options":{"include_usage":true},"model":"gpt-4o-mini","stream":true,"messages":M}""",
        true
    )]
    [InlineData(
        """{"stream_options":{"include_obfuscation":false},"model":"gpt-4o-mini","stream":true,"messages":M}""",
        """{"stream_options":{"include_obfuscation":false,"include_usage":true},"model":"gpt-4o-mini","stream":true,"messages":M}""",
        true
    )]
    [InlineData(
        """{"stream_options":{"include_usage":false},"model":"gpt-4o-mini","stream":true,"messages":M}""",
        """{"stream_options":{"include_usage":true},"model":"gpt-4o-mini","stream":true,"messages":M}""",
        true
    )]
    [InlineData(
        """{"stream_options":{"include_usage":true},"model":"gpt-4o-mini","stream":true,"messages":M}""",
        """{"stream_options":{"include_usage":true},"model":"gpt-4o-mini","stream":true,"messages":M}""",
        false
    )]
    [InlineData(
        """{"model":"gpt-4o-mini","stream":false,"messages":M}""",
        """{"model":"gpt-4o-mini","stream":false,"messages":M}""",
        null
    )]
    public async Task A_chats_usage_is_requested_and_hidden_unless_asked_for(
        string sent,
        string arrived,
        bool? isHidden
    )
    {
        const string Said = """[{"role":"user","content":"Hello there"}]""";
        await using var ann = await GatewayUser.StartAsync(parts);

        var answer = (await ann.Api.SendAsync(HttpMethod.Post, Chat, sent.Replace("M", Said))).Is(HttpStatusCode.OK);

        Assert.Equal(arrived.Replace("M", Said), ann.Emulator.Calls.Single().BodyText);
        Assert.Equal(isHidden is null, !answer.Text.EndsWith("data: [DONE]\n\n", StringComparison.Ordinal));
        Assert.Equal(isHidden != true, answer.Text.Contains("prompt_tokens", StringComparison.Ordinal));
        Assert.Equal(
            (3, 9),
            ((long)(await ann.EventAsync())["inputTokens"]!, (long)(await ann.EventAsync())["outputTokens"]!)
        );
    }

    private static string Ask(string path) =>
        path == Chat
            ? Body
            : """{"model":"claude-haiku-4-5","max_tokens":9,"messages":[{"role":"user","content":"Hi"}]}""";

    private static string Nested(int depth) =>
        string.Concat(Enumerable.Repeat("{\"a\":", depth - 1)) + "{}" + new string('}', depth - 1);

    private static async Task<Answer> SendAsync(GatewayUser user, string path, byte[] body, string? encoding = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        // A body that is too long is refused before it is sent.
        request.Headers.ExpectContinue = true;
        if (encoding is not null)
        {
            request.Content.Headers.ContentEncoding.Add(encoding);
        }
        using var answer = await user.Api.Http.SendAsync(request, TestContext.Current.CancellationToken);
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return new Answer(
            answer.StatusCode,
            JsonNode.Parse(text),
            text,
            answer.Headers,
            answer.Content.Headers.ContentType
        );
    }
}
