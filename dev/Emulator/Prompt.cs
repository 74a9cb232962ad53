using System.Text;
using System.Text.Json.Nodes;

namespace MyCoach.Dev.Emulator;

/// <summary>
/// The text of a request: system or instructions first, then every turn, without separators. Tool definitions and images are not text.
/// The marker that brings the cache into play is the providers' own: <c>cache_control</c> caches everything up to the last block that
/// carries it (Anthropic), <c>prompt_cache_key</c> caches the whole prompt (OpenAI, where the real one also wants 1024 tokens).
/// </summary>
internal sealed class Prompt
{
    private readonly StringBuilder text = new();
    private int cacheableLength;

    private Prompt() { }

    public string LastUserText { get; private set; } = "";

    /// <summary>False after a tool's result: then the answer has to be words, or a client's tool loop would never end.</summary>
    public bool UserSpokeLast { get; private set; }

    public long Tokens => TokensOf(text.ToString());

    public string CacheableText => text.ToString(0, cacheableLength);

    public bool IsCachedForAnHour { get; private set; }

    /// <summary>A quarter of the UTF-8 bytes, rounded up: what a test can work out in its head.</summary>
    public static long TokensOf(string text) => (Encoding.UTF8.GetByteCount(text) + 3) / 4;

    public static Prompt OfAnthropic(RequestBody body)
    {
        var prompt = new Prompt();
        prompt.Read(body["system"]);
        prompt.ReadTurns(body.Items("messages"));
        prompt.ReadCacheMark(body["cache_control"]);
        return prompt;
    }

    public static Prompt OfChat(RequestBody body)
    {
        var prompt = new Prompt();
        prompt.ReadTurns(body.Items("messages"));
        return prompt.CacheWholeIfKeyed(body);
    }

    public static Prompt OfResponses(RequestBody body)
    {
        var prompt = new Prompt();
        prompt.Read(body["instructions"]);
        if (body.Text("input") is { } said)
            prompt.ReadTurns([new JsonObject { ["role"] = "user", ["content"] = said }]);
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
            UserSpokeLast = turn is JsonObject { } said && said["role"].AsText() is "user";
            if (UserSpokeLast)
                LastUserText = text.ToString(start, text.Length - start);
        }
    }

    private void Read(JsonNode? node)
    {
        if (node is JsonArray parts)
        {
            foreach (var part in parts)
                Read(part);
        }
        else if (node is JsonObject part)
        {
            // A block has text; a turn and Anthropic's tool result have content; OpenAI's tool result has output.
            Read(part["text"]);
            Read(part["content"]);
            Read(part["output"]);
            ReadCacheMark(part["cache_control"]);
        }
        else
        {
            text.Append(node.AsText());
        }
    }

    private void ReadCacheMark(JsonNode? mark)
    {
        if (mark is not JsonObject control)
            return;
        cacheableLength = text.Length;
        IsCachedForAnHour = control["ttl"].AsText() is "1h";
    }
}
