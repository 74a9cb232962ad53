using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using MyCoach.Dev;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Hosting;

public sealed partial class HostEnvironmentTests
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task Health_checks_the_storage_at_most_every_ten_seconds()
    {
        await using var storage = await CountingStorage.StartAsync();
        await using var app = await TestApp.StartAsync(parts, [$"Storage:ConnectionString={storage.ConnectionString}"]);
        var anonymous = app.Anonymous();

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => anonymous.GetAsync("/api/health")));
        Assert.All(answers, answer => answer.Is(HttpStatusCode.OK));
        Assert.Equal(1, storage.Questions);

        app.Clock.Advance(Period - TimeSpan.FromMilliseconds(1));
        storage.IsAway = true;
        (await anonymous.GetAsync("/api/health")).Is(HttpStatusCode.OK);
        Assert.Equal(1, storage.Questions);

        app.Clock.Advance(TimeSpan.FromMilliseconds(1));
        (await anonymous.GetAsync("/api/health")).Is(HttpStatusCode.ServiceUnavailable);
        var asked = storage.Questions;
        storage.IsAway = false;
        (await anonymous.GetAsync("/api/health")).Is(HttpStatusCode.ServiceUnavailable);
        Assert.Equal(asked, storage.Questions);

        app.Clock.Advance(Period);
        (await anonymous.GetAsync("/api/health")).Is(HttpStatusCode.OK);
        Assert.Equal(asked + 1, storage.Questions);
    }

    [Fact]
    public async Task Health_is_503_without_details_if_storage_is_unreachable()
    {
        await using var app = await StartWithoutStorageAsync();
        var answer = (await app.Anonymous().GetAsync("/api/health")).Is(HttpStatusCode.ServiceUnavailable);

        Assert.Equal("""{"status":"unavailable","storage":"unavailable","encryption":"ok"}""", answer.Text);
    }

    [Fact]
    public async Task Health_does_not_wait_for_a_storage_that_never_answers()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var connection = Azurite.ConnectionStringFor(((IPEndPoint)silent.LocalEndpoint).Port);
        await using var app = await TestApp.StartAsync(parts, [$"Storage:ConnectionString={connection}"]);

        var answer = await app.WhileTimePassesAsync(app.Anonymous().GetAsync("/api/health"));

        answer.Is(HttpStatusCode.ServiceUnavailable);
        Assert.InRange(app.Clock.GetUtcNow() - TestApp.Noon, TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(30));
    }

    [Theory]
    [InlineData("GET", "/api/keys")]
    [InlineData("GET", "/api/keys/openai")]
    [InlineData("PUT", "/api/keys/openai", """{"apiKey":"sk-good-key-0001"}""")]
    [InlineData("POST", "/api/keys/openai/validate")]
    [InlineData("DELETE", "/api/keys/openai")]
    [InlineData("GET", "/api/models")]
    [InlineData("GET", "/api/settings")]
    [InlineData("PATCH", "/api/settings", """{"monthlyBudgetCents":1}""")]
    [InlineData("GET", "/api/agents")]
    [InlineData("PUT", "/api/agents/coach", """{"name":"Coach"}""")]
    [InlineData("DELETE", "/api/agents/coach")]
    [InlineData(
        "POST",
        "/api/usage",
        """{"id":"a","provider":"openai","model":"gpt-4o","inputTokens":1,"outputTokens":1}"""
    )]
    [InlineData("GET", "/api/usage")]
    [InlineData("GET", "/api/usage/202611-a")]
    [InlineData("GET", "/api/usage/summary")]
    [InlineData("GET", "/api/budget")]
    public async Task Without_storage_every_endpoint_is_503_without_details(
        string method,
        string path,
        string? body = null
    )
    {
        await using var app = await StartWithoutStorageAsync();
        var answer = await app.As("ann").SendAsync(new HttpMethod(method), path, body);

        answer.IsProblem(503, "storage_unavailable");
        Assert.InRange(answer.Headers.RetryAfter?.Delta ?? default, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));
        foreach (
            var inside in (string[])
                ["127.0.0.1", "devstore", "Azure", "Exception", "Connection", " at ", app.TablePrefix]
        )
        {
            Assert.DoesNotContain(inside, answer.Text, StringComparison.OrdinalIgnoreCase);
        }
        Assert.DoesNotContain(app.Logs.Lines, line => line.StartsWith("Error ", StringComparison.Ordinal));
        Assert.DoesNotContain(app.Logs.Lines, line => line.Contains("sk-good-key-0001", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_storage_the_program_starts_and_describes_itself()
    {
        await using var app = await StartWithoutStorageAsync();

        (await app.Anonymous().GetAsync("/api/openapi.json")).Is(HttpStatusCode.OK);
        (await app.Anonymous().GetAsync("/api/settings")).IsProblem(401, "unauthenticated");
        (await app.As("ann").PutAsync("/api/agents/coach", "{}")).IsProblem(503, "storage_unavailable");
    }

    private Task<TestApp> StartWithoutStorageAsync() =>
        TestApp.StartAsync(parts, [$"Storage:ConnectionString={Azurite.ConnectionStringFor(LocalPort.Closed)}"]);

    /// <summary>
    /// A table service in which every table exists and is empty, and which counts the rows it was asked for.
    /// </summary>
    private sealed class CountingStorage : IAsyncDisposable
    {
        private readonly WebApplication app;
        private int questions;

        private CountingStorage(WebApplication app) => this.app = app;

        public bool IsAway { get; set; }
        public int Questions => questions;
        public string ConnectionString => Azurite.ConnectionStringFor(new Uri(app.Urls.Single()).Port);

        public static async Task<CountingStorage> StartAsync()
        {
            var builder = WebApplication.CreateSlimBuilder(["--urls=http://127.0.0.1:0"]);
            builder.Logging.ClearProviders();
            var storage = new CountingStorage(builder.Build());
            storage.app.Run(storage.AnswerAsync);
            await storage.app.StartAsync(TestContext.Current.CancellationToken);
            return storage;
        }

        public ValueTask DisposeAsync() => app.DisposeAsync();

        private Task AnswerAsync(HttpContext context)
        {
            var creates = context.Request.Method == "POST";
            if (!creates)
            {
                Interlocked.Increment(ref questions);
            }
            context.Response.StatusCode =
                IsAway ? 503
                : creates ? 409
                : 404;
            context.Response.ContentType = "application/json";
            var code = creates ? "TableAlreadyExists" : "ResourceNotFound";
            return context.Response.WriteAsync(
                $$"""{"odata.error":{"code":"{{code}}","message":{"lang":"en-US","value":"-" } } }"""
            );
        }
    }
}
