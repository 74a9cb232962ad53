using System.Text.Json.Nodes;

namespace MyCoach.Dev.Emulator;

/// <summary>What the model says, or the arguments of its tool call, in the pieces that a stream sends: a word each, an output token each.</summary>
internal sealed record EmulatedAnswer(IReadOnlyList<string> Pieces, bool IsCutShort, string? ToolName)
{
    private const string ToolWish = "use the tool";
    private const string SearchWish = "search the web";

    /// <summary>What the provider itself searched the web for, on the way to this answer.</summary>
    public string? WebQuery { get; private init; }

    public string Text => string.Concat(Pieces);

    public int Tokens => Pieces.Count;

    /// <summary>
    /// Repeats the last user text, or calls the first tool if that text says "use the tool" and the call fits the limit. "Search the web"
    /// has the provider search, if that is one of the tools.
    /// </summary>
    public static EmulatedAnswer To(Prompt prompt, JsonArray? tools, long? maxTokens)
    {
        var limit = (int)Math.Min(maxTokens ?? int.MaxValue, int.MaxValue);
        var searches = Wishes(prompt, SearchWish) && tools?.Any(IsWebSearch) is true;
        return Say(prompt, tools, limit) with { WebQuery = searches ? prompt.LastUserText : null };
    }

    private static EmulatedAnswer Say(Prompt prompt, JsonArray? tools, int limit)
    {
        if (Wishes(prompt, ToolWish) && tools is [JsonObject tool, ..])
        {
            // OpenAI's chat wraps name and schema in "function"; the others have them on the tool itself.
            var function = tool["function"] as JsonObject ?? tool;
            var call = Split(ToolArguments.For(function["input_schema"] ?? function["parameters"]).ToJsonString());
            if (call.Count <= limit)
                return new EmulatedAnswer(call, IsCutShort: false, function["name"].AsText() ?? "unnamed");
        }

        var words = Split($"You said: {prompt.LastUserText} That is all I know.");
        return new EmulatedAnswer(words.Count > limit ? words.GetRange(0, limit) : words, words.Count > limit, ToolName: null);
    }

    private static bool Wishes(Prompt prompt, string wish) =>
        prompt.UserSpokeLast && prompt.LastUserText.Contains(wish, StringComparison.OrdinalIgnoreCase);

    // web_search_20250305 at Anthropic; web_search, web_search_preview and dated ones at OpenAI.
    private static bool IsWebSearch(JsonNode? tool) =>
        tool is JsonObject described && described["type"].AsText()?.StartsWith("web_search", StringComparison.Ordinal) is true;

    // Every word after the first brings its space along, so that the pieces only have to be put together.
    private static List<string> Split(string text) =>
        [.. text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Select((word, index) => index == 0 ? word : " " + word)];
}

/// <summary>Arguments that a tool's JSON schema accepts; the texts have two words, so that a stream has something to cut.</summary>
internal static class ToolArguments
{
    public static JsonObject For(JsonNode? schema)
    {
        var arguments = new JsonObject();
        foreach (var (name, property) in schema?["properties"] as JsonObject ?? [])
            arguments[name] = ValueFor(property as JsonObject);
        return arguments;
    }

    private static JsonNode? ValueFor(JsonObject? property)
    {
        if (property?["enum"] is JsonArray { Count: > 0 } choices)
            return choices[0]?.DeepClone();
        return property?["type"].AsText() switch
        {
            "integer" or "number" => 1,
            "boolean" => true,
            "array" => new JsonArray(),
            "object" => For(property),
            "null" => null,
            _ => "emulated value",
        };
    }
}
