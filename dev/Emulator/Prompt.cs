using System.Text;
using System.Text.Json.Nodes;

namespace MyCoach.Dev.Emulator;

/// <summary>
/// The text of a request: the system prompt or instructions, then every turn, without separators and without tool
/// definitions and images. The providers' own fields control caching: Anthropic's <c>cache_control</c> caches
/// everything up to the last block with it, and OpenAI's <c>prompt_cache_key</c> caches the whole prompt (the real
/// OpenAI caches only prompts of at least 1024 tokens).
/// </summary>
internal sealed class Prompt
{
    private readonly StringBuilder text = new();
    private int cacheableLength;

    private Prompt() { }

    public string LastUserText { get; private set; } = "";

    /// <summary>How many results of tools have followed the last user text.</summary>
    public int ToolResults { get; private set; }

    /// <summary>Whether the last turn is a user's text or a tool's result, so that the model speaks next.</summary>
    public bool ModelSpeaksNext { get; private set; }

    public long Tokens => TokensOf(text.ToString());

    public string CacheableText => text.ToString(0, cacheableLength);

    public bool IsCachedForAnHour { get; private set; }

    /// <summary>A quarter of the UTF-8 bytes, rounded up, so that a test can compute it easily.</summary>
    public static long TokensOf(string text) => (Encoding.UTF8.GetByteCount(text) + 3) / 4;

    public static Prompt OfAnthropic(RequestBody body)
    {
        var prompt = new Prompt();
        prompt.Read(body["system"]);
        prompt.ReadTurns(body.Items("messages"));
        prompt.ReadCacheControl(body["cache_control"]);
        return prompt;
    }

    public static Prompt OfChat(RequestBody body)
    {
        var prompt = new Prompt();
        prompt.ReadTurns(body.Items("messages"));
        return prompt.CacheWholeIfKeyed(body);
    }

    public static Prompt OfText(string text)
    {
        var prompt = new Prompt();
        prompt.ReadTurns([new JsonObject { ["role"] = "user", ["content"] = text }]);
        return prompt;
    }

    public static Prompt OfResponses(RequestBody body)
    {
        var prompt = new Prompt();
        prompt.Read(body["instructions"]);
        if (body.Text("input") is { } text)
            prompt.ReadTurns([new JsonObject { ["role"] = "user", ["content"] = text }]);
        else
            prompt.ReadTurns(body.Items("input"));
        return prompt.CacheWholeIfKeyed(body);
    }

    private Prompt CacheWholeIfKeyed(RequestBody body)
    {
        if (body.Text("prompt_cache_key") is not null)
            cacheableLength = text.Length;
        return this;
    }

    private void ReadTurns(JsonArray? turns)
    {
        foreach (var turn in turns ?? [])
        {
            var start = text.Length;
            Read(turn);
            var (isResult, isUser) = (IsToolResult(turn), (turn as JsonObject)?["role"].AsText() is "user");
            ModelSpeaksNext = isResult || isUser;
            if (isResult)
                ToolResults++;
            else if (isUser)
                (LastUserText, ToolResults) = (text.ToString(start, text.Length - start), 0);
        }
    }

    // OpenAI's are items or turns by themselves, Anthropic's are blocks of a user's turn.
    private static bool IsToolResult(JsonNode? turn) =>
        TypeOf(turn) is "function_call_output"
        || (
            turn is JsonObject message
            && (
                message["role"].AsText() is "tool"
                || (message["content"] is JsonArray blocks && blocks.Any(block => TypeOf(block) is "tool_result"))
            )
        );

    private static string? TypeOf(JsonNode? block) => (block as JsonObject)?["type"].AsText();

    private void Read(JsonNode? node)
    {
        if (node is JsonArray parts)
        {
            foreach (var part in parts)
                Read(part);
        }
        else if (node is JsonObject part)
        {
            // A block has text, a turn or Anthropic's tool result has content, and OpenAI's tool result has output.
            Read(part["text"]);
            Read(part["content"]);
            Read(part["output"]);
            ReadCacheControl(part["cache_control"]);
        }
        else
        {
            text.Append(node.AsText());
        }
    }

    private void ReadCacheControl(JsonNode? node)
    {
        if (node is not JsonObject control)
            return;
        cacheableLength = text.Length;
        IsCachedForAnHour = control["ttl"].AsText() is "1h";
    }
}
