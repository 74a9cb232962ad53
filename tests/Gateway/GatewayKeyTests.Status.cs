using System.Net;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Gateway;

public sealed partial class GatewayKeyTests
{
    [Fact]
    public async Task Only_a_refusal_that_names_the_key_makes_it_invalid()
    {
        await using var ann = await GatewayUser.StartAsync(parts);
        ann.Emulator.Knobs.AnswerNext(
            Error(
                401,
                """{"error":{"message":"IP not allowed for sk-proj-good","type":"invalid_request_error","code":"ip_not_authorized"}}"""
            )
        );

        var refused = (await AskAsync(ann.App)).IsRefusal(401, "provider_refused");
        Assert.DoesNotContain("sk-proj", refused.Text);
        Assert.Equal("false", refused.Headers.GetValues("x-should-retry").Single());
        Assert.Equal("valid", await StatusAsync(ann, "openai"));

        ann.Emulator.Knobs.AnswerNext(
            Error(
                401,
                """{"error":{"message":"Incorrect API key provided: sk-proj-****0001","type":"invalid_request_error","code":"invalid_api_key"}}"""
            )
        );
        Assert.DoesNotContain("0001", (await AskAsync(ann.App)).IsRefusal(401, "key_rejected").Text);
        Assert.Equal("invalid", await StatusAsync(ann, "openai"));
        ann.Emulator.ClearCalls();
        (await AskAsync(ann.App)).IsRefusal(403, "key_rejected");
        Assert.Empty(ann.Emulator.Calls);

        // A free call has the same effect.
        ann.Emulator.Knobs.FailNext(1, 401);
        (await ann.Api.GetAsync("/api/gateway/anthropic/v1/models")).IsRefusal(401, "key_rejected");
        Assert.Equal("invalid", await StatusAsync(ann, "anthropic"));
    }

    [Fact]
    public async Task A_refusal_of_a_replaced_key_does_not_mark_its_successor()
    {
        await using var ann = await GatewayUser.StartAsync(parts);
        var feed = new Feed();
        ann.Emulator.Knobs.AnswerNext(feed.Answer("application/json", status: 401));
        var asking = AskAsync(ann.App);
        await ann.Emulator.CalledAsync();
        (await ann.Api.PutAsync("/api/keys/openai", new { apiKey = "sk-proj-better-key-0002" })).Is(HttpStatusCode.OK);
        feed.Send(
            """{"error":{"message":"Incorrect API key provided","type":"invalid_request_error","code":"invalid_api_key"}}"""
        );
        feed.End();

        (await asking).IsRefusal(401, "key_rejected");
        Assert.Equal("valid", await StatusAsync(ann, "openai"));
    }

    [Theory]
    [InlineData(
        "openai",
        429,
        """{"error":{"message":"You exceeded your current quota","type":"insufficient_quota","param":null,"code":"insufficient_quota"}}"""
    )]
    [InlineData(
        "anthropic",
        400,
        """{"type":"error","error":{"type":"invalid_request_error","message":"Your credit balance is too low to access the Anthropic API."}}"""
    )]
    [InlineData("anthropic", 402, """{"type":"error","error":{"type":"billing_error","message":"Pay."}}""")]
    public async Task A_key_without_credit_is_marked_and_still_tried(string provider, int status, string error)
    {
        await using var ann = await GatewayUser.StartAsync(parts);
        var (path, body) = provider == "openai" ? (Chat, Body) : (Messages, Ask);
        ann.Emulator.Knobs.AnswerNext(Error(status, error));

        var answer = await ann.Api.SendAsync(HttpMethod.Post, path, body);
        Assert.Equal((status, error), ((int)answer.Status, answer.Text));
        Assert.Equal("no_credit", await StatusAsync(ann, provider));

        (await ann.Api.SendAsync(HttpMethod.Post, path, body)).Is(HttpStatusCode.OK);
        Assert.Equal("valid", await StatusAsync(ann, provider));
    }

    [Fact]
    public async Task A_successful_call_validates_an_unverified_key_only()
    {
        await using var app = await TestApp.StartAsync(parts);
        var ann = app.As("ann");
        app.Emulator.Knobs.FailNext(1, 500);
        await ann.PutAsync("/api/keys/openai", new { apiKey = GatewayUser.OpenAiKey });
        await ann.PutAsync("/api/keys/anthropic", new { apiKey = "sk-ant-api03-restricted-0001" });
        Assert.Equal("unverified", (string?)(await ann.GetAsync("/api/keys/openai"))["status"]);

        (await AskAsync(app)).Is(HttpStatusCode.OK);
        (await ann.SendAsync(HttpMethod.Post, Messages, Ask)).Is(HttpStatusCode.OK);

        var key = await ann.GetAsync("/api/keys/openai");
        Assert.Equal(("valid", false), ((string?)key["status"], key.Body!["lastValidatedAt"] is null));
        Assert.Equal("restricted", (string?)(await ann.GetAsync("/api/keys/anthropic"))["status"]);
    }
}
