using Microsoft.OpenApi;
using MyCoach.Providers;

namespace MyCoach.Gateway;

/// <summary>
/// Describes the gateway's calls in the OpenAPI document. Their bodies are the providers' own, so it leaves them open.
/// </summary>
internal static class GatewayDescription
{
    private const string Json = "application/json";

    // Those of ForwardedHeaders that the providers document for lists.
    private static readonly string[] OpenAiPages = ["after", "limit", "order"];
    private static readonly string[] AnthropicPages = ["after_id", "before_id", "limit"];

    public static void Describe(this RouteHandlerBuilder endpoint, Operation operation) =>
        endpoint
            .WithName(NameOf(operation))
            .WithSummary($"{Title(operation.Provider)}: {operation.Method} /v1/{operation.Path}")
            .WithDescription(
                operation.IsMetered
                    ? "Metered and charged to the caller's budget. X-MyCoach-Usage-Id in the answer is the id of the usage event."
                    : "Costs nothing, so no usage event records it."
            )
            .AddOpenApiOperationTransformer(
                (description, context, _) =>
                {
                    Describe(description, operation, context.Document!);
                    return Task.CompletedTask;
                }
            );

    private static void Describe(OpenApiOperation description, Operation operation, OpenApiDocument document)
    {
        description.Parameters = [.. ParametersOf(operation), .. description.Parameters?.Where(IsOfCaller) ?? []];
        if (operation.TakesBody)
        {
            description.RequestBody = new OpenApiRequestBody { Required = true, Content = Content(AnyObject()) };
        }
        description.Responses = new OpenApiResponses
        {
            ["200"] = AnswerOf(operation),
            ["4XX"] = ErrorOf(operation, document, "Refused by MyCoach or by the provider."),
            ["5XX"] = ErrorOf(operation, document, "MyCoach or the provider failed."),
        };
    }

    // The header with the user that a service acts for, which every call has.
    private static bool IsOfCaller(IOpenApiParameter parameter) => parameter.In == ParameterLocation.Header;

    private static IEnumerable<IOpenApiParameter> ParametersOf(Operation operation)
    {
        if (operation.Path.Contains("{id}", StringComparison.Ordinal))
        {
            yield return Parameter("id", ParameterLocation.Path, "The provider's id.");
        }
        foreach (var name in QueryOf(operation))
        {
            yield return Parameter(name, ParameterLocation.Query, "As the provider documents it.");
        }
        if (operation.TakesBody)
        {
            yield return Parameter("X-MyCoach-Agent", ParameterLocation.Header, "The agent that makes the call.");
            yield return Parameter(
                MetadataHeader.Name,
                ParameterLocation.Header,
                "Metadata of the usage event: key=value, separated by commas, values percent-encoded."
            );
            yield return Parameter(
                "X-MyCoach-Conversation",
                ParameterLocation.Header,
                "The conversation that the call belongs to."
            );
        }
        if (operation.Provider == Provider.Anthropic)
        {
            yield return Parameter(
                "anthropic-version",
                ParameterLocation.Header,
                "The version of Anthropic's API; 2023-06-01 by default."
            );
        }
    }

    private static string[] QueryOf(Operation operation) =>
        operation.Method != HttpMethods.Get || operation.Path is "models/{id}" or "responses/{id}" ? []
        : operation.Provider == Provider.Anthropic ? AnthropicPages
        : operation.Path == "models" ? []
        : OpenAiPages;

    private static OpenApiResponse AnswerOf(Operation operation)
    {
        var content = Content(AnyObject());
        if (operation.Generates)
        {
            content["text/event-stream"] = new OpenApiMediaType
            {
                Schema = new OpenApiSchema { Type = JsonSchemaType.String },
            };
        }
        return new OpenApiResponse
        {
            Description = "The provider's answer.",
            Content = content,
            Headers = operation.IsMetered ? Header("X-MyCoach-Usage-Id", "The id of the usage event.") : null,
        };
    }

    private static OpenApiResponse ErrorOf(Operation operation, OpenApiDocument document, string description) =>
        new()
        {
            Description = description,
            Content = Content(SchemaOfErrors(operation.Provider, document)),
            Headers = Header("X-MyCoach-Error", "The stable code of an error of MyCoach."),
        };

    private static OpenApiSchemaReference SchemaOfErrors(Provider provider, OpenApiDocument document)
    {
        var name = $"{Title(provider)}Error";
        document.Components ??= new OpenApiComponents();
        document.Components.Schemas ??= new Dictionary<string, IOpenApiSchema>();
        document.Components.Schemas.TryAdd(name, ErrorSchema(provider));
        return new OpenApiSchemaReference(name, document);
    }

    private static OpenApiSchema ErrorSchema(Provider provider)
    {
        var error = Members(("type", Text()), ("message", Text()));
        if (provider == Provider.Anthropic)
        {
            return Members(("type", Text()), ("error", error));
        }
        error.Properties!["param"] = TextOrNull();
        error.Properties["code"] = TextOrNull();
        return Members(("error", error));
    }

    private static OpenApiSchema Members(params (string Name, OpenApiSchema Schema)[] members) =>
        new()
        {
            Type = JsonSchemaType.Object,
            Required = members.Select(member => member.Name).ToHashSet(),
            Properties = members.ToDictionary(member => member.Name, IOpenApiSchema (member) => member.Schema),
        };

    private static OpenApiSchema Text() => new() { Type = JsonSchemaType.String };

    private static OpenApiSchema TextOrNull() => new() { Type = JsonSchemaType.String | JsonSchemaType.Null };

    private static OpenApiSchema AnyObject() =>
        new() { Type = JsonSchemaType.Object, AdditionalProperties = new OpenApiSchema() };

    private static Dictionary<string, OpenApiMediaType> Content(IOpenApiSchema schema) =>
        new() { [Json] = new OpenApiMediaType { Schema = schema } };

    private static Dictionary<string, IOpenApiHeader> Header(string name, string description) =>
        new()
        {
            [name] = new OpenApiHeader { Description = description, Schema = Text() },
        };

    private static OpenApiParameter Parameter(string name, ParameterLocation place, string description) =>
        new()
        {
            Name = name,
            In = place,
            Required = place == ParameterLocation.Path,
            Description = description,
            Schema = Text(),
        };

    private static string Title(Provider provider) => provider == Provider.Anthropic ? "Anthropic" : "OpenAi";

    // OpenAiPostChatCompletions, AnthropicGetModelsId
    private static string NameOf(Operation operation) =>
        Title(operation.Provider)
        + Capitalised(operation.Method.ToLowerInvariant())
        + string.Concat(operation.Path.Split('/', '_', '{', '}').Where(word => word.Length > 0).Select(Capitalised));

    private static string Capitalised(string word) => char.ToUpperInvariant(word[0]) + word[1..];
}
