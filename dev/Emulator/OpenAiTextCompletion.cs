using System.Text.Json.Nodes;

namespace MyCoach.Dev.Emulator;

/// <summary>
/// A response of the legacy /v1/completions, whole or as stream chunks: <c>n</c> answers to each prompt.
/// </summary>
internal sealed class OpenAiTextCompletion(RequestBody request, string model, DateTimeOffset createdAt)
{
    private const int DefaultLimit = 16;

    private readonly string id = WireId.New("cmpl-");
    private readonly int answers = request.Count("n") ?? 1;
    private readonly int generated = Math.Max(request.Count("n") ?? 1, request.Count("best_of") ?? 1);
    private readonly IReadOnlyList<JsonNode?> prompts = PromptsOf(request["prompt"]);

    /// <summary>Without a prompt cache.</summary>
    public EmulatedUsage Billed =>
        new(
            Fresh: prompts.Sum(TokensOf),
            CacheWritten: 0,
            CacheRead: 0,
            Output: prompts.Sum(prompt => (long)AnswerTo(prompt).Tokens * generated),
            IsCachedForAnHour: false
        );

    public JsonObject Whole()
    {
        var whole = Envelope([
            .. Choices()
                .Select((choice, index) => Choice(index, Echo(choice.Prompt) + choice.Answer.Text, choice.Answer)),
        ]);
        whole["usage"] = Usage();
        return whole;
    }

    public IEnumerable<StreamEvent> Events(bool withUsage)
    {
        foreach (var (index, (prompt, answer)) in Choices().Index())
        {
            foreach (var piece in answer.Pieces.Prepend(Echo(prompt)).Where(piece => piece.Length > 0))
                yield return Chunk(Choice(index, piece, ending: null), withUsage);
            yield return Chunk(Choice(index, "", answer), withUsage);
        }
        if (withUsage)
        {
            var last = Envelope([]);
            last["usage"] = Usage();
            yield return StreamEvent.Unnamed(last);
        }
        yield return StreamEvent.Done;
    }

    private IEnumerable<(JsonNode? Prompt, EmulatedAnswer Answer)> Choices() =>
        prompts.SelectMany(prompt => Enumerable.Repeat((prompt, AnswerTo(prompt)), answers));

    private EmulatedAnswer AnswerTo(JsonNode? prompt) =>
        EmulatedAnswer.To(
            Prompt.OfText(TextOf(prompt)),
            AnswerRequest.OfText(request.Whole("max_tokens") ?? DefaultLimit)
        );

    private string Echo(JsonNode? prompt) => request.Flag("echo") ? TextOf(prompt) : "";

    private static JsonObject Choice(int index, string text, EmulatedAnswer? ending) =>
        new()
        {
            ["text"] = text,
            ["index"] = index,
            ["logprobs"] = null,
            ["finish_reason"] =
                ending is null ? null
                : ending.IsCutShort ? "length"
                : "stop",
        };

    private StreamEvent Chunk(JsonObject choice, bool withUsage)
    {
        var chunk = Envelope([choice]);
        if (withUsage)
            chunk["usage"] = null;
        return StreamEvent.Unnamed(chunk);
    }

    private JsonObject Envelope(JsonArray choices) =>
        new()
        {
            ["id"] = id,
            ["object"] = "text_completion",
            ["created"] = createdAt.ToUnixTimeSeconds(),
            ["model"] = model,
            ["choices"] = choices,
        };

    private JsonObject Usage()
    {
        var usage = Billed;
        return new()
        {
            ["prompt_tokens"] = usage.Prompt,
            ["completion_tokens"] = usage.Output,
            ["total_tokens"] = usage.Total,
        };
    }

    private static long TokensOf(JsonNode? prompt) =>
        prompt is JsonArray tokens ? tokens.Count : Prompt.TokensOf(TextOf(prompt));

    private static string TextOf(JsonNode? prompt) =>
        prompt is JsonArray tokens ? string.Join(' ', tokens) : prompt.AsText() ?? "";

    // A list of numbers is one prompt of tokens.
    private static IReadOnlyList<JsonNode?> PromptsOf(JsonNode? prompt) =>
        prompt is JsonArray { Count: > 0 } list && (list[0] is JsonArray || list[0].AsText() is not null)
            ? [.. list]
            : [prompt];
}
