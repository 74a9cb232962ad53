using System.Reflection;
using System.Text.Json.Nodes;
using Microsoft.OpenApi;

namespace MyCoach.Http;

/// <summary>
/// The OpenAPI document, generated from the endpoints. <c>examples.json</c> has a description and an example of each
/// call by operation id: the request's path, query and body, and one response per status.
/// </summary>
internal static class ApiDescription
{
    public const string Address = "/api/openapi.json";

    private static readonly Dictionary<string, string> Tags = new()
    {
        ["Account"] = "What is stored about the caller: its export, its history and its erasure.",
        ["Admin"] = "What operators do. It needs the operator's role.",
        ["Agents"] = "The caller's agents, and the model that each one prefers.",
        ["Billing"] = "What providers bill, compared with what was recorded.",
        ["Budget"] = "A month's spend against the caller's budget.",
        ["Conversations"] = "Ids that recorded calls carry.",
        ["Gateway"] =
            "The providers' own APIs, called with the caller's stored key, metered and held to the caller's budget. "
            + "Bodies and answers are the providers'; see their documentation, or use their SDKs with this base URL.",
        ["Health"] = "Whether the service works.",
        ["Keys"] = "The caller's provider keys. No answer contains a key.",
        ["Models"] = "Known models and their prices.",
        ["Settings"] = "The caller's budget, alert thresholds and default model.",
        ["Tokens"] = "Tokens that the caller makes for programs, such as agents and SDKs.",
        ["Usage"] = "Recorded model calls and their costs.",
    };

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
                    SchemaDescription.Describe(schema, context);
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
        endpoints.MapOpenApi(Address).AllowAnonymous();

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
                "Stores its users' Anthropic and OpenAI keys encrypted, meters and prices every model call, and enforces a monthly budget per user. "
                + "New versions only add fields: ignore response fields that you do not know.",
            License = new OpenApiLicense { Name = "MIT", Identifier = "MIT" },
            Contact = new OpenApiContact { Name = "The operator of this server" },
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
        document.Components.Schemas["Problem"] = ProblemResponses.ProblemSchema();
        MemberDescription.Describe(document);
        document.Tags = Tags.Select(tag => new OpenApiTag { Name = tag.Key, Description = tag.Value }).ToHashSet();
    }
}
