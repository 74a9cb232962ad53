using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace MyCoach.Http;

/// <summary>
/// The OpenAPI document, generated from the endpoints. <c>examples.json</c> has an example of each call by operation
/// id: the request's path, query and body, and one response per status.
/// </summary>
internal static class ApiDescription
{
    public static void AddApiDescription(this IHostApplicationBuilder builder)
    {
        var examples = new Lazy<JsonObject>(ReadExamples);
        builder.Services.AddOpenApi(api =>
        {
            api.AddDocumentTransformer(
                (document, _, _) =>
                {
                    Describe(document);
                    return Task.CompletedTask;
                }
            );
            api.AddSchemaTransformer(
                (schema, context, _) =>
                {
                    DescribeAllowedValues(schema, context);
                    return Task.CompletedTask;
                }
            );
            api.AddOperationTransformer(
                (operation, context, _) =>
                {
                    OperationDescription.Describe(operation, context, examples.Value);
                    return Task.CompletedTask;
                }
            );
        });
    }

    public static void MapApiDescription(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapOpenApi("/api/openapi.json").AllowAnonymous();

    public static JsonObject ReadExamples()
    {
        using var file = Assembly.GetExecutingAssembly().GetManifestResourceStream("examples.json")!;
        return JsonNode.Parse(file)!.AsObject();
    }

    // ASP.NET Core describes the other attributes of a field by itself.
    private static void DescribeAllowedValues(OpenApiSchema schema, OpenApiSchemaTransformerContext context)
    {
        if (
            context.JsonPropertyInfo?.AttributeProvider?.GetCustomAttributes(
                typeof(AllowedValuesAttribute),
                inherit: true
            )
            is [AllowedValuesAttribute allowed]
        )
        {
            schema.Enum = [.. allowed.Values.Select(value => JsonValue.Create((string)value!))];
        }
    }

    private static void Describe(OpenApiDocument document)
    {
        document.Info = new OpenApiInfo
        {
            Title = "MyCoach",
            Version = "1",
            Description =
                "Stores its users' Anthropic and OpenAI keys encrypted, meters and prices every model call, and enforces a monthly budget per user. "
                + "Under /api/gateway/openai/v1 and /api/gateway/anthropic/v1 it serves the providers' own APIs; see the providers' documentation. "
                + "New versions only add fields: ignore response fields that you do not know.",
        };
        document.Servers = [new OpenApiServer { Url = "/" }];
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
        {
            ["bearer"] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http,
                Scheme = "bearer",
                BearerFormat = "JWT",
            },
        };
        document.Components.Schemas ??= new Dictionary<string, IOpenApiSchema>();
        document.Components.Schemas["Problem"] = new OpenApiSchema
        {
            Type = JsonSchemaType.Object,
            Description = "RFC 9457 problem details. code is stable; errors lists messages by request field.",
            Required = new HashSet<string> { "title", "status", "code" },
            Properties = new Dictionary<string, IOpenApiSchema>
            {
                ["type"] = Text(),
                ["title"] = Text(),
                ["status"] = new OpenApiSchema { Type = JsonSchemaType.Integer },
                ["detail"] = Text(),
                ["code"] = Text(),
                ["errors"] = new OpenApiSchema
                {
                    Type = JsonSchemaType.Object,
                    AdditionalProperties = new OpenApiSchema { Type = JsonSchemaType.Array, Items = Text() },
                },
            },
        };

        static OpenApiSchema Text() => new() { Type = JsonSchemaType.String };
    }
}
