using System.Diagnostics;
using System.Net;
using MyCoach.Dev.Emulator;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Gateway;

/// <summary>What the gateway records of its calls, attribute by attribute.</summary>
public sealed partial class TelemetryTests(LocalParts parts) : IAsyncLifetime
{
    private const string User = "ann-whom-no-telemetry-names";
    private const string Prompt = "a-prompt-that-no-one-else-may-read";
    private const string OpenAi = "/api/gateway/openai/v1";
    private const string Anthropic = "/api/gateway/anthropic/v1";
    private const string OpenAiKey = "sk-proj-a-key-that-no-one-may-see";
    private const string AnthropicKey = "sk-ant-api03-a-key-that-no-one-may-see";

    private TestApp app = null!;
    private ApiClient ann = null!;
    private TelemetryRecorder recorder = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        app = await TestApp.StartAsync(parts);
        ann = app.As(User);
        (await ann.PutAsync("/api/keys/openai", new { apiKey = OpenAiKey })).Is(HttpStatusCode.Created);
        (await ann.PutAsync("/api/keys/anthropic", new { apiKey = AnthropicKey })).Is(HttpStatusCode.Created);
        (await ann.PutAsync("/api/agents/coach", new { name = "Coach" })).Is(HttpStatusCode.Created);
        recorder = new TelemetryRecorder(app);
    }

    public async ValueTask DisposeAsync()
    {
        recorder.Dispose();
        ann.Dispose();
        await app.DisposeAsync();
    }

    [Fact]
    public async Task A_chat_is_one_span_with_request_response_and_cost()
    {
        app.Emulator.Knobs.AnswerNext(
            PlannedAnswer.Of(
                """
                {"id":"chatcmpl-1","model":"gpt-4o-2024-08-06","choices":[{"message":{"content":"Yes."},"finish_reason":"stop"}],"usage":{"prompt_tokens":1000,
                "completion_tokens":500,"prompt_tokens_details":{"cached_tokens":200},"completion_tokens_details":{"reasoning_tokens":64}}}
                """u8.ToArray()
            )
        );
        var invocation = $"{Guid.NewGuid()}";
        var (span, answer) = await CallAsync(
            $"{OpenAi}/chat/completions",
            Chat("gpt-4o"),
            ("X-MyCoach-Conversation", "talk"),
            ("X-MyCoach-Agent", "coach"),
            ("x-ms-invocation-id", invocation)
        );

        Assert.Equal(
            ("chat gpt-4o", ActivityKind.Client, ActivityStatusCode.Unset),
            (span.DisplayName, span.Kind, span.Status)
        );
        AssertTags(
            span,
            ("gen_ai.operation.name", "chat"),
            ("gen_ai.provider.name", "openai"),
            ("gen_ai.request.model", "gpt-4o"),
            ("gen_ai.response.model", "gpt-4o-2024-08-06"),
            ("gen_ai.response.id", "chatcmpl-1"),
            ("gen_ai.conversation.id", "talk"),
            ("gen_ai.agent.id", "coach"),
            ("gen_ai.usage.input_tokens", 1000L),
            ("gen_ai.usage.output_tokens", 500L),
            ("gen_ai.usage.cache_read.input_tokens", 200L),
            ("gen_ai.usage.cache_creation.input_tokens", 0L),
            ("gen_ai.usage.reasoning.output_tokens", 64L),
            ("server.address", "127.0.0.1"),
            ("server.port", app.Emulator.OpenAiBaseUrl.Port),
            ("http.response.status_code", 200),
            ("mycoach.usage.id", UsageIdOf(answer)),
            ("mycoach.cost.usd", 0.00725),
            ("mycoach.priced", true),
            ("mycoach.estimated", false),
            ("faas.invocation_id", invocation)
        );
        Assert.Equal(["stop"], Assert.IsType<string[]>(span.GetTagItem("gen_ai.response.finish_reasons")));
        Assert.Equal(21, span.TagObjects.Count());

        Assert.Equal(1000, recorder.One("gen_ai.client.token.usage", ("gen_ai.token.type", "input")).Value);
        Assert.Equal(500, recorder.One("gen_ai.client.token.usage", ("gen_ai.token.type", "output")).Value);
        Assert.Equal(0.00725, recorder.One("mycoach.cost", ("mycoach.estimated", false)).Value);
        var took = recorder.One("gen_ai.client.operation.duration");
        Assert.Equal(
            [
                "gen_ai.operation.name",
                "gen_ai.provider.name",
                "gen_ai.request.model",
                "gen_ai.response.model",
                "server.address",
                "server.port",
            ],
            took.Tags.Keys.Order()
        );
        Assert.Equal(("gpt-4o", "gpt-4o"), (took.Tags["gen_ai.request.model"], took.Tags["gen_ai.response.model"]));
        Assert.Equal(4, recorder.Measured.Count);
    }

    [Fact]
    public async Task Embeddings_say_so_and_bring_no_output()
    {
        app.Emulator.Knobs.AnswerNext(
            PlannedAnswer.Of(
                """{"object":"list","data":[],"model":"text-embedding-3-small","usage":{"prompt_tokens":8,"total_tokens":8}}"""u8.ToArray()
            )
        );
        var (span, _) = await CallAsync(
            $"{OpenAi}/embeddings",
            new { model = "text-embedding-3-small", input = Prompt }
        );

        Assert.Equal("embeddings text-embedding-3-small", span.DisplayName);
        AssertTags(
            span,
            ("gen_ai.operation.name", "embeddings"),
            ("gen_ai.usage.input_tokens", 8L),
            ("gen_ai.usage.output_tokens", 0L),
            ("mycoach.cost.usd", 0.00000016),
            ("gen_ai.request.stream", null),
            ("error.type", null)
        );
    }

    [Fact]
    public async Task A_free_call_is_a_span_without_measurements()
    {
        var (span, _) = await CallAsync($"{OpenAi}/models/gpt-4o", body: null);

        Assert.Equal("GET /v1/models/{id}", span.DisplayName);
        AssertTags(
            span,
            ("http.request.method", "GET"),
            ("url.template", "/v1/models/{id}"),
            ("gen_ai.provider.name", "openai"),
            ("http.response.status_code", 200),
            ("gen_ai.operation.name", null),
            ("mycoach.usage.id", null)
        );
        Assert.Empty(recorder.Measured);
    }

    [Fact]
    public async Task Unknown_models_share_one_series_and_no_text_becomes_a_name()
    {
        app.Emulator.Knobs.FailNext(2, 404);
        var (named, _) = await CallAsync($"{OpenAi}/chat/completions", Chat("a-model-of-my-own"));
        var (spoken, _) = await CallAsync(
            $"{OpenAi}/chat/completions",
            Chat(string.Join(' ', Enumerable.Repeat(Prompt, 9)))
        );

        Assert.Equal("chat a-model-of-my-own", named.DisplayName);
        AssertTags(named, ("gen_ai.request.model", "a-model-of-my-own"), ("error.type", "404"));
        Assert.Equal("chat", spoken.DisplayName);
        AssertTags(spoken, ("gen_ai.request.model", null));
        Assert.Equal(2, recorder.Measured.Count);
        Assert.All(recorder.Measured, measurement => Assert.Equal("_OTHER", measurement.Tags["gen_ai.request.model"]));
    }

    [Fact]
    public async Task No_trace_header_reaches_the_provider()
    {
        app.Emulator.ClearCalls();
        await CallAsync($"{OpenAi}/chat/completions", Chat("gpt-4o"), ("tracestate", "a=b"), ("baggage", "c=d"));

        var headers = Assert.Single(app.Emulator.Calls).Headers.Keys;
        Assert.Empty(
            headers.Intersect(
                ["traceparent", "tracestate", "baggage", "request-id", "correlation-context"],
                StringComparer.OrdinalIgnoreCase
            )
        );
    }

    private static object Chat(string model, bool stream = false) =>
        new
        {
            model,
            stream,
            max_tokens = 50,
            messages = new[] { new { role = "user", content = Prompt } },
        };

    private async Task<(Activity Span, Answer Answer)> CallAsync(
        string path,
        object? body,
        params (string, string)[] headers
    )
    {
        var traceparent = recorder.Begin();
        var method = body is null ? HttpMethod.Get : HttpMethod.Post;
        var answer = await ann.SendAsync(method, path, body, headers: [("traceparent", traceparent), .. headers]);
        var span = await recorder.SpanAsync(traceparent);
        var recorded = string.Join(
            '\n',
            span.TagObjects.Select(tag => $"{tag.Key}={tag.Value}").Append(span.DisplayName)
        );
        foreach (
            var secret in (string[])
                [Prompt, User, "that-no-one-may-see", .. ann.Http.DefaultRequestHeaders.GetValues("Authorization")]
        )
        {
            Assert.DoesNotContain(secret, recorded, StringComparison.Ordinal);
        }
        return (span, answer);
    }

    private static string UsageIdOf(Answer answer) => Assert.Single(answer.Headers.GetValues("X-MyCoach-Usage-Id"));

    private static void AssertTags(Activity span, params (string Name, object? Value)[] expected) =>
        Assert.Equal(expected, expected.Select(tag => (tag.Name, span.GetTagItem(tag.Name))));
}
