using System.Globalization;
using System.Text.Json.Nodes;
using MyCoach.Dev.Emulator.Billing;

namespace MyCoach.Dev.Emulator;

internal sealed class AnthropicApi(PromptCache cache, EmulatorKnobs knobs, BillingBook billing, TimeProvider clock)
{
    private const int DefaultLimit = 20;
    private const int MaxLimit = 1000;

    public void Map(IEndpointRouteBuilder routes, ProviderDoor door)
    {
        routes.MapGet("/v1/models", door.Open(ListModelsAsync));
        routes.MapGet("/v1/models/{id}", door.Open(ShowModelAsync));
        routes.MapPost("/v1/messages", door.Open(CreateMessageAsync));
        routes.MapPost("/v1/messages/count_tokens", door.Open(CountTokensAsync));
        routes.Map("/{**path}", door.Open((_, _) => Task.FromResult<Refusal?>(AnthropicDialect.NotFound("Not found"))));
    }

    private static async Task<Refusal?> ListModelsAsync(HttpContext http, KeyVerdict key)
    {
        if (!key.MayListModels)
            return AnthropicDialect.Forbidden;
        var query = http.Request.Query;
        var limit = DefaultLimit;
        if (
            query.TryGetValue("limit", out var requested)
            && !(int.TryParse(requested, out limit) && limit is >= 1 and <= MaxLimit)
        )
            return AnthropicDialect.Invalid($"limit: Input should be a valid integer from 1 to {MaxLimit}");

        IEnumerable<EmulatedModel> models = EmulatedModels.Anthropic.Listed;
        var isBackwards = query.TryGetValue("before_id", out var before);
        if (isBackwards)
            models = models.TakeWhile(model => model.Id != before).Reverse();
        else if (query.TryGetValue("after_id", out var after))
            models = models.SkipWhile(model => model.Id != after).Skip(1);
        var found = models.Take(limit + 1).ToList();
        var page = found.Take(limit).ToList();
        if (isBackwards)
            page.Reverse();
        var list = new JsonObject
        {
            ["data"] = new JsonArray([.. page.Select(Describe)]),
            ["has_more"] = found.Count > limit,
            ["first_id"] = page.FirstOrDefault()?.Id,
            ["last_id"] = page.LastOrDefault()?.Id,
        };
        await WireJson.WriteAsync(http, StatusCodes.Status200OK, list);
        return null;
    }

    private static async Task<Refusal?> ShowModelAsync(HttpContext http, KeyVerdict key)
    {
        if (!key.MayListModels)
            return AnthropicDialect.Forbidden;
        var id = (string)http.Request.RouteValues["id"]!;
        if (EmulatedModels.Anthropic.Find(id) is not { } model)
            return AnthropicDialect.NoSuchModel(id);
        await WireJson.WriteAsync(http, StatusCodes.Status200OK, Describe(model));
        return null;
    }

    private async Task<Refusal?> CreateMessageAsync(HttpContext http, KeyVerdict key)
    {
        if (await RequestBody.TryReadAsync(http.Request) is not { } body)
            return AnthropicDialect.BadJson;
        if (Validate(body, ["model", "max_tokens", "messages"]) is { } refusal)
            return refusal;
        if (!key.HasCredit)
            return AnthropicDialect.NoCredit;

        var request = AnswerRequest.OfAnthropic(body);
        if (request.MissingTool is { } missing)
            return AnthropicDialect.NoSuchTool(missing);
        var model = EmulatedModels.Anthropic.Resolve(body.Text("model")!);
        var prompt = Prompt.OfAnthropic(body);
        var answer = EmulatedAnswer.To(prompt, request);
        var usage = cache.Account(key, model, prompt, answer);
        billing.Record(
            key,
            model,
            usage,
            searchesWeb: answer.WebQuery is not null,
            geography: body.Text("inference_geo")
        );
        var message = new AnthropicMessage(model, body, answer, usage);
        if (body.Flag("stream"))
            await EventStream.WriteAsync(http, message.Events(), knobs, clock);
        else
            await WireJson.WriteAsync(http, StatusCodes.Status200OK, message.Whole());
        return null;
    }

    private static async Task<Refusal?> CountTokensAsync(HttpContext http, KeyVerdict key)
    {
        if (await RequestBody.TryReadAsync(http.Request) is not { } body)
            return AnthropicDialect.BadJson;
        if (Validate(body, ["model", "messages"]) is { } refusal)
            return refusal;
        var count = new JsonObject { ["input_tokens"] = Prompt.OfAnthropic(body).Tokens };
        await WireJson.WriteAsync(http, StatusCodes.Status200OK, count);
        return null;
    }

    private static Refusal? Validate(RequestBody body, ReadOnlySpan<string> required)
    {
        foreach (var name in required)
        {
            if (!body.Has(name))
                return AnthropicDialect.Invalid($"{name}: Field required");
        }
        if (body.Text("model") is not { } model)
            return AnthropicDialect.Invalid("model: Input should be a valid string");
        if (body.Items("messages") is not { } messages)
            return AnthropicDialect.Invalid("messages: Input should be a valid list");
        if (messages.Count == 0)
            return AnthropicDialect.Invalid("messages: at least one message is required");
        if (required.Contains("max_tokens") && body.Whole("max_tokens") is not >= 1)
            return AnthropicDialect.Invalid("max_tokens: Input should be a valid integer greater than or equal to 1");
        return EmulatedModels.Anthropic.Serves(model) ? null : AnthropicDialect.NoSuchModel(model);
    }

    private static JsonObject Describe(EmulatedModel model) =>
        new()
        {
            ["type"] = "model",
            ["id"] = model.Id,
            ["display_name"] = CultureInfo.InvariantCulture.TextInfo.ToTitleCase(model.Id.Replace('-', ' ')),
            ["created_at"] = model.Released.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
            ["lifecycle"] = "active",
            ["line"] = model.Id.Split('-')[1],
            ["max_input_tokens"] = 1_000_000,
            ["max_tokens"] = 64_000,
            ["deprecated_at"] = null,
            ["retires_at"] = null,
        };
}
