using MyCoach.Tests.Support;

namespace MyCoach.Tests.Gateway;

public sealed partial class GatewayKeyTests
{
    [Theory]
    [InlineData("missing_scope", "This key may only read. Ask ann for api.write.")]
    [InlineData("incorrect_hostname", "Call eu.api.openai.com for this project.")]
    [InlineData("no_organization", "Join an organization first.")]
    [InlineData("ip_not_authorized", "203.0.113.9 is not on the list.")]
    [InlineData("a_code_that_is_new_2027", "Something else.")]
    public async Task A_401_that_is_not_about_the_key_keeps_openais_code(string code, string text)
    {
        await using var ann = await GatewayUser.StartAsync(parts);
        foreach (
            var (path, body) in new[]
            {
                (Chat, Body),
                (Chat, Streamed(Body)),
                ("/api/gateway/openai/v1/responses", """{"model":"gpt-4o-mini","input":"Hi"}"""),
                ("/api/gateway/openai/v1/embeddings", """{"model":"text-embedding-3-small","input":"Hi"}"""),
                ("/api/gateway/openai/v1/moderations", """{"input":"Hi"}"""),
            }
        )
        {
            ann.Emulator.Knobs.AnswerNext(
                Error(
                    401,
                    $$$"""{"error":{"message":"{{{text}}}","type":"invalid_request_error","param":null,"code":"{{{code}}}"}}"""
                )
            );

            var refused = (await ann.Api.SendAsync(HttpMethod.Post, path, body)).IsRefusal(401, "provider_refused");

            Assert.Equal(code, (string?)refused["error"]["code"]);
            Assert.Equal("invalid_request_error", (string?)refused["error"]["type"]);
            Assert.StartsWith(
                $"openai did not allow this call with the stored key ({code}).",
                (string?)refused["error"]["message"],
                StringComparison.Ordinal
            );
            Assert.DoesNotContain(text, refused.Text, StringComparison.Ordinal);
            Assert.Equal("false", refused.Headers.GetValues("x-should-retry").Single());
        }
        Assert.Equal("valid", await StatusAsync(ann, "openai"));
        Assert.Empty(await ann.EventsAsync());
    }

    [Theory]
    [InlineData("permission_error")]
    [InlineData("organization_disabled_error")]
    public async Task A_401_that_is_not_about_the_key_keeps_anthropics_type(string type)
    {
        await using var ann = await GatewayUser.StartAsync(parts);
        foreach (var body in new[] { Ask, Streamed(Ask) })
        {
            ann.Emulator.Knobs.AnswerNext(
                Error(401, $$$"""{"type":"error","error":{"type":"{{{type}}}","message":"Not in this workspace."}}""")
            );

            var refused = (await ann.Api.SendAsync(HttpMethod.Post, Messages, body)).IsRefusal(401, "provider_refused");

            Assert.Equal(("error", type), ((string?)refused["type"], (string?)refused["error"]["type"]));
            Assert.StartsWith(
                $"anthropic did not allow this call with the stored key ({type}).",
                (string?)refused["error"]["message"],
                StringComparison.Ordinal
            );
        }
        Assert.Equal("valid", await StatusAsync(ann, "anthropic"));
    }

    [Theory]
    [InlineData("""{"error":{"message":"No.","type":"invalid_request_error","code":null}}""")]
    [InlineData("""{"error":{"message":"No.","code":"Sorry, not you"}}""")]
    [InlineData("""{"error":{"message":"No.","code":"sk-proj-good-key-0001"}}""")]
    [InlineData("""{"error":{"message":"No.","code":401}}""")]
    [InlineData("""{"error":"No."}""")]
    [InlineData("<h1>No.</h1>")]
    [InlineData("")]
    public async Task A_401_without_a_usable_code_repeats_nothing_of_it(string error)
    {
        await using var ann = await GatewayUser.StartAsync(parts);
        ann.Emulator.Knobs.AnswerNext(Error(401, error));

        var refused = (await AskAsync(ann.App)).IsRefusal(401, "provider_refused");

        Assert.Equal(
            ("provider_refused", "openai did not allow this call with the stored key."),
            ((string?)refused["error"]["code"], (string?)refused["error"]["message"])
        );
    }

    [Fact]
    public async Task A_code_that_holds_a_piece_of_the_key_is_left_out()
    {
        await using var app = await TestApp.StartAsync(parts);
        await app.As("ann").PutAsync("/api/keys/openai", new { apiKey = "sk-abcdefghijklmnop0123" });
        app.Emulator.Knobs.AnswerNext(
            Error(401, """{"error":{"message":"No.","code":"denied_to_efghijklmnop0123"}}""")
        );

        Assert.DoesNotContain(
            "ghijkl",
            (await AskAsync(app)).IsRefusal(401, "provider_refused").Text,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("openai", "sk-proj-good-key-0001", "missing_scope")]
    [InlineData("anthropic", "sk-ant-api03-good-key-0001", "permission_error")]
    public async Task A_key_check_with_such_a_401_stores_a_restricted_key(string provider, string apiKey, string reason)
    {
        await using var app = await TestApp.StartAsync(parts);
        app.Emulator.Knobs.AnswerNext(
            Error(401, $$$"""{"error":{"message":"No.","type":"{{{reason}}}","code":"{{{reason}}}"}}""")
        );

        await app.As("ann").PutAsync($"/api/keys/{provider}", new { apiKey });

        Assert.Equal("restricted", (string?)(await app.As("ann").GetAsync($"/api/keys/{provider}"))["status"]);
    }

    private static string Streamed(string body) => body.Replace("\"model\"", "\"stream\":true,\"model\"");
}
