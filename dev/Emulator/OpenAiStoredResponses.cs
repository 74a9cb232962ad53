using System.Text.Json.Nodes;

namespace MyCoach.Dev.Emulator;

/// <summary>The latest 1000 stored responses. Only the key that created a response can read or delete it.</summary>
internal sealed class OpenAiStoredResponses
{
    private const int MaxResponses = 1000;
    private const int DefaultLimit = 20;
    private const int MaxLimit = 100;

    private readonly Lock gate = new();
    private readonly OrderedDictionary<(string Key, string Id), StoredResponse> responses = [];

    public void Keep(KeyVerdict key, OpenAiResponse response, RequestBody request)
    {
        var stored = new StoredResponse(response.Whole().ToJsonString(), InputItems(request).ToJsonString());
        lock (gate)
        {
            responses[(key.Key, response.Id)] = stored;
            if (responses.Count > MaxResponses)
                responses.RemoveAt(0);
        }
    }

    /// <summary>
    /// The request with the items of earlier responses that it refers to. Unknown references stay, and add nothing.
    /// </summary>
    public RequestBody Resolve(KeyVerdict key, RequestBody request)
    {
        var own = InputItems(request).OfType<JsonObject>().ToList();
        var previous = request.Text("previous_response_id") is { } id ? Find(key, id) : null;
        if (previous is null && own.TrueForAll(item => item["type"].AsText() is not "item_reference"))
            return request;
        IEnumerable<JsonNode> items =
        [
            .. previous is null ? [] : ItemsOf(previous.InputJson),
            .. previous is null ? [] : OutputOf(previous),
            .. own.Select(item => item["type"].AsText() is "item_reference" ? FindItem(key, item) ?? item : item),
        ];
        return request.With("input", new JsonArray([.. items.Select(item => item.DeepClone())]));
    }

    public async Task<Refusal?> ShowAsync(HttpContext http, KeyVerdict key)
    {
        if (Find(http, key) is not { } stored)
            return OpenAiDialect.NoSuchResponse(IdIn(http));
        await WireJson.WriteAsync(http, StatusCodes.Status200OK, JsonNode.Parse(stored.Json)!);
        return null;
    }

    public async Task<Refusal?> DeleteAsync(HttpContext http, KeyVerdict key)
    {
        var id = IdIn(http);
        lock (gate)
        {
            if (!responses.Remove((key.Key, id)))
                return OpenAiDialect.NoSuchResponse(id);
        }
        var deleted = new JsonObject
        {
            ["id"] = id,
            ["object"] = "response",
            ["deleted"] = true,
        };
        await WireJson.WriteAsync(http, StatusCodes.Status200OK, deleted);
        return null;
    }

    public async Task<Refusal?> ListInputAsync(HttpContext http, KeyVerdict key)
    {
        if (Find(http, key) is not { } stored)
            return OpenAiDialect.NoSuchResponse(IdIn(http));
        var query = http.Request.Query;
        var limit = DefaultLimit;
        if (
            query.TryGetValue("limit", out var requested)
            && !(int.TryParse(requested, out limit) && limit is >= 1 and <= MaxLimit)
        )
            return OpenAiDialect.Invalid($"Invalid 'limit': expected an integer from 1 to {MaxLimit}.", param: "limit");

        IEnumerable<JsonNode> items = JsonNode.Parse(stored.InputJson)!.AsArray().OfType<JsonNode>();
        if (query["order"] != "asc")
            items = items.Reverse();
        if (query.TryGetValue("after", out var after))
            items = items.SkipWhile(item => IdOf(item) != after).Skip(1);
        var found = items.Take(limit + 1).ToList();
        var page = found.Take(limit).ToList();
        var list = new JsonObject
        {
            ["object"] = "list",
            ["data"] = new JsonArray([.. page.Select(item => item.DeepClone())]),
            ["first_id"] = IdOf(page.FirstOrDefault()),
            ["last_id"] = IdOf(page.LastOrDefault()),
            ["has_more"] = found.Count > limit,
        };
        await WireJson.WriteAsync(http, StatusCodes.Status200OK, list);
        return null;
    }

    private static string IdIn(HttpContext http) => (string)http.Request.RouteValues["id"]!;

    private static string? IdOf(JsonNode? item) => item?["id"].AsText();

    private StoredResponse? Find(HttpContext http, KeyVerdict key) => Find(key, IdIn(http));

    private StoredResponse? Find(KeyVerdict key, string id)
    {
        lock (gate)
            return responses.GetValueOrDefault((key.Key, id));
    }

    private JsonNode? FindItem(KeyVerdict key, JsonNode reference)
    {
        if (IdOf(reference) is not { } id)
            return null;
        StoredResponse[] all;
        lock (gate)
            all = [.. responses.Where(response => response.Key.Key == key.Key).Select(response => response.Value)];
        return all.Where(response => response.Json.Contains(id, StringComparison.Ordinal))
            .SelectMany(OutputOf)
            .FirstOrDefault(item => IdOf(item) == id);
    }

    private static IEnumerable<JsonNode> ItemsOf(string json) => JsonNode.Parse(json)!.AsArray().OfType<JsonNode>();

    private static IEnumerable<JsonNode> OutputOf(StoredResponse response) =>
        JsonNode.Parse(response.Json)!["output"]!.AsArray().OfType<JsonNode>();

    private static JsonArray InputItems(RequestBody request) =>
        request.Text("input") is { } text
            ? [Expand(new JsonObject { ["role"] = "user", ["content"] = text })]
            :
            [
                .. (request.Items("input") ?? [])
                    .OfType<JsonObject>()
                    .Select(item => Expand(item.DeepClone().AsObject())),
            ];

    // Expands short forms of the request, as the real API does.
    private static JsonObject Expand(JsonObject item)
    {
        item["type"] ??= "message";
        item["id"] ??= WireId.New(item["type"].AsText() is "message" ? "msg_" : "item_");
        item["status"] ??= "completed";
        if (item["content"].AsText() is { } text)
        {
            var type = item["role"].AsText() is "assistant" ? "output_text" : "input_text";
            item["content"] = new JsonArray(new JsonObject { ["type"] = type, ["text"] = text });
        }
        return item;
    }

    // Text, because a JsonNode is not thread-safe.
    private sealed record StoredResponse(string Json, string InputJson);
}
