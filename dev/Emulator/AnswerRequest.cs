using System.Text.Json.Nodes;

namespace MyCoach.Dev.Emulator;

internal enum ToolUse
{
    Optional,
    Required,
    Forbidden,
}

/// <summary>What a request asks of the answer: tools, their choice, a JSON format and a limit.</summary>
internal sealed record AnswerRequest
{
    public IReadOnlyList<JsonObject> Tools { get; private init; } = [];

    public ToolUse ToolUse { get; private init; }

    /// <summary>The tool that the answer must call; null leaves the choice.</summary>
    public string? ToolName { get; private init; }

    /// <summary>Whether the answer must be JSON, of any form if <see cref="Schema"/> is null.</summary>
    public bool IsJson { get; private init; }

    public JsonNode? Schema { get; private init; }

    /// <summary>In tokens; null for no limit.</summary>
    public long? Limit { get; private init; }

    /// <summary>The first tool that the caller runs, or the one that the request names.</summary>
    public JsonObject? CallableTool =>
        Tools.FirstOrDefault(tool => NameOf(tool) is { } name && (ToolName is null || name == ToolName));

    /// <summary>The tool that the request names and does not bring; otherwise null.</summary>
    public string? MissingTool => CallableTool is null ? ToolName : null;

    public static AnswerRequest OfAnthropic(RequestBody body)
    {
        var choice = body["tool_choice"] as JsonObject;
        return new AnswerRequest
        {
            Tools = ToolsOf(body),
            ToolUse = UseOf(choice?["type"].AsText()),
            ToolName = choice?["name"].AsText(),
            Limit = body.Whole("max_tokens"),
        }.WithFormat((body["output_config"] as JsonObject)?["format"] ?? body["output_format"]);
    }

    public static AnswerRequest OfChat(RequestBody body, string limitName)
    {
        var choice = body["tool_choice"];
        var format = body["response_format"] as JsonObject;
        return new AnswerRequest
        {
            Tools = ToolsOf(body),
            ToolUse = UseOf(choice.AsText() ?? (choice as JsonObject)?["type"].AsText()),
            ToolName = ((choice as JsonObject)?["function"] as JsonObject)?["name"].AsText(),
            Limit = body.Whole(limitName),
        }.WithFormat(format, format?["json_schema"] as JsonObject);
    }

    public static AnswerRequest OfResponses(RequestBody body)
    {
        var choice = body["tool_choice"];
        return new AnswerRequest
        {
            Tools = ToolsOf(body),
            ToolUse = UseOf(choice.AsText() ?? (choice as JsonObject)?["type"].AsText()),
            ToolName = (choice as JsonObject)?["name"].AsText(),
            Limit = body.Whole("max_output_tokens"),
        }.WithFormat((body["text"] as JsonObject)?["format"]);
    }

    /// <summary>A text without tools.</summary>
    public static AnswerRequest OfText(long? limit) => new() { Limit = limit };

    /// <summary>OpenAI's chat API nests name and schema in "function"; the other APIs have them on the tool itself.</summary>
    public static string? NameOf(JsonObject tool) => FunctionOf(tool)["name"].AsText();

    public static JsonNode? SchemaOf(JsonObject tool) =>
        FunctionOf(tool)["input_schema"] ?? FunctionOf(tool)["parameters"];

    private static JsonObject FunctionOf(JsonObject tool) => tool["function"] as JsonObject ?? tool;

    private static IReadOnlyList<JsonObject> ToolsOf(RequestBody body) =>
        [.. (body.Items("tools") ?? []).OfType<JsonObject>()];

    private static ToolUse UseOf(string? choice) =>
        choice switch
        {
            "none" => ToolUse.Forbidden,
            // Of Anthropic and OpenAI; then a tool by its name.
            "any" or "required" or "tool" or "function" => ToolUse.Required,
            _ => ToolUse.Optional,
        };

    private AnswerRequest WithFormat(JsonNode? format, JsonObject? described = null) =>
        (format as JsonObject)?["type"].AsText() switch
        {
            "json_schema" => this with { IsJson = true, Schema = (described ?? format)?["schema"] },
            "json_object" => this with { IsJson = true },
            _ => this,
        };
}
