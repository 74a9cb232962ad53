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
    /// Repeats the last user text. Calls the first tool once if that text says "use the tool", one time after the other if
    /// it says "use the tool twice", and always if the request requires a tool, as long as the call fits the limit. A
    /// requested JSON format gets a sample. The text "search the web" makes the provider search, if web search is one of
    /// the tools.
    /// </summary>
    public static EmulatedAnswer To(Prompt prompt, AnswerRequest request)
    {
        var searches =
            prompt.ToolResults == 0
            && Requests(prompt, SearchTrigger)
            && request.ToolUse != ToolUse.Forbidden
            && request.Tools.Any(IsWebSearch);
        return Create(prompt, request) with { WebQuery = searches ? prompt.LastUserText : null };
    }

    private static EmulatedAnswer Create(Prompt prompt, AnswerRequest request)
    {
        var limit = (int)Math.Min(request.Limit ?? int.MaxValue, int.MaxValue);
        if (prompt.ToolResults < CallsOf(prompt, request) && request.CallableTool is { } tool)
        {
            var arguments = SampleJson.For(AnswerRequest.SchemaOf(tool)) ?? new JsonObject();
            var call = Split(arguments.ToJsonString());
            if (call.Count <= limit)
                return new EmulatedAnswer(call, IsCutShort: false, AnswerRequest.NameOf(tool));
        }

        var words = Split(TextOf(prompt, request));
        return new EmulatedAnswer(
            words.Count > limit ? words.GetRange(0, limit) : words,
            words.Count > limit,
            ToolName: null
        );
    }

    private static int CallsOf(Prompt prompt, AnswerRequest request) =>
        request.ToolUse switch
        {
            ToolUse.Required => int.MaxValue,
            ToolUse.Optional when Requests(prompt, TwiceTrigger) => 2,
            ToolUse.Optional when Requests(prompt, ToolTrigger) => 1,
            _ => 0,
        };

    private static string TextOf(Prompt prompt, AnswerRequest request)
    {
        var text = $"You said: {prompt.LastUserText} That is all I know.";
        if (!request.IsJson)
            return text;
        var json = request.Schema is { } schema ? SampleJson.For(schema) : new JsonObject { ["answer"] = text };
        return json?.ToJsonString() ?? "null";
    }

    private static bool Requests(Prompt prompt, string trigger) =>
        prompt.ModelSpeaksNext && prompt.LastUserText.Contains(trigger, StringComparison.OrdinalIgnoreCase);

    // web_search_20250305 at Anthropic; web_search, web_search_preview and dated ones at OpenAI.
    private static bool IsWebSearch(JsonObject tool) =>
        tool["type"].AsText()?.StartsWith("web_search", StringComparison.Ordinal) is true;

    // Each word after the first starts with a space, so that concatenating the pieces gives the text.
    private static List<string> Split(string text) =>
        [
            .. text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
                .Select((word, index) => index == 0 ? word : " " + word),
        ];
}
