using System.Net;
using Microsoft.Extensions.DependencyInjection;
using MyCoach.Dev.Emulator;
using MyCoach.Tests.Support;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace MyCoach.Tests.Hosting;

/// <summary>What leaves the program for a collector, and what never does.</summary>
public sealed class TelemetryExportTests(LocalParts parts)
{
    private const string User = "bea-whom-no-telemetry-names";
    private const string Prompt = "another-prompt-that-no-one-else-may-read";
    private const string Key = "sk-proj-another-key-that-no-one-may-see";
    private const string FunctionKey = "a-functions-key-that-no-one-may-see";
    private const string Pasted = "a-key-in-the-wrong-place";
    private const string Chat = "/api/gateway/openai/v1/chat/completions";

    [Fact]
    public async Task Spans_and_metrics_arrive_soon_and_hold_no_secret()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        await using var app = await TestApp.StartAsync(
            parts,
            [
                $"OTEL_EXPORTER_OTLP_ENDPOINT={receiver.Address}",
                "OTEL_EXPORTER_OTLP_HEADERS=x-key=collectors",
                "OTEL_METRIC_EXPORT_INTERVAL=200",
            ]
        );
        using var bea = app.As(User);
        await CallAsync(bea);
        (await bea.GetAsync($"/api/keys/{Pasted}?access_token={FunctionKey}")).Is(HttpStatusCode.BadRequest);
        (await bea.GetAsync($"/api/{Pasted}?code={FunctionKey}")).Is(HttpStatusCode.NotFound);

        var spans = await receiver.UntilAsync("POST /v1/traces", "chat gpt-4o");
        var metrics = await receiver.UntilAsync("POST /v1/metrics", "gen_ai.client.token.usage");
        await receiver.UntilAsync("POST /v1/traces", Chat);
        await receiver.UntilAsync("POST /v1/traces", "/api/keys/{provider}");
        // A metric may be exported before the next one is recorded.
        foreach (
            var name in new[] { "mycoach.cost", "gen_ai.client.operation.duration", "http.server.request.duration" }
        )
        {
            await receiver.UntilAsync("POST /v1/metrics", name);
        }

        Assert.All(
            [spans, metrics],
            export => Assert.Equal(("application/x-protobuf", "collectors"), (export.ContentType, export.Key))
        );
        Assert.All(
            ["gen_ai.usage.output_tokens", "mycoach.cost.usd", "gen_ai.conversation.id"],
            name => Assert.Contains(name, spans.Text, StringComparison.Ordinal)
        );
        Assert.Contains("mycoach", spans.Text, StringComparison.Ordinal);

        var token = bea.Http.DefaultRequestHeaders.Authorization!.Parameter!;
        string[] secrets =
        [
            Prompt,
            Key,
            token,
            User,
            FunctionKey,
            Pasted,
            TestApp.DataKey,
            "url.query",
            "url.path",
            "enduser",
        ];
        foreach (var export in receiver.Exports)
        {
            Assert.All(secrets, secret => Assert.DoesNotContain(secret, export.Text, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task A_signal_can_be_exported_alone_to_its_own_address()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        await using var app = await TestApp.StartAsync(
            parts,
            [
                $"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT={receiver.Address}own/path",
                "OTEL_EXPORTER_OTLP_TRACES_HEADERS=x-key=own",
                "OTEL_SERVICE_NAME=a-name",
            ]
        );
        using var bea = app.As(User);
        await CallAsync(bea);

        Assert.Equal("own", (await receiver.UntilAsync("POST /own/path", "chat gpt-4o")).Key);
        await receiver.UntilAsync("POST /own/path", "a-name");
        Assert.All(receiver.Exports, export => Assert.Equal("POST /own/path", export.Path));
        Assert.Null(app.Services.GetService<MeterProvider>());
    }

    [Fact]
    public async Task A_killed_process_has_exported_its_recent_log_lines()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        await using var emulator = await ProviderEmulator.StartAsync(
            cancellation: TestContext.Current.CancellationToken
        );
        await using var app = await KillableApp.StartAsync(
            parts,
            emulator,
            environment:
            [
                ("OTEL_EXPORTER_OTLP_LOGS_ENDPOINT", $"{receiver.Address}v1/logs"),
                ("Logging__LogLevel__Default", "Trace"),
            ]
        );
        using var bea = app.As(User);
        await CallAsync(bea);
        (await bea.GetAsync($"/api/keys/{Pasted}?access_token={FunctionKey}")).Is(HttpStatusCode.BadRequest);
        emulator.Knobs.FailNext(1, 401);
        await bea.PostAsync(
            Chat,
            new { model = "gpt-4o", messages = new[] { new { role = "user", content = Prompt } } }
        );

        await receiver.UntilAsync("POST /v1/logs", "Now listening on");
        await receiver.UntilAsync("POST /v1/logs", "A call has shown that an openai key is Invalid");
        await app.KillAsync();
        var token = bea.Http.DefaultRequestHeaders.Authorization!.Parameter!;
        foreach (var export in receiver.Exports)
        {
            Assert.Equal("POST /v1/logs", export.Path);
            Assert.All(
                [Prompt, Key, token, User, FunctionKey, Pasted, TestApp.DataKey],
                secret => Assert.DoesNotContain(secret, export.Text)
            );
        }
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task Application_Insights_gets_only_what_the_host_does_not_send(bool isUnderHost, bool withCollector)
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        await using var app = await TestApp.StartAsync(
            parts,
            [
                $"APPLICATIONINSIGHTS_CONNECTION_STRING=InstrumentationKey={Guid.NewGuid()};IngestionEndpoint={receiver.Address}",
                .. isUnderHost ? (string[])[TestApp.UnderHost] : [],
                .. withCollector ? (string[])[$"OTEL_EXPORTER_OTLP_ENDPOINT={receiver.Address}"] : [],
            ]
        );
        using var bea = app.As(User);
        await CallAsync(bea);
        await app.WhileTimePassesAsync(
            receiver.UntilAsync($"POST {OtlpReceiver.Insights}", "gen_ai.usage.output_tokens")
        );
        // The exporter by itself would keep its metrics for a minute, which is longer than is waited here.
        await app.WhileTimePassesAsync(receiver.UntilAsync($"POST {OtlpReceiver.Insights}", "mycoach.cost"));

        Assert.Equal(
            !isUnderHost,
            receiver.Exports.Any(export => export.Text.Contains("RequestData", StringComparison.Ordinal))
        );
        var token = bea.Http.DefaultRequestHeaders.Authorization!.Parameter!;
        foreach (var export in receiver.Exports)
        {
            Assert.All(
                [Prompt, Key, token, User, FunctionKey, TestApp.DataKey],
                secret => Assert.DoesNotContain(secret, export.Text)
            );
        }
    }

    [Fact]
    public async Task Without_an_endpoint_there_is_nothing_of_OpenTelemetry()
    {
        IServiceCollection? services = null;
        await using var app = await TestApp.StartAsync(parts, configure: builder => services = builder.Services);

        Assert.Null(app.Services.GetService<TracerProvider>());
        Assert.DoesNotContain(
            services!,
            service => service.ServiceType.Namespace?.StartsWith("OpenTelemetry", StringComparison.Ordinal) == true
        );
    }

    [Fact]
    public async Task An_unavailable_collector_delays_no_call()
    {
        await using var app = await TestApp.StartAsync(parts, ["OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:9"]);
        using var bea = app.As(User);

        await CallAsync(bea);
    }

    private static async Task CallAsync(ApiClient bea)
    {
        (await bea.PutAsync("/api/keys/openai", new { apiKey = Key })).Is(HttpStatusCode.Created);
        var body = new { model = "gpt-4o", messages = new[] { new { role = "user", content = Prompt } } };
        (string, string)[] headers =
        [
            ("X-MyCoach-Conversation", "talk"),
            ("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00"),
        ];
        (await bea.SendAsync(HttpMethod.Post, $"{Chat}?code={FunctionKey}", body, headers: headers)).Is(
            HttpStatusCode.OK
        );
    }
}
