using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace MyCoach.Dev.Emulator;

/// <summary>POST /v1/embeddings: the same text always has the same vector, of length 1 and pointing nowhere in particular.</summary>
internal static class OpenAiEmbeddings
{
    private const int LargestDimensions = 3072;
    private const int UsualDimensions = 1536;

    public static async Task<Refusal?> CreateAsync(HttpContext http, KeyVerdict key)
    {
        if (await RequestBody.TryReadAsync(http.Request) is not { } body)
            return OpenAiDialect.BadJson;
        var inputs = Inputs(body["input"]);
        if (WrongWith(body, inputs) is { } refusal)
            return refusal;
        if (!key.HasCredit)
            return OpenAiDialect.NoCredit;

        var model = body.Text("model")!;
        var dimensions = Math.Min(body.Count("dimensions") ?? UsualDimensionsOf(model), LargestDimensions);
        var asBase64 = body.Text("encoding_format") is "base64";
        var data = inputs.Select((input, index) => Embedding(Vector(input.ToJsonString(), dimensions), index, asBase64));
        var tokens = inputs.Sum(TokensOf);
        var list = new JsonObject
        {
            ["object"] = "list",
            ["data"] = new JsonArray([.. data]),
            ["model"] = model,
            ["usage"] = new JsonObject { ["prompt_tokens"] = tokens, ["total_tokens"] = tokens },
        };
        await WireJson.WriteAsync(http, StatusCodes.Status200OK, list);
        return null;
    }

    private static Refusal? WrongWith(RequestBody body, List<JsonNode> inputs) =>
        OpenAiApi.WrongWithModel(body) ?? (inputs.Count == 0 ? OpenAiDialect.Missing("input") : null) ?? OpenAiApi.WrongWithLimit(body, "dimensions");

    private static int UsualDimensionsOf(string model) => model.EndsWith("-large", StringComparison.Ordinal) ? LargestDimensions : UsualDimensions;

    /// <summary>One text, several, one array of token numbers, or several: the four forms that OpenAI takes.</summary>
    private static List<JsonNode> Inputs(JsonNode? input) =>
        input switch
        {
            JsonArray { Count: > 0 } tokens when tokens[0] is JsonValue first && first.TryGetValue(out long _) => [tokens],
            JsonArray several => [.. several.OfType<JsonNode>()],
            JsonValue text when text.AsText() is { Length: > 0 } => [text],
            _ => [],
        };

    private static long TokensOf(JsonNode input) => input is JsonArray tokens ? tokens.Count : Prompt.TokensOf(input.AsText() ?? "");

    private static JsonObject Embedding(float[] vector, int index, bool asBase64) =>
        new JsonObject
        {
            ["object"] = "embedding",
            ["index"] = index,
            ["embedding"] = asBase64
                ? Convert.ToBase64String(MemoryMarshal.AsBytes(vector.AsSpan()))
                : new JsonArray([.. vector.Select(value => (JsonNode)value)]),
        };

    private static float[] Vector(string text, int dimensions)
    {
        // An extendable hash gives as many repeatable bytes as asked for, on every platform and version, unlike Random with a seed.
        var noise = Stretch(Encoding.UTF8.GetBytes(text), dimensions);
        var vector = Array.ConvertAll(noise, value => value - 127.5f);
        var length = MathF.Sqrt(vector.Sum(value => value * value));
        return Array.ConvertAll(vector, value => value / length);
    }

    private static byte[] Stretch(byte[] seed, int length)
    {
        var stretched = new List<byte>(length + SHA256.HashSizeInBytes);
        for (var block = SHA256.HashData(seed); stretched.Count < length; block = SHA256.HashData(block))
            stretched.AddRange(block);
        return [.. stretched.GetRange(0, length)];
    }
}
