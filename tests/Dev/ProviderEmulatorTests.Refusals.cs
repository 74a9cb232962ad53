using System.Net;

namespace MyCoach.Tests.Dev;

public sealed partial class ProviderEmulatorTests
{
    [Fact]
    public async Task A_wrong_key_gets_the_providers_own_401_with_a_part_of_the_key()
    {
        var (anthropic, openAi) = ("sk-ant-api03-wrong-0123456789-WXYZ", "sk-proj-wrong-0123456789-WXYZ");

        var (status, error) = await SendAsync(HttpMethod.Get, "/anthropic/v1/models", anthropic);
        Assert.Equal((HttpStatusCode.Unauthorized, "authentication_error"), (status, Text(error, "error", "type")));
        Assert.StartsWith("invalid x-api-key", Text(error, "error", "message"));
        Assert.Contains("WXYZ", Text(error, "error", "message"));
        Assert.StartsWith("req_", Text(error, "request_id"));

        (status, error) = await SendAsync(HttpMethod.Post, "/openai/v1/chat/completions", openAi, ChatQuestion);
        Assert.Equal((HttpStatusCode.Unauthorized, "invalid_api_key"), (status, Text(error, "error", "code")));
        Assert.Equal(
            "Incorrect API key provided: sk-proj-*****************WXYZ. You can find your API key at https://platform.openai.com/account/api-keys.",
            Text(error, "error", "message")
        );
    }

    [Theory]
    [InlineData("/anthropic/v1/models", OpenAiKey)]
    [InlineData("/anthropic/v1/models", "")]
    [InlineData("/openai/v1/models", AnthropicKey)]
    [InlineData("/openai/v1/models", "")]
    public async Task A_key_of_the_other_provider_or_none_is_refused(string path, string key) =>
        Assert.Equal(HttpStatusCode.Unauthorized, (await SendAsync(HttpMethod.Get, path, key)).Status);

    [Fact]
    public async Task A_restricted_key_may_not_list_the_models_but_may_infer()
    {
        var (status, error) = await SendAsync(HttpMethod.Get, "/anthropic/v1/models", AnthropicKey + "-restricted");
        Assert.Equal((HttpStatusCode.Forbidden, "permission_error"), (status, Text(error, "error", "type")));
        (status, error) = await SendAsync(HttpMethod.Get, "/openai/v1/models", OpenAiKey + "-restricted");
        Assert.Equal(HttpStatusCode.Forbidden, status);
        Assert.Contains("Missing scopes: api.model.read", Text(error, "error", "message"));

        Assert.Equal(HttpStatusCode.OK, (await AskAnthropicAsync(Question, AnthropicKey + "-restricted")).Status);
        Assert.Equal(HttpStatusCode.OK, (await AskOpenAiAsync(ChatQuestion, OpenAiKey + "-restricted")).Status);
    }

    [Fact]
    public async Task A_key_without_credit_may_list_the_models_but_not_infer()
    {
        Assert.Equal(
            HttpStatusCode.OK,
            (await SendAsync(HttpMethod.Get, "/anthropic/v1/models", AnthropicKey + "-nocredit")).Status
        );
        Assert.Equal(
            HttpStatusCode.OK,
            (await SendAsync(HttpMethod.Get, "/openai/v1/models", OpenAiKey + "-nocredit")).Status
        );

        var (status, error) = await AskAnthropicAsync(Question, AnthropicKey + "-nocredit");
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_request_error"), (status, Text(error, "error", "type")));
        Assert.StartsWith(
            "Your credit balance is too low to access the Anthropic API",
            Text(error, "error", "message")
        );
        (status, error) = await AskOpenAiAsync(ChatQuestion, OpenAiKey + "-nocredit");
        Assert.Equal((HttpStatusCode.TooManyRequests, "insufficient_quota"), (status, Text(error, "error", "code")));
    }

    [Fact]
    public async Task Anthropic_wants_its_version_header()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Address("/anthropic/v1/models"))
        {
            Headers = { { "x-api-key", AnthropicKey } },
        };
        using var response = await http.SendAsync(request, Cancellation);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains(
            "anthropic-version: header is required",
            await response.Content.ReadAsStringAsync(Cancellation)
        );
    }

    [Theory]
    [InlineData("{", 400, "invalid_request_error")]
    [InlineData("[]", 400, "invalid_request_error")]
    [InlineData(
        """{"model":"claude-opus-5","messages":[{"role":"user","content":"Hi"}]}""",
        400,
        "invalid_request_error"
    )]
    [InlineData(
        """{"model":"claude-opus-5","max_tokens":0,"messages":[{"role":"user","content":"Hi"}]}""",
        400,
        "invalid_request_error"
    )]
    [InlineData("""{"model":"claude-opus-5","max_tokens":5,"messages":[]}""", 400, "invalid_request_error")]
    [InlineData(
        """{"model":"gpt-6-luna","max_tokens":5,"messages":[{"role":"user","content":"Hi"}]}""",
        404,
        "not_found_error"
    )]
    public async Task Anthropic_refuses_a_bad_request_in_its_own_shape(string body, int expected, string type)
    {
        var (status, error) = await AskAnthropicAsync(body);
        Assert.Equal((expected, "error", type), ((int)status, Text(error, "type"), Text(error, "error", "type")));
    }

    [Theory]
    [InlineData("{", 400, null)]
    [InlineData("""{"messages":[{"role":"user","content":"Hi"}]}""", 400, null)]
    [InlineData("""{"model":"gpt-6-luna"}""", 400, "missing_required_parameter")]
    [InlineData(
        """{"model":"gpt-6-luna","max_tokens":0,"messages":[{"role":"user","content":"Hi"}]}""",
        400,
        "integer_below_min_value"
    )]
    [InlineData("""{"model":"claude-opus-5","messages":[{"role":"user","content":"Hi"}]}""", 404, "model_not_found")]
    public async Task OpenAi_refuses_a_bad_request_in_its_own_shape(string body, int expected, string? code)
    {
        var (status, error) = await AskOpenAiAsync(body);
        Assert.Equal((expected, "invalid_request_error"), ((int)status, Text(error, "error", "type")));
        Assert.Equal(code, error["error"]!["code"]?.GetValue<string>());
    }

    [Fact]
    public async Task An_unknown_path_or_model_is_404_in_the_providers_shape()
    {
        foreach (var path in new[] { "/v1/nothing", "/v1/models/unknown", "/" })
        {
            var (anthropic, openAi) = (
                await SendAsync(HttpMethod.Get, "/anthropic" + path, AnthropicKey),
                await SendAsync(HttpMethod.Get, "/openai" + path, OpenAiKey)
            );
            Assert.Equal(
                (HttpStatusCode.NotFound, "not_found_error"),
                (anthropic.Status, Text(anthropic.Body, "error", "type"))
            );
            Assert.Equal(
                (HttpStatusCode.NotFound, "invalid_request_error"),
                (openAi.Status, Text(openAi.Body, "error", "type"))
            );
        }
    }
}
