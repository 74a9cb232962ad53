using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using MyCoach.Dev.Emulator.Billing;

namespace MyCoach.Dev.Emulator;

/// <summary>POST /v1/embeddings: equal texts get equal pseudo-random vectors of length 1.</summary>
internal static class OpenAiEmbeddings
{
    private const int MaxDimensions = 3072;
    private const int DefaultDimensions = 1536;

    public static async Task<Refusal?> CreateAsync(HttpContext http, KeyVerdict key, BillingBook billing)
    {
        if (await RequestBody.TryReadAsync(http.Request) is not { } body)
            return OpenAiDialect.BadJson;
        var inputs = Inputs(body["input"]);
        if (Validate(body, inputs) is { } refusal)
            return refusal;
        if (!key.HasCredit)
            return OpenAiDialect.NoCredit;

        var model = body.Text("model")!;
        var dimensions = Math.Min(body.Count("dimensions") ?? DefaultDimensionsOf(model), MaxDimensions);
        var asBase64 = body.Text("encoding_format") is "base64";
        var data = inputs.Select(
            (input, index) => Embedding(Vector(input.ToJsonString(), dimensions), index, asBase64)
        );
        var tokens = inputs.Sum(TokensOf);
        billing.Record(key, model, new EmulatedUsage(tokens, 0, 0, Output: 0, IsCachedForAnHour: false));
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

    private static Refusal? Validate(RequestBody body, List<JsonNode> inputs) =>
        OpenAiApi.ValidateModel(body)
        ?? (inputs.Count == 0 ? OpenAiDialect.Missing("input") : null)
        ?? OpenAiApi.ValidateLimit(body, "dimensions");

    private static int DefaultDimensionsOf(string model) =>
        model.EndsWith("-large", StringComparison.Ordinal) ? MaxDimensions : DefaultDimensions;

    /// <summary>
    /// The inputs in the four forms that OpenAI accepts: a text, several texts, an array of token numbers, or several
    /// arrays.
    /// </summary>
    private static List<JsonNode> Inputs(JsonNode? input) =>
        input switch
        {
            JsonArray { Count: > 0 } tokens when tokens[0] is JsonValue first && first.TryGetValue(out long _) =>
            [
                tokens,
            ],
            JsonArray items => [.. items.OfType<JsonNode>()],
            JsonValue text when text.AsText() is { Length: > 0 } => [text],
            _ => [],
        };

    private static long TokensOf(JsonNode input) =>
        input is JsonArray tokens ? tokens.Count : Prompt.TokensOf(input.AsText() ?? "");

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
        // A chain of hashes gives the same bytes on every platform and version. Random with a seed does not.
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
