using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Gateway;

public sealed partial class GatewayRequestTests
{
    [Fact]
    public async Task A_bad_body_is_refused_in_the_providers_shape_before_it_is_sent()
    {
        await using var ann = await GatewayUser.StartAsync(parts);
        foreach (
            var path in new[]
            {
                Chat,
                Messages,
                "/api/gateway/openai/v1/responses",
                "/api/gateway/openai/v1/embeddings",
            }
        )
        {
            foreach (
                var bad in new[]
                {
                    "",
                    "[]",
                    "null",
                    "{",
                    "{}{}",
                    """{"a":1,"a":2}""",
                    """{"a":{"b":1,"b":1}}""",
                    """{"a":1,"\u0061":2}""",
                    Nested(65),
                }
            )
            {
                (await ann.Api.SendAsync(HttpMethod.Post, path, bad)).IsRefusal(400, "invalid_request");
            }
            (await ann.Api.SendAsync(HttpMethod.Post, path, "{}", contentType: "text/plain")).IsRefusal(
                415,
                "unsupported_media_type"
            );
            (
                await ann.Api.SendAsync(HttpMethod.Post, path, "{}", contentType: "application/json; charset=utf-16")
            ).IsRefusal(415, "unsupported_media_type");
            (await ann.Api.SendAsync(HttpMethod.Post, path, """{"background":true}""")).IsRefusal(
                400,
                "invalid_request"
            );
            (await ann.Api.SendAsync(HttpMethod.Post, path, """{"background":1}""")).IsRefusal(400, "invalid_request");
            (await ann.Api.SendAsync(HttpMethod.Post, path, "{}", headers: [("X-MyCoach-Agent", "a/b")])).IsRefusal(
                400,
                "invalid_request"
            );
            (await SendAsync(ann, path, Encoding.UTF8.GetBytes("{}"), "gzip")).IsRefusal(415, "unsupported_media_type");
            (await SendAsync(ann, path, [.. "{\"a\":\""u8, 0xC3, 0x28, .. "\"}"u8])).IsRefusal(400, "invalid_request");
            (await SendAsync(ann, path, new byte[(32 * 1024 * 1024) + 1])).IsRefusal(413, "payload_too_large");
        }
        Assert.Empty(ann.Emulator.Calls);

        // Up to the limits, it is the provider's to judge.
        Assert.NotEqual("invalid_request", (await ann.Api.SendAsync(HttpMethod.Post, Chat, Nested(64))).Code);
        Assert.Single(ann.Emulator.Calls);
        var large =
            $$"""{"model":"gpt-4o-mini","messages":[{"role":"user","content":"{{new string('x', 20_000_000)}}"}]}""";
        (await ann.Api.SendAsync(HttpMethod.Post, Chat, large)).Is(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("application/json; charset=\"utf-8\"")]
    [InlineData("application/json;charset=UTF-8")]
    [InlineData("application/json ; charset = \"UTF-8\"")]
    [InlineData("application/json; charset=utf8")]
    [InlineData("application/json; Charset=\"Utf8\"; profile=\"a b\"")]
    public async Task Every_spelling_of_utf_8_is_accepted(string contentType)
    {
        await using var ann = await GatewayUser.StartAsync(parts);
        foreach (var path in new[] { Chat, Messages })
        {
            (await ann.Api.SendAsync(HttpMethod.Post, path, Ask(path), contentType: contentType)).Is(HttpStatusCode.OK);
            Assert.StartsWith(
                "application/json; charset=utf-8",
                ann.Emulator.Calls.Last().Header("Content-Type"),
                StringComparison.OrdinalIgnoreCase
            );
        }
        (await ann.Api.SendAsync(HttpMethod.Post, "/api/usage", Request.Event(), contentType: contentType)).Is(
            HttpStatusCode.Created
        );
        (await ann.Api.SendAsync(HttpMethod.Patch, "/api/settings", "{}", contentType: contentType)).Is(
            HttpStatusCode.OK
        );
        (await ann.Api.SendAsync(HttpMethod.Put, "/api/agents/coach", """{"name":"C"}""", contentType: contentType)).Is(
            HttpStatusCode.Created
        );
    }

    [Theory]
    [InlineData("application/json; charset=\"utf-16\"")]
    [InlineData("application/json; charset=\"\"")]
    [InlineData("application/json; charset=latin1")]
    [InlineData("application/json; charset=\"utf-8\"; charset=utf-16")]
    [InlineData("application/json; charset=utf-7")]
    [InlineData("application/json; charset=utf-80")]
    public async Task Every_other_charset_is_refused(string contentType)
    {
        await using var ann = await GatewayUser.StartAsync(parts);
        (await ann.Api.SendAsync(HttpMethod.Post, Chat, Body, contentType: contentType)).IsRefusal(
            415,
            "unsupported_media_type"
        );
        (await ann.Api.SendAsync(HttpMethod.Patch, "/api/settings", "{}", contentType: contentType)).IsProblem(
            415,
            "unsupported_media_type"
        );
    }

    [Fact]
    public async Task A_compressed_answer_passes_unchanged()
    {
        await using var ann = await GatewayUser.StartAsync(parts);
        ann.Emulator.Knobs.Gzip = true;
        using var whole = await ann.SendAsync(
            "openai/v1/chat/completions",
            Body,
            [("Accept-Encoding", "br, gzip;q=0.5")]
        );
        Assert.Equal(["gzip"], whole.Content.Headers.ContentEncoding);
        await using var plain = new GZipStream(
            await whole.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken),
            CompressionMode.Decompress
        );
        var answer = await JsonNode.ParseAsync(plain, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal((long)answer!["usage"]!["completion_tokens"]!, (long)(await ann.EventAsync())["outputTokens"]!);

        // In a packed stream no line could be added and no event left out.
        using var stream = await ann.SendAsync(
            "openai/v1/chat/completions",
            Body.Replace("1.0", "1.0,\"stream\":true"),
            [("Accept-Encoding", "gzip")]
        );
        Assert.Empty(stream.Content.Headers.ContentEncoding);
        Assert.Equal(["gzip, identity", "identity"], ann.Emulator.Calls.Select(call => call.Header("Accept-Encoding")));
    }

    [Fact]
    public async Task Default_is_the_agents_model_or_the_users_own()
    {
        await using var ann = await GatewayUser.StartAsync(parts);
        (await AskDefaultAsync()).IsRefusal(400, "invalid_request");
        await ann.Api.PatchAsync("/api/settings", new { defaultModel = "gpt-4o" });
        await ann.Api.PutAsync("/api/agents/coach", new { name = "Coach", preferredModel = "gpt-5-mini" });
        await ann.Api.PutAsync("/api/agents/poet", new { name = "Poet", preferredModel = "claude-haiku-4.5" });

        (await AskDefaultAsync()).Is(HttpStatusCode.OK);
        (await AskDefaultAsync("coach")).Is(HttpStatusCode.OK);
        Assert.Contains(
            "anthropic",
            (string?)(await AskDefaultAsync("poet")).IsRefusal(400, "invalid_request")["error"]["message"]
        );
        (await AskDefaultAsync("poet", Messages)).Is(HttpStatusCode.OK);

        Assert.Equal(
            ["gpt-4o", "gpt-5-mini", "claude-haiku-4-5"],
            ann.Emulator.Calls.Select(call => (string?)call.BodyJson!["model"])
        );
        Assert.DoesNotContain("\"model\":\"default\"", ann.Emulator.Calls.First().BodyText);

        Task<Answer> AskDefaultAsync(string? agent = null, string path = Chat) =>
            ann.Api.SendAsync(
                HttpMethod.Post,
                path,
                """{"model":"default","max_tokens":9,"messages":[{"role":"user","content":"default"}]}""",
                headers: agent is null ? [] : [("X-MyCoach-Agent", agent)]
            );
    }
}
