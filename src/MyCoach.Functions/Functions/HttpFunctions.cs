using Microsoft.Azure.Functions.Worker;

namespace MyCoach.Functions;

/// <summary>
/// One HTTP function per feature; all call the same pipeline. The host tries functions in name order and answers 404
/// itself if none matches route and method. Public, because the source generator skips internal classes.
/// </summary>
public static class HttpFunctions
{
    private const string Get = "get";
    private const string Head = "head";
    private const string Post = "post";
    private const string Put = "put";
    private const string Patch = "patch";
    private const string Delete = "delete";
    private const string Options = "options";

    [Function("Account")]
    public static Task Account(
        [HttpTrigger(AuthorizationLevel.Anonymous, Get, Delete, Options, Route = "api/account/{what?}")]
            HttpRequest request,
        CancellationToken cancelled
    ) => request.AnswerAsync(cancelled);

    [Function("Admin")]
    public static Task Admin(
        [HttpTrigger(AuthorizationLevel.Anonymous, Get, Post, Put, Delete, Options, Route = "api/admin/{*path}")]
            HttpRequest request,
        CancellationToken cancelled
    ) => request.AnswerAsync(cancelled);

    [Function("Agents")]
    public static Task Agents(
        [HttpTrigger(AuthorizationLevel.Anonymous, Get, Put, Delete, Options, Route = "api/agents/{agentId?}")]
            HttpRequest request,
        CancellationToken cancelled
    ) => request.AnswerAsync(cancelled);

    [Function("ApiKeys")]
    public static Task ApiKeys(
        [HttpTrigger(
            AuthorizationLevel.Anonymous,
            Get,
            Put,
            Post,
            Delete,
            Options,
            Route = "api/keys/{provider?}/{action?}"
        )]
            HttpRequest request,
        CancellationToken cancelled
    ) => request.AnswerAsync(cancelled);

    [Function("Billing")]
    public static Task Billing(
        [HttpTrigger(AuthorizationLevel.Anonymous, Get, Put, Post, Delete, Options, Route = "api/billing/{*path}")]
            HttpRequest request,
        CancellationToken cancelled
    ) => request.AnswerAsync(cancelled);

    [Function("Budget")]
    public static Task Budget(
        [HttpTrigger(AuthorizationLevel.Anonymous, Get, Options, Route = "api/budget")] HttpRequest request,
        CancellationToken cancelled
    ) => request.AnswerAsync(cancelled);

    [Function("Conversations")]
    public static Task Conversations(
        [HttpTrigger(AuthorizationLevel.Anonymous, Delete, Options, Route = "api/conversations/{id}")]
            HttpRequest request,
        CancellationToken cancelled
    ) => request.AnswerAsync(cancelled);

    [Function("Docs")]
    public static Task Docs(
        [HttpTrigger(AuthorizationLevel.Anonymous, Get, Options, Route = "api/docs/{*path}")] HttpRequest request,
        CancellationToken cancelled
    ) => request.AnswerAsync(cancelled);

    [Function("Gateway")]
    public static Task Gateway(
        [HttpTrigger(
            AuthorizationLevel.Anonymous,
            Get,
            Post,
            Delete,
            Put,
            Patch,
            Head,
            Options,
            Route = "api/gateway/{*path}"
        )]
            HttpRequest request,
        CancellationToken cancelled
    ) => request.AnswerAsync(cancelled);

    [Function("Health")]
    public static Task Health(
        [HttpTrigger(AuthorizationLevel.Anonymous, Get, Options, Route = "api/health")] HttpRequest request,
        CancellationToken cancelled
    ) => request.AnswerAsync(cancelled);

    [Function("Models")]
    public static Task Models(
        [HttpTrigger(AuthorizationLevel.Anonymous, Get, Options, Route = "api/models")] HttpRequest request,
        CancellationToken cancelled
    ) => request.AnswerAsync(cancelled);

    [Function("OpenApi")]
    public static Task OpenApi(
        [HttpTrigger(AuthorizationLevel.Anonymous, Get, Options, Route = "api/openapi.json")] HttpRequest request,
        CancellationToken cancelled
    ) => request.AnswerAsync(cancelled);

    [Function("Settings")]
    public static Task Settings(
        [HttpTrigger(AuthorizationLevel.Anonymous, Get, Patch, Options, Route = "api/settings")] HttpRequest request,
        CancellationToken cancelled
    ) => request.AnswerAsync(cancelled);

    [Function("Tokens")]
    public static Task Tokens(
        [HttpTrigger(
            AuthorizationLevel.Anonymous,
            Get,
            Post,
            Patch,
            Delete,
            Options,
            Route = "api/tokens/{tokenId?}/{action?}"
        )]
            HttpRequest request,
        CancellationToken cancelled
    ) => request.AnswerAsync(cancelled);

    [Function("Usage")]
    public static Task Usage(
        [HttpTrigger(AuthorizationLevel.Anonymous, Get, Post, Delete, Options, Route = "api/usage/{id?}")]
            HttpRequest request,
        CancellationToken cancelled
    ) => request.AnswerAsync(cancelled);

    // Takes what no other function does, so its name must be the last.
    [Function("Web")]
    public static Task Web(
        [HttpTrigger(AuthorizationLevel.Anonymous, Get, Head, Route = "{*path}")] HttpRequest request,
        CancellationToken cancelled
    ) => request.AnswerAsync(cancelled);
}
