using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using MyCoach.Dev;

namespace MyCoach.Bench;

/// <summary>
/// A proxy in front of Azurite that answers repeated requests from memory. It takes the same short time for every answer of the same length, which
/// leaves the program's own time to measure.
/// </summary>
internal sealed class RememberingStorage : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly HttpClient azurite;
    private readonly ConcurrentDictionary<string, Answer> answers = new(StringComparer.Ordinal);

    private RememberingStorage(WebApplication app, HttpClient azurite)
    {
        this.app = app;
        this.azurite = azurite;
    }

    private sealed record Answer(int Status, string? ContentType, byte[] Body);

    public string ConnectionString => Azurite.ConnectionStringFor(new Uri(app.Urls.First()).Port);

    /// <summary>The number of requests.</summary>
    public int Requests { get; private set; }

    /// <summary>The total length of the response bodies.</summary>
    public long Bytes { get; private set; }

    public static async Task<RememberingStorage> StartAsync(int azuritePort)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var storage = new RememberingStorage(app, new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{azuritePort}") });
        app.Run(storage.AnswerAsync);
        await app.StartAsync();
        return storage;
    }

    public void ResetCounts() => (Requests, Bytes) = (0, 0);

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        azurite.Dispose();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        if (!answers.TryGetValue(context.Request.Method + target, out var answer))
        {
            answer = await AskAsync(context.Request, target);
            answers[context.Request.Method + target] = answer;
        }
        (Requests, Bytes) = (Requests + 1, Bytes + answer.Body.Length);
        context.Response.StatusCode = answer.Status;
        context.Response.ContentType = answer.ContentType;
        context.Response.ContentLength = answer.Body.Length;
        await context.Response.Body.WriteAsync(answer.Body);
    }

    // Does not copy continuation headers, because summaries fit one page of the table service.
    private async Task<Answer> AskAsync(HttpRequest asked, string target)
    {
        using var body = new MemoryStream();
        await asked.Body.CopyToAsync(body);
        using var request = new HttpRequestMessage(
            new HttpMethod(asked.Method),
            new Uri(azurite.BaseAddress + target.TrimStart('/'), new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true })
        )
        {
            Content = body.Length > 0 ? new ByteArrayContent(body.ToArray()) : null,
        };
        foreach (var (name, values) in asked.Headers.Where(header => header.Key is not "Host" and not "Content-Length"))
        {
            _ =
                request.Headers.TryAddWithoutValidation(name, values.ToArray())
                || request.Content?.Headers.TryAddWithoutValidation(name, values.ToArray()) == true;
        }
        using var answer = await azurite.SendAsync(request);
        return new Answer((int)answer.StatusCode, answer.Content.Headers.ContentType?.ToString(), await answer.Content.ReadAsByteArrayAsync());
    }
}
