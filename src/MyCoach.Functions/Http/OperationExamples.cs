using System.Text.Json.Nodes;
using Microsoft.OpenApi;

namespace MyCoach.Http;

/// <summary>Adds to an operation of the OpenAPI document its entry in <c>examples.json</c>: a description and examples.</summary>
internal static class OperationExamples
{
    private const string Json = "application/json";

    public static void Add(OpenApiOperation operation, JsonObject example)
    {
        operation.Description = (string?)example["description"];
        foreach (var media in operation.RequestBody?.Content?.Values ?? [])
        {
            media.Example = example["request"]?["body"]?.DeepClone();
        }
        foreach (var parameter in (operation.Parameters ?? []).OfType<OpenApiParameter>())
        {
            var value = (example["request"]?["path"] ?? example["request"]?["query"])?[
                parameter.Name ?? ""
            ]?.DeepClone();
            parameter.Example =
                value is not null && parameter.Schema?.Type?.HasFlag(JsonSchemaType.Array) is true
                    ? new JsonArray(value)
                    : value;
        }
        foreach (var (status, body) in example["responses"]!.AsObject())
        {
            if (
                body is not null
                && operation.Responses![status].Content is { } content
                && content.TryGetValue(Json, out var media)
            )
            {
                media.Example = body.DeepClone();
            }
        }
    }
}
