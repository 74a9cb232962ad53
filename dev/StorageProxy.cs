using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Http.Features;

namespace MyCoach.Dev;

/// <summary>A fault that the proxy injects into a storage call.</summary>
public enum StorageFault
{
    None,

    /// <summary>The proxy answers 503 and does not forward the call.</summary>
    Busy,

    /// <summary>The connection breaks before the call reaches the service.</summary>
    DropBefore,

    /// <summary>The service handles the call, and the connection breaks before the answer arrives.</summary>
    DropAfter,

    /// <summary>Like <see cref="DropAfter"/>, but the answer arrives if it is a refusal.</summary>
    DropAfterSuccess,

    /// <summary>The service handles the call, and the connection breaks in the middle of the answer's body.</summary>
    CutAnswer,

    /// <summary>
    /// The proxy answers that a row has changed (412) and does not forward the call. Only for conditional calls.
    /// </summary>
    PreconditionFailed,

    /// <summary>
    /// The proxy answers that a row already exists (409) and does not forward the call. Only for calls that insert.
    /// </summary>
    Conflict,
}

/// <summary>
/// A recorded storage call. A path that ends with <c>$batch</c> is one entity group transaction, whatever its number of
/// rows.
/// </summary>
public sealed record StorageCall(string Method, string Path)
{
    /// <summary>The client's request id. SDK retries of a call have the same id.</summary>
    public string RequestId { get; init; } = "";

    public string Body { get; init; } = "";

    /// <summary>The If-Match header of a change to a single row.</summary>
    public string IfMatch { get; init; } = "";

    /// <summary>The status that the service answered; null until then, and if the call did not reach it.</summary>
    public int? Status { get; internal set; }

    public bool IsTransaction => Path.EndsWith("$batch", StringComparison.Ordinal);

    public bool CreatesTable => Path.EndsWith("/Tables", StringComparison.Ordinal);

    /// <summary>Whether the call inserts a row and so can conflict with an existing row.</summary>
    public bool Inserts =>
        IsTransaction ? Body.Contains("\nPOST http", StringComparison.Ordinal) : Method == "POST" && !CreatesTable;

    /// <summary>Whether the call changes a row only if its ETag matches.</summary>
    public bool IsConditional =>
        IsTransaction
            ? Body.Contains("\nIf-Match: W/", StringComparison.OrdinalIgnoreCase)
            : IfMatch.StartsWith("W/", StringComparison.Ordinal);
}

/// <summary>
/// A proxy between the app and Azurite. It records the calls, each of which Azure would bill, and injects faults.
/// </summary>
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

    /// <summary>Selects the fault for each call.</summary>
    public Func<StorageCall, StorageFault> Fault { get; set; } = _ => StorageFault.None;

    /// <summary>Each call waits for this task before the proxy forwards it.</summary>
    public Func<StorageCall, Task> Hold { get; set; } = _ => Task.CompletedTask;

    /// <summary>Each call waits for this task after the service handled it, before the answer returns.</summary>
    public Func<StorageCall, Task> HoldAnswer { get; set; } = _ => Task.CompletedTask;

    public static async Task<StorageProxy> StartAsync(int azuritePort)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var proxy = new StorageProxy(app, new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{azuritePort}") });
        app.Run(proxy.HandleAsync);
        await app.StartAsync();
        return proxy;
    }

    public void ClearCalls() => calls.Clear();

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        azurite.Dispose();
    }

    private async Task HandleAsync(HttpContext context)
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
        call.Status = (int)answer.StatusCode;
        await HoldAnswer(call);
        if (
            fault == StorageFault.DropAfter
            || (fault == StorageFault.DropAfterSuccess && !await StorageRefusal.IsInAsync(answer))
        )
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
        // Copying nothing into a 204 fails, and then the server closes the connection, on which the next call may be under
        // way.
        if (context.Response.StatusCode != StatusCodes.Status204NoContent)
        {
            await answer.Content.CopyToAsync(context.Response.Body);
        }
    }

    // Forward the raw path: decoding it would invalidate the request's signature.
    private async Task<HttpResponseMessage> ForwardAsync(HttpContext context, byte[] body)
    {
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        using var request = new HttpRequestMessage(
            new HttpMethod(context.Request.Method),
            new Uri(
                azurite.BaseAddress + target.TrimStart('/'),
                new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }
            )
        );
        request.Content =
            body.Length > 0 || context.Request.ContentType is not null ? new ByteArrayContent(body) : null;
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
