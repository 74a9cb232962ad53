using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using MyCoach.Functions;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Functions;

/// <summary>A failed or cancelled pipeline must not reach the worker, which would answer with an empty body.</summary>
public sealed class FunctionPipelineTests : IDisposable
{
    private readonly LogRecorder logs = new();

    public void Dispose() => logs.Dispose();

    [Fact]
    public async Task An_exception_that_leaves_the_pipeline_is_a_500_of_ours()
    {
        var context = Context();

        await RunAsync(_ => throw new InvalidOperationException("hunter2"), context);

        Assert.Equal((int)HttpStatusCode.InternalServerError, context.Response.StatusCode);
        Assert.StartsWith("application/problem+json", context.Response.ContentType, StringComparison.Ordinal);
        var text = await ReadAsync(context);
        Assert.Equal("internal", (string?)JsonNode.Parse(text)!["code"]);
        Assert.DoesNotContain("hunter2", text, StringComparison.Ordinal);
        await logs.SaysAsync("Error", "hunter2");
    }

    [Fact]
    public async Task An_exception_after_the_answer_began_breaks_the_connection()
    {
        var (context, lifetime) = (Context(), new Lifetime());
        context.Features.Set<IHttpRequestLifetimeFeature>(lifetime);
        context.Features.Set<IHttpResponseFeature>(new StartedResponse());

        await RunAsync(_ => throw new InvalidOperationException("hunter2"), context);

        Assert.True(lifetime.IsAborted);
        await logs.SaysAsync("Error", "hunter2");
    }

    [Fact]
    public async Task A_cancelled_invocation_counts_as_a_client_disconnect()
    {
        using var cancelled = new CancellationTokenSource();
        var (context, lifetime) = (Context(), new Lifetime());
        context.Features.Set<IHttpRequestLifetimeFeature>(lifetime);

        await RunAsync(
            async running =>
            {
                await cancelled.CancelAsync();
                running.RequestAborted.ThrowIfCancellationRequested();
                Assert.Fail("The request went on.");
            },
            context,
            cancelled.Token
        );

        Assert.True(lifetime.IsAborted);
        Assert.Empty(logs.Lines);
    }

    [Fact]
    public async Task Routing_begins_anew_behind_the_function()
    {
        var context = Context();
        context.SetEndpoint(new Endpoint(null, EndpointMetadataCollection.Empty, "the function"));
        context.Request.RouteValues["path"] = "its own";

        await RunAsync(
            running =>
            {
                Assert.Null(running.GetEndpoint());
                Assert.Empty(running.Request.RouteValues);
                return Task.CompletedTask;
            },
            context
        );
    }

    private async Task RunAsync(RequestDelegate run, HttpContext context, CancellationToken? cancelled = null)
    {
        using var loggers = LoggerFactory.Create(logging => logging.AddProvider(logs));
        await new FunctionPipeline(run, loggers.CreateLogger<FunctionPipeline>()).RunAsync(
            context,
            cancelled ?? TestContext.Current.CancellationToken
        );
    }

    private static DefaultHttpContext Context() =>
        new()
        {
            RequestServices = new ServiceCollection().AddLogging().BuildServiceProvider(),
            Response = { Body = new MemoryStream() },
        };

    private static async Task<string> ReadAsync(HttpContext context)
    {
        context.Response.Body.Position = 0;
        using var reader = new StreamReader(context.Response.Body);
        return await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
    }

    private sealed class Lifetime : IHttpRequestLifetimeFeature
    {
        public bool IsAborted => RequestAborted.IsCancellationRequested;

        public CancellationToken RequestAborted { get; set; }

        public void Abort() => RequestAborted = new CancellationToken(canceled: true);
    }

    private sealed class StartedResponse : HttpResponseFeature
    {
        public override bool HasStarted => true;
    }
}
