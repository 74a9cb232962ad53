using System.Text.Json.Nodes;
using MyCoach.Dev.Emulator.Billing;

namespace MyCoach.Dev.Emulator;

internal sealed class OpenAiApi(PromptCache cache, EmulatorKnobs knobs, BillingBook billing, TimeProvider clock)
{
    private readonly OpenAiStoredResponses stored = new();

    public void Map(IEndpointRouteBuilder routes, ProviderDoor door)
    {
        routes.MapGet("/v1/models", door.Open(ListModelsAsync));
        routes.MapGet("/v1/models/{id}", door.Open(ShowModelAsync));
        routes.MapPost("/v1/chat/completions", door.Open(CompleteChatAsync));
        routes.MapPost("/v1/responses", door.Open(RespondAsync));
        routes.MapPost("/v1/responses/compact", door.Open(CompactAsync));
        routes.MapPost("/v1/responses/input_tokens", door.Open(CountInputAsync));
        routes.MapPost("/v1/completions", door.Open(CompleteTextAsync));
        routes.MapGet("/v1/responses/{id}", door.Open(stored.ShowAsync));
        routes.MapDelete("/v1/responses/{id}", door.Open(stored.DeleteAsync));
        routes.MapGet("/v1/responses/{id}/input_items", door.Open(stored.ListInputAsync));
        routes.MapPost("/v1/moderations", door.Open(OpenAiModerations.CreateAsync));
        routes.MapPost("/v1/embeddings", door.Open((http, key) => OpenAiEmbeddings.CreateAsync(http, key, billing)));
        routes.Map("/{**path}", door.Open(RefusePath));
    }

    public static Refusal? ValidateModel(RequestBody body)
    {
        if (body.Text("model") is not { } model)
            return OpenAiDialect.NoModel;
        return EmulatedModels.OpenAi.Serves(model) ? null : OpenAiDialect.NoSuchModel(model);
    }

    public static Refusal? ValidateLimit(RequestBody body, string name) =>
        body.Whole(name) is < 1 and var limit ? OpenAiDialect.TooSmall(name, limit) : null;

    private static async Task<Refusal?> ListModelsAsync(HttpContext http, KeyVerdict key)
    {
        if (!key.MayListModels)
            return OpenAiDialect.ModelsForbidden;
        var list = new JsonObject
        {
            ["object"] = "list",
            ["data"] = new JsonArray([.. EmulatedModels.OpenAi.Listed.Select(model => Describe(model, model.Id))]),
        };
        await WireJson.WriteAsync(http, StatusCodes.Status200OK, list);
        return null;
    }

    private static async Task<Refusal?> ShowModelAsync(HttpContext http, KeyVerdict key)
    {
        if (!key.MayListModels)
            return OpenAiDialect.ModelsForbidden;
        var id = (string)http.Request.RouteValues["id"]!;
        if (EmulatedModels.OpenAi.Find(id) is not { } model)
            return OpenAiDialect.NoSuchModel(id);
        await WireJson.WriteAsync(http, StatusCodes.Status200OK, Describe(model, id));
        return null;
    }

    private async Task<Refusal?> CompleteChatAsync(HttpContext http, KeyVerdict key)
    {
        if (await RequestBody.TryReadAsync(http.Request) is not { } body)
            return OpenAiDialect.BadJson;
        var limitName = body.Has("max_completion_tokens") ? "max_completion_tokens" : "max_tokens";
        if (Validate(body, limitName, body.Items("messages") is { Count: > 0 } ? null : "messages") is { } refusal)
            return refusal;
        if (!key.HasCredit)
            return OpenAiDialect.NoCredit;

        var request = AnswerRequest.OfChat(body, limitName);
        if (request.MissingTool is { } missing)
            return OpenAiDialect.NoSuchTool(missing);
        var (model, prompt) = (EmulatedModels.OpenAi.Resolve(body.Text("model")!), Prompt.OfChat(body));
        var answer = EmulatedAnswer.To(prompt, request);
        var usage = cache.Account(key, model, prompt, answer);
        billing.Record(key, model, usage, ServiceTier(body));
        var completion = new OpenAiCompletion(model, ServiceTier(body), clock.GetUtcNow(), answer, usage);
        if (body.Flag("stream"))
            await EventStream.WriteAsync(http, completion.Events(WantsUsage(body)), knobs, clock);
        else
            await WireJson.WriteAsync(http, StatusCodes.Status200OK, completion.Whole());
        return null;
    }

    private async Task<Refusal?> RespondAsync(HttpContext http, KeyVerdict key)
    {
        if (await RequestBody.TryReadAsync(http.Request) is not { } body)
            return OpenAiDialect.BadJson;
        var hasInput = body.Text("input") is not null || body.Items("input") is { Count: > 0 };
        if (Validate(body, "max_output_tokens", hasInput ? null : "input") is { } refusal)
            return refusal;
        if (!key.HasCredit)
            return OpenAiDialect.NoCredit;

        var request = AnswerRequest.OfResponses(body);
        if (request.MissingTool is { } missing)
            return OpenAiDialect.NoSuchTool(missing);
        body = stored.Resolve(key, body);
        var (model, prompt) = (EmulatedModels.OpenAi.Resolve(body.Text("model")!), Prompt.OfResponses(body));
        var answer = EmulatedAnswer.To(prompt, request);
        var usage = cache.Account(key, model, prompt, answer);
        billing.Record(key, model, usage, ServiceTier(body), searchesWeb: answer.WebQuery is not null);
        var response = new OpenAiResponse(model, ServiceTier(body), clock.GetUtcNow(), body, answer, usage);
        // Store before sending, so that a client that loses the connection can fetch the response.
        if (response.IsStored)
            stored.Keep(key, response, body);
        if (body.Flag("stream"))
            await EventStream.WriteAsync(http, response.Events(), knobs, clock);
        else
            await WireJson.WriteAsync(http, StatusCodes.Status200OK, response.Whole());
        return null;
    }

    private async Task<Refusal?> CompactAsync(HttpContext http, KeyVerdict key)
    {
        var (body, refusal) = await ReadInputAsync(http);
        if (body is null)
            return refusal;
        if (!key.HasCredit)
            return OpenAiDialect.NoCredit;

        var (model, prompt) = (EmulatedModels.OpenAi.Resolve(body.Text("model")!), Prompt.OfResponses(body));
        var answer = EmulatedAnswer.To(prompt, AnswerRequest.OfText(limit: null));
        var usage = cache.Account(key, model, prompt, answer);
        billing.Record(key, model, usage);
        var compaction = new OpenAiCompaction(clock.GetUtcNow(), answer, usage).Whole();
        await WireJson.WriteAsync(http, StatusCodes.Status200OK, compaction);
        return null;
    }

    private static async Task<Refusal?> CountInputAsync(HttpContext http, KeyVerdict key)
    {
        var (body, refusal) = await ReadInputAsync(http);
        if (body is null)
            return refusal;
        var count = new JsonObject
        {
            ["object"] = "response.input_tokens",
            ["input_tokens"] = Prompt.OfResponses(body).Tokens,
        };
        await WireJson.WriteAsync(http, StatusCodes.Status200OK, count);
        return null;
    }

    private async Task<Refusal?> CompleteTextAsync(HttpContext http, KeyVerdict key)
    {
        if (await RequestBody.TryReadAsync(http.Request) is not { } body)
            return OpenAiDialect.BadJson;
        if (ValidateModel(body) is { } refusal)
            return refusal;
        if (!key.HasCredit)
            return OpenAiDialect.NoCredit;

        var model = EmulatedModels.OpenAi.Resolve(body.Text("model")!);
        var completion = new OpenAiTextCompletion(body, model, clock.GetUtcNow());
        billing.Record(key, model, completion.Billed);
        if (body.Flag("stream"))
            await EventStream.WriteAsync(http, completion.Events(WantsUsage(body)), knobs, clock);
        else
            await WireJson.WriteAsync(http, StatusCodes.Status200OK, completion.Whole());
        return null;
    }

    private static async Task<(RequestBody? Body, Refusal? Refusal)> ReadInputAsync(HttpContext http)
    {
        if (await RequestBody.TryReadAsync(http.Request) is not { } body)
            return (null, OpenAiDialect.BadJson);
        return ValidateModel(body) is { } refusal ? (null, refusal) : (body, null);
    }

    private static Task<Refusal?> RefusePath(HttpContext http, KeyVerdict key) =>
        Task.FromResult<Refusal?>(OpenAiDialect.NoSuchPath(http.Request, $"/{http.Request.RouteValues["path"]}"));

    private static Refusal? Validate(RequestBody body, string limitName, string? missing) =>
        ValidateModel(body)
        ?? (missing is null ? null : OpenAiDialect.Missing(missing))
        ?? ValidateLimit(body, limitName);

    private static bool WantsUsage(RequestBody body) =>
        body["stream_options"] is JsonObject options && new RequestBody(options).Flag("include_usage");

    // For "auto", the response names the tier that was used, which determines the price.
    private static string ServiceTier(RequestBody body) =>
        body.Text("service_tier") is { } tier and not "auto" ? tier : "default";

    private static JsonObject Describe(EmulatedModel model, string id) =>
        new()
        {
            ["id"] = id,
            ["object"] = "model",
            ["created"] = model.Released.ToUnixTimeSeconds(),
            ["owned_by"] = "system",
            ["shutdown_date"] = model.ShutdownDate,
        };
}
