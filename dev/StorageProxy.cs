using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Http.Features;

namespace MyCoach.Dev;

/// <summary>What befalls a storage call on its way.</summary>
public enum StorageFault
{
    None,

    /// <summary>The service says that it is busy (503), and does nothing.</summary>
    Busy,

    /// <summary>The connection breaks before the call arrives.</summary>
    DropBefore,

    /// <summary>The call is done, and the connection breaks before the answer arrives.</summary>
    DropAfter,

    /// <summary>As <see cref="DropAfter"/>, but an answer that refuses the call arrives.</summary>
    DropAfterSuccess,

    /// <summary>The call is done, and the connection breaks in the middle of the answer's body.</summary>
    CutAnswer,

    /// <summary>The service says that a row has changed (412), and does nothing. Only for a call that is conditional.</summary>
    PreconditionFailed,

    /// <summary>The service says that a row is there already (409), and does nothing. Only for a call that inserts.</summary>
    Conflict,
}

/// <summary>A storage call as it passed: <c>$batch</c> in the path is an entity group transaction, whatever the number of its rows.</summary>
public sealed record StorageCall(string Method, string Path)
{
    /// <summary>Made by the client; the same when the SDK itself repeats a call.</summary>
    public string RequestId { get; init; } = "";

    public string Body { get; init; } = "";

    /// <summary>The ETag that a change of a single row depends on.</summary>
    public string IfMatch { get; init; } = "";

    public bool IsTransaction => Path.EndsWith("$batch", StringComparison.Ordinal);

    public bool CreatesTable => Path.EndsWith("/Tables", StringComparison.Ordinal);

    /// <summary>Whether it inserts a row, which may be there already.</summary>
    public bool Inserts => IsTransaction ? Body.Contains("\nPOST http", StringComparison.Ordinal) : Method == "POST" && !CreatesTable;

    /// <summary>Whether it changes a row only if that has a certain ETag.</summary>
    public bool IsConditional =>
        IsTransaction ? Body.Contains("\nIf-Match: W/", StringComparison.OrdinalIgnoreCase) : IfMatch.StartsWith("W/", StringComparison.Ordinal);
}

/// <summary>Stands between the app and Azurite: counts the calls, each of which Azure would bill, and breaks those it is told to.</summary>
public sealed class StorageProxy : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly HttpClient azurite;
    private readonly ConcurrentQueue<StorageCall> calls = new();

    private StorageProxy(WebApplication app, HttpClient azurite)
    {
        this.app = app;
        this.azurite = azurite;
    }

    public int Port => new Uri(app.Urls.Single()).Port;

    public string ConnectionString => Azurite.ConnectionStringFor(Port);

    public IReadOnlyCollection<StorageCall> Calls => calls;

    /// <summary>Decides what befalls each call.</summary>
    public Func<StorageCall, StorageFault> Fault { get; set; } = _ => StorageFault.None;

    /// <summary>What each call waits for before it goes on.</summary>
    public Func<StorageCall, Task> Hold { get; set; } = _ => Task.CompletedTask;

    /// <summary>What each call waits for after it was done, before its answer goes back.</summary>
    public Func<StorageCall, Task> HoldAnswer { get; set; } = _ => Task.CompletedTask;

    public static async Task<StorageProxy> StartAsync(int azuritePort)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var proxy = new StorageProxy(app, new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{azuritePort}") });
        app.Run(proxy.PassAsync);
        await app.StartAsync();
        return proxy;
    }

    public void ClearCalls() => calls.Clear();

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        azurite.Dispose();
    }

    private async Task PassAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var call = new StorageCall(context.Request.Method, context.Request.Path)
        {
            RequestId = context.Request.Headers["x-ms-client-request-id"].ToString(),
            Body = Encoding.UTF8.GetString(body.ToArray()),
            IfMatch = context.Request.Headers.IfMatch.ToString(),
        };
        calls.Enqueue(call);
        await Hold(call);
        var fault = Fault(call);
        switch (fault)
        {
            case StorageFault.Busy:
                context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
                return;
            case StorageFault.DropBefore:
                context.Abort();
                return;
            case StorageFault.PreconditionFailed:
                await StorageRefusal.PreconditionFailed.AnswerAsync(call, context.Response);
                return;
            case StorageFault.Conflict:
                await StorageRefusal.Conflict.AnswerAsync(call, context.Response);
                return;
        }
        using var answer = await ForwardAsync(context, body.ToArray());
        await HoldAnswer(call);
        if (fault == StorageFault.DropAfter || (fault == StorageFault.DropAfterSuccess && !await StorageRefusal.IsInAsync(answer)))
        {
            context.Abort();
            return;
        }
        context.Response.StatusCode = (int)answer.StatusCode;
        foreach (
            var (name, values) in answer
                .Headers.Concat(answer.Content.Headers)
                .Where(header => header.Key is not "Transfer-Encoding" and not "Connection" and not "Keep-Alive")
        )
        {
            context.Response.Headers[name] = values.ToArray();
        }
        if (fault == StorageFault.CutAnswer)
        {
            context.Response.Headers.ContentLength = 100_000;
            await context.Response.WriteAsync("--batch", context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            context.Abort();
            return;
        }
        await answer.Content.CopyToAsync(context.Response.Body);
    }

    // The path as it was sent: a decoded one would break the request's signature.
    private async Task<HttpResponseMessage> ForwardAsync(HttpContext context, byte[] body)
    {
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        using var request = new HttpRequestMessage(
            new HttpMethod(context.Request.Method),
            new Uri(azurite.BaseAddress + target.TrimStart('/'), new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true })
        );
        request.Content = body.Length > 0 || context.Request.ContentType is not null ? new ByteArrayContent(body) : null;
        foreach (
            var (name, values) in context.Request.Headers.Where(header =>
                header.Key is not "Host" and not "Transfer-Encoding" and not "Content-Length"
            )
        )
        {
            if (!request.Headers.TryAddWithoutValidation(name, values.ToArray()))
            {
                request.Content?.Headers.TryAddWithoutValidation(name, values.ToArray());
            }
        }
        return await azurite.SendAsync(request, HttpCompletionOption.ResponseContentRead);
    }
}
