using System.Reflection;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace MyCoach.Http;

/// <summary>
/// The OpenAPI document, made from the endpoints themselves, with an example of each call from <c>examples.json</c> (by operation id: the request's path,
/// query and body, and an answer by status).
/// </summary>
internal static class ApiDescription
{
    private const string Json = "application/json";
    private const string Problem = "application/problem+json";

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
            api.AddOperationTransformer(
                (operation, context, _) =>
                {
                    var endpoint = context.Description.ActionDescriptor.EndpointMetadata;
                    DescribeProblems(operation);
                    DescribeLimit(operation);
                    DescribeEntityTag(operation, context.Description.HttpMethod ?? "", endpoint.OfType<EntityTagged>().Any());
                    DescribeCaller(operation, context, endpoint.OfType<IAllowAnonymous>().Any());
                    if (examples.Value[operation.OperationId ?? ""] is JsonObject example)
                    {
                        Exemplify(operation, example);
                    }
                    return Task.CompletedTask;
                }
            );
        });
    }

    public static void MapApiDescription(this IEndpointRouteBuilder endpoints) => endpoints.MapOpenApi("/api/openapi.json").AllowAnonymous();

    public static JsonObject ReadExamples()
    {
        using var file = Assembly.GetExecutingAssembly().GetManifestResourceStream("examples.json")!;
        return JsonNode.Parse(file)!.AsObject();
    }

    private static void Describe(OpenApiDocument document)
    {
        document.Info = new OpenApiInfo
        {
            Title = "MyCoach",
            Version = "1",
            Description =
                "Keeps its users' Anthropic and OpenAI keys encrypted, meters and prices every model call, and holds each user to a monthly budget. "
                + "Under /api/gateway/openai/v1 and /api/gateway/anthropic/v1 it serves the providers' own APIs, which are described by them. "
                + "Changes only add: ignore members of answers that you do not know.",
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
            Description = "RFC 9457 problem details. code is stable; errors names fields of the request.",
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

    private static void DescribeProblems(OpenApiOperation operation)
    {
        operation.Responses ??= [];
        operation.Responses["default"] = new OpenApiResponse
        {
            Description = "What went wrong",
            Content = new Dictionary<string, OpenApiMediaType> { [Problem] = new() { Schema = new OpenApiSchemaReference("Problem") } },
        };
    }

    // Read as text, so that a malformed one is blamed by its name; to callers it is a number.
    private static void DescribeLimit(OpenApiOperation operation)
    {
        if (operation.Parameters?.OfType<OpenApiParameter>().FirstOrDefault(parameter => parameter.Name == "limit") is { } limit)
        {
            limit.Schema = new OpenApiSchema
            {
                Type = JsonSchemaType.Integer,
                Minimum = "1",
                Maximum = "500",
                Default = 50,
            };
        }
    }

    private static void DescribeEntityTag(OpenApiOperation operation, string method, bool isTagged)
    {
        if (!isTagged)
        {
            return;
        }
        var text = new OpenApiSchema { Type = JsonSchemaType.String };
        if (method is "PUT" or "PATCH" or "DELETE")
        {
            operation.Parameters ??= [];
            operation.Parameters.Add(
                new OpenApiParameter
                {
                    Name = "If-Match",
                    In = ParameterLocation.Header,
                    Description = "The ETag that the resource must still have, or * for any; else 412.",
                    Schema = text,
                }
            );
        }
        foreach (
            var response in operation
                .Responses!.Where(response => response.Key is "200" or "201")
                .Select(response => response.Value)
                .OfType<OpenApiResponse>()
        )
        {
            response.Headers = new Dictionary<string, IOpenApiHeader> { ["ETag"] = new OpenApiHeader { Schema = text } };
        }
    }

    private static void DescribeCaller(OpenApiOperation operation, OpenApiOperationTransformerContext context, bool anonymous)
    {
        if (anonymous)
        {
            return;
        }
        operation.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference("bearer", context.Document)] = [] }];
        operation.Parameters ??= [];
        operation.Parameters.Add(
            new OpenApiParameter
            {
                Name = RequestHeaders.User,
                In = ParameterLocation.Header,
                Description =
                    "Only for a trusted service, which must name the user it acts for: percent-encoded UTF-8. From anyone else it is refused.",
                Schema = new OpenApiSchema { Type = JsonSchemaType.String },
            }
        );
    }

    private static void Exemplify(OpenApiOperation operation, JsonObject example)
    {
        foreach (var media in operation.RequestBody?.Content?.Values ?? [])
        {
            media.Example = example["request"]?["body"]?.DeepClone();
        }
        foreach (var parameter in (operation.Parameters ?? []).OfType<OpenApiParameter>())
        {
            parameter.Example = (example["request"]?["path"] ?? example["request"]?["query"])?[parameter.Name ?? ""]?.DeepClone();
        }
        foreach (var (status, body) in example["responses"]!.AsObject())
        {
            if (body is not null && operation.Responses![status].Content is { } content && content.TryGetValue(Json, out var media))
            {
                media.Example = body.DeepClone();
            }
        }
    }
}
