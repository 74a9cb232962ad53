using System.Text.Json.Nodes;

namespace MyCoach.Dev.Emulator;

/// <summary>
/// The model's text, or the arguments of its tool call, in stream pieces. Each piece is one word and counts as one
/// output token.
/// </summary>
internal sealed record EmulatedAnswer(IReadOnlyList<string> Pieces, bool IsCutShort, string? ToolName)
{
    private const string ToolTrigger = "use the tool";
    private const string TwiceTrigger = "use the tool twice";
    private const string SearchTrigger = "search the web";

    /// <summary>The query of the provider's own web search for this answer; null without a search.</summary>
    public string? WebQuery { get; private init; }

    public string Text => string.Concat(Pieces);

    public int Tokens => Pieces.Count;

    /// <summary>
    /// Repeats the last user text, or calls the first tool if that text says "use the tool" and the call fits the
    /// limit: once, or one time after the other if it says "use the tool twice". The text "search the web" makes the provider search, if web search is one of the tools.
    /// </summary>
    public static EmulatedAnswer To(Prompt prompt, JsonArray? tools, long? maxTokens)
    {
        var limit = (int)Math.Min(maxTokens ?? int.MaxValue, int.MaxValue);
        var searches = prompt.ToolResults == 0 && Requests(prompt, SearchTrigger) && tools?.Any(IsWebSearch) is true;
        return Create(prompt, tools, limit) with { WebQuery = searches ? prompt.LastUserText : null };
    }

    private static EmulatedAnswer Create(Prompt prompt, JsonArray? tools, int limit)
    {
        var calls =
            Requests(prompt, TwiceTrigger) ? 2
            : Requests(prompt, ToolTrigger) ? 1
            : 0;
        if (prompt.ToolResults < calls && tools is [JsonObject tool, ..])
        {
            // OpenAI's chat API nests name and schema in "function"; the other APIs have them on the tool itself.
            var function = tool["function"] as JsonObject ?? tool;
            var call = Split(ToolArguments.For(function["input_schema"] ?? function["parameters"]).ToJsonString());
            if (call.Count <= limit)
                return new EmulatedAnswer(call, IsCutShort: false, function["name"].AsText() ?? "unnamed");
        }

        var words = Split($"You said: {prompt.LastUserText} That is all I know.");
        return new EmulatedAnswer(
            words.Count > limit ? words.GetRange(0, limit) : words,
            words.Count > limit,
            ToolName: null
        );
    }

    private static bool Requests(Prompt prompt, string trigger) =>
        prompt.ModelSpeaksNext && prompt.LastUserText.Contains(trigger, StringComparison.OrdinalIgnoreCase);

    // web_search_20250305 at Anthropic; web_search, web_search_preview and dated ones at OpenAI.
    private static bool IsWebSearch(JsonNode? tool) =>
        tool is JsonObject described
        && described["type"].AsText()?.StartsWith("web_search", StringComparison.Ordinal) is true;

    // Each word after the first starts with a space, so that concatenating the pieces gives the text.
    private static List<string> Split(string text) =>
        [
            .. text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
                .Select((word, index) => index == 0 ? word : " " + word),
        ];
}

/// <summary>Arguments that match a tool's JSON schema. Strings have two words, so that a stream splits them.</summary>
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
