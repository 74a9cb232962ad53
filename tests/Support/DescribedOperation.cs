using System.Net;
using System.Text.Json.Nodes;

namespace MyCoach.Tests.Support;

/// <summary>An operation as the API description has it, with its examples.</summary>
public sealed record DescribedOperation(string Path, string Method, JsonNode Node)
{
    // The example of a key must not look like one; the emulated provider takes only what does.
    private const string PlaceholderKey = "YOUR-PROVIDER-KEY";
    private const string PlaceholderAdminKey = "YOUR-ADMIN-KEY";
    private const string EmulatedAdminKey = "sk-admin-a-good-admin-key-9dK2";

    /// <summary>Replaces the example of a key.</summary>
    public const string EmulatedKey = "sk-ant-api03-good-key-x7Qa";

    public string Address => $"{Method} {Path}";
    public string Id => (string?)Node["operationId"] ?? "";
    public JsonObject Responses => Node["responses"]!.AsObject();
    public JsonObject[] Parameters =>
        [.. (Node["parameters"]?.AsArray() ?? []).Select(parameter => parameter!.AsObject())];

    /// <summary>Null where it takes none.</summary>
    public string? ExampleBody =>
        Node["requestBody"]?["content"]?[ExampleContentType]?["example"] switch
        {
            null => null,
            JsonValue text => (string?)text,
            var body => Usable(body),
        };

    public string ExampleContentType =>
        Node["requestBody"]?["content"]?.AsObject().Select(media => media.Key).FirstOrDefault() ?? "application/json";

    /// <summary>The body of an example with a key that the emulated provider takes.</summary>
    public static string Usable(JsonNode body) =>
        body.ToJsonString()
            .Replace(PlaceholderKey, EmulatedKey, StringComparison.Ordinal)
            .Replace(PlaceholderAdminKey, EmulatedAdminKey, StringComparison.Ordinal);

    public string ExamplePath
    {
        get
        {
            var path = Of("path")
                .Aggregate(
                    Path,
                    (path, example) => path.Replace($"{{{example.Name}}}", example.Value, StringComparison.Ordinal)
                );
            var query = string.Join('&', Of("query").Select(example => $"{example.Name}={example.Value}"));
            return query.Length == 0 ? path : $"{path}?{query}";

            IEnumerable<(string Name, string Value)> Of(string place) =>
                Parameters
                    .Where(parameter => (string?)parameter["in"] == place && parameter["example"] is not null)
                    .SelectMany(
                        parameter =>
                            parameter["example"] is JsonArray values ? [.. values] : new[] { parameter["example"] },
                        (parameter, value) => ((string)parameter["name"]!, Uri.EscapeDataString($"{value}"))
                    );
        }
    }

    public static async Task<IReadOnlyList<DescribedOperation>> AllAsync(TestApp app) => All(await DocumentAsync(app));

    public static async Task<JsonNode> DocumentAsync(TestApp app)
    {
        using var anyone = app.Anonymous();
        return (await anyone.GetAsync("/api/openapi.json")).Is(HttpStatusCode.OK).Body!;
    }

    public static IEnumerable<DescribedOperation> Everything(JsonNode document) =>
        document["paths"]!
            .AsObject()
            .SelectMany(path =>
                path.Value!.AsObject()
                    .Select(method => new DescribedOperation(path.Key, method.Key.ToUpperInvariant(), method.Value!))
            );

    /// <summary>
    /// The operations that are not the gateway's, in an order in which they can be called: what is read and deleted
    /// must be there first, and an account goes after all that is in it.
    /// </summary>
    public static IReadOnlyList<DescribedOperation> All(JsonNode document) =>
        [
            .. Everything(document)
                .Where(operation => !operation.Path.StartsWith("/api/gateway/", StringComparison.Ordinal))
                .OrderBy(operation => Array.IndexOf(["PUT", "PATCH", "POST", "GET", "DELETE"], operation.Method))
                .ThenByDescending(operation => operation.Path, StringComparer.Ordinal),
        ];
}
