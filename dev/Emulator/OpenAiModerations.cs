using System.Text.Json.Nodes;

namespace MyCoach.Dev.Emulator;

/// <summary>POST /v1/moderations, which is free. It never flags anything.</summary>
internal static class OpenAiModerations
{
    private const string DefaultModel = "omni-moderation-latest";

    private static readonly string[] Categories =
    [
        "harassment",
        "harassment/threatening",
        "hate",
        "hate/threatening",
        "illicit",
        "illicit/violent",
        "self-harm",
        "self-harm/intent",
        "self-harm/instructions",
        "sexual",
        "sexual/minors",
        "violence",
        "violence/graphic",
    ];

    public static async Task<Refusal?> CreateAsync(HttpContext http, KeyVerdict key)
    {
        if (await RequestBody.TryReadAsync(http.Request) is not { } body)
            return OpenAiDialect.BadJson;
        var model = body.Text("model") ?? DefaultModel;
        if (!model.StartsWith("omni-moderation-", StringComparison.Ordinal) && !model.StartsWith("text-moderation-", StringComparison.Ordinal))
            return OpenAiDialect.NoSuchModel(model);
        if (Inputs(body["input"]) is not (> 0 and var inputs))
            return OpenAiDialect.Missing("input");

        var answer = new JsonObject
        {
            ["id"] = WireId.New("modr-"),
            ["model"] = model,
            ["results"] = new JsonArray([.. Enumerable.Range(0, inputs).Select(_ => Result())]),
        };
        await WireJson.WriteAsync(http, StatusCodes.Status200OK, answer);
        return null;
    }

    // Each text gets its own result. Objects are the parts of one message, which gets a single result.
    private static int Inputs(JsonNode? input) =>
        input switch
        {
            JsonArray { Count: > 0 } parts when parts[0] is JsonObject => 1,
            JsonArray texts => texts.Count,
            JsonValue => 1,
            _ => 0,
        };

    private static JsonObject Result() =>
        new()
        {
            ["flagged"] = false,
            ["categories"] = ForEachCategory(() => false),
            ["category_scores"] = ForEachCategory(() => 0.000001),
            ["category_applied_input_types"] = ForEachCategory(() => new JsonArray("text")),
        };

    private static JsonObject ForEachCategory(Func<JsonNode> value) =>
        new(Categories.Select(name => KeyValuePair.Create<string, JsonNode?>(name, value())));
}
