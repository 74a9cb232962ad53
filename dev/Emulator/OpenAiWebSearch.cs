using System.Text.Json.Nodes;

namespace MyCoach.Dev.Emulator;

/// <summary>The web-search item before a response's text. Searches are billed per call, and only this item reports them.</summary>
internal sealed class OpenAiWebSearch(string query)
{
    private readonly string id = WireId.New("ws_");

    public JsonObject Item(string status) =>
        new()
        {
            ["id"] = id,
            ["type"] = "web_search_call",
            ["status"] = status,
            ["action"] = new JsonObject
            {
                ["type"] = "search",
                ["query"] = query,
                ["queries"] = new JsonArray(query),
            },
        };

    public IEnumerable<JsonObject> Bodies()
    {
        yield return Body("response.output_item.added", "item", Item("in_progress"));
        foreach (var step in new[] { "in_progress", "searching", "completed" })
            yield return Body($"response.web_search_call.{step}", "item_id", id);
        yield return Body("response.output_item.done", "item", Item("completed"));
    }

    private static JsonObject Body(string type, string name, JsonNode value) =>
        new()
        {
            ["type"] = type,
            ["output_index"] = 0,
            [name] = value,
        };
}
