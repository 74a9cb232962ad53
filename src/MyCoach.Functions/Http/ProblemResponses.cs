using System.Globalization;
using Microsoft.OpenApi;

namespace MyCoach.Http;

/// <summary>The error responses of an operation in the OpenAPI document.</summary>
internal static class ProblemResponses
{
    private const string Type = "application/problem+json";
    private const string Schema = "Problem";

    private static readonly Dictionary<int, string> Descriptions = new()
    {
        [StatusCodes.Status400BadRequest] = "The request is invalid. errors says which fields are wrong, and why.",
        [StatusCodes.Status401Unauthorized] = "The request has no valid token.",
        [StatusCodes.Status403Forbidden] = "The caller may not do this.",
        [StatusCodes.Status404NotFound] = "It does not exist, or belongs to another user.",
        [StatusCodes.Status409Conflict] = "The request conflicts with what is stored, or the account is being erased.",
        [StatusCodes.Status412PreconditionFailed] = "The resource has changed since the ETag in If-Match.",
        [StatusCodes.Status413PayloadTooLarge] = "The body is larger than 1 MiB.",
        [StatusCodes.Status415UnsupportedMediaType] = "The body is not JSON in UTF-8.",
        [StatusCodes.Status422UnprocessableEntity] = "The provider refused the key, so it was not stored.",
        [StatusCodes.Status429TooManyRequests] = "A limit was reached. Wait for Retry-After.",
        [StatusCodes.Status503ServiceUnavailable] =
            "Storage or the data key is unavailable. Wait for Retry-After, if there is one.",
    };

    private static readonly int[] OfEveryCaller =
    [
        StatusCodes.Status400BadRequest,
        StatusCodes.Status401Unauthorized,
        StatusCodes.Status403Forbidden,
        StatusCodes.Status409Conflict,
        StatusCodes.Status429TooManyRequests,
        StatusCodes.Status503ServiceUnavailable,
    ];

    private static readonly int[] OfBodies =
    [
        StatusCodes.Status413PayloadTooLarge,
        StatusCodes.Status415UnsupportedMediaType,
    ];

    /// <summary>Names errors that only some endpoints have, for the API description.</summary>
    public static RouteHandlerBuilder WithProblems(this RouteHandlerBuilder endpoint, params int[] statuses) =>
        endpoint.WithMetadata(new DocumentedProblems(statuses));

    public static void Describe(OpenApiOperation operation, IList<object> endpoint, bool isAnonymous)
    {
        operation.Responses ??= [];
        IEnumerable<int> statuses =
        [
            .. isAnonymous ? [] : OfEveryCaller,
            .. operation.RequestBody is null ? [] : OfBodies,
            .. endpoint.OfType<DocumentedProblems>().SelectMany(problems => problems.Statuses),
        ];
        if (endpoint.OfType<CsvBody>().Any())
        {
            operation.Responses["413"] = Response("The body is larger than 10 MiB.");
            operation.Responses["415"] = Response("The body is not CSV in UTF-8.");
        }
        foreach (var status in statuses.Order())
        {
            operation.Responses.TryAdd(
                status.ToString(CultureInfo.InvariantCulture),
                Response(Descriptions[status], Waits(status))
            );
        }
        if (isAnonymous)
        {
            operation.Responses.TryAdd("4XX", Response("The request is invalid."));
        }
        operation.Responses["default"] = Response("Any other error.");
    }

    public static OpenApiResponse PreconditionFailed() =>
        Response(Descriptions[StatusCodes.Status412PreconditionFailed]);

    public static OpenApiSchema ProblemSchema() =>
        new()
        {
            Type = JsonSchemaType.Object,
            Description = "RFC 9457 problem details.",
            Required = new HashSet<string> { "type", "title", "status", "detail", "code" },
            Properties = new Dictionary<string, IOpenApiSchema>
            {
                ["type"] = Text("An address that describes the status."),
                ["title"] = Text("The name of the status."),
                ["status"] = new OpenApiSchema
                {
                    Type = JsonSchemaType.Integer,
                    Format = "int32",
                    Description = "The HTTP status.",
                },
                ["detail"] = Text("What happened, and what to do, in English."),
                ["code"] = Text("The stable code of the error, such as invalid_request."),
                ["errors"] = new OpenApiSchema
                {
                    Type = JsonSchemaType.Object,
                    Description = "With invalid_request: what is wrong, by field.",
                    AdditionalProperties = new OpenApiSchema
                    {
                        Type = JsonSchemaType.Array,
                        Items = new OpenApiSchema { Type = JsonSchemaType.String },
                    },
                },
            },
        };

    private static bool Waits(int status) =>
        status is StatusCodes.Status429TooManyRequests or StatusCodes.Status503ServiceUnavailable;

    private static OpenApiResponse Response(string description, bool waits = false) =>
        new()
        {
            Description = description,
            Headers = waits
                ? new Dictionary<string, IOpenApiHeader>
                {
                    ["Retry-After"] = new OpenApiHeader
                    {
                        Description = "Seconds to wait before the next attempt.",
                        Schema = new OpenApiSchema { Type = JsonSchemaType.Integer, Format = "int64" },
                    },
                }
                : null,
            Content = new Dictionary<string, OpenApiMediaType>
            {
                [Type] = new() { Schema = new OpenApiSchemaReference(Schema) },
            },
        };

    private static OpenApiSchema Text(string description) =>
        new() { Type = JsonSchemaType.String, Description = description };
}

/// <summary>Endpoint metadata: errors that the endpoint has besides those that all have.</summary>
internal sealed record DocumentedProblems(int[] Statuses);
