using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace MyCoach.Http;

/// <summary>
/// Adds to an operation of the OpenAPI document what ASP.NET Core cannot see in the endpoint, and its examples.
/// </summary>
internal static class OperationDescription
{
    public static void Describe(
        OpenApiOperation operation,
        OpenApiOperationTransformerContext context,
        JsonObject examples
    )
    {
        var endpoint = context.Description.ActionDescriptor.EndpointMetadata;
        var isAnonymous = endpoint.OfType<IAllowAnonymous>().Any();
        if (endpoint.OfType<CsvBody>().Any())
        {
            operation.RequestBody = new OpenApiRequestBody
            {
                Required = true,
                Content = new Dictionary<string, OpenApiMediaType>
                {
                    [CsvBody.ContentType] = new() { Schema = new OpenApiSchema { Type = JsonSchemaType.String } },
                },
            };
        }
        // What has errors of another shape describes them itself.
        if (!endpoint.OfType<ErrorShape>().Any())
        {
            ProblemResponses.Describe(operation, endpoint, isAnonymous);
        }
        ParameterDescription.Describe(operation);
        DescribeEntityTag(operation, context.Description.HttpMethod ?? "", endpoint.OfType<EntityTagged>().Any());
        DescribeAuthentication(operation, context, isAnonymous);
        if (examples[operation.OperationId ?? ""] is JsonObject example)
        {
            OperationExamples.Add(operation, example);
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
            AddHeader(
                "If-Match",
                "The ETag that the resource must still have, or * for any. Otherwise the answer is 412."
            );
            operation.Responses!["412"] = ProblemResponses.PreconditionFailed();
        }
        if (method is "PUT")
        {
            AddHeader("If-None-Match", "With *, only creates: the answer is 412 if the resource exists.");
        }
        if (method is "GET")
        {
            AddHeader("If-None-Match", "ETags that the caller has. The answer is 304 if one of them is current.");
            operation.Responses!["304"] = new OpenApiResponse { Description = "Not modified" };
        }
        foreach (
            var response in operation
                .Responses!.Where(response => response.Key is "200" or "201")
                .Select(response => response.Value)
                .OfType<OpenApiResponse>()
        )
        {
            response.Headers = new Dictionary<string, IOpenApiHeader>
            {
                ["ETag"] = new OpenApiHeader { Description = "The version of the resource.", Schema = text },
            };
        }

        void AddHeader(string name, string description)
        {
            operation.Parameters ??= [];
            operation.Parameters.Add(
                new OpenApiParameter
                {
                    Name = name,
                    In = ParameterLocation.Header,
                    Description = description,
                    Schema = text,
                }
            );
        }
    }

    private static void DescribeAuthentication(
        OpenApiOperation operation,
        OpenApiOperationTransformerContext context,
        bool isAnonymous
    )
    {
        if (isAnonymous)
        {
            operation.Security = [];
            return;
        }
        operation.Security =
        [
            new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference("bearer", context.Document)] = [] },
        ];
        operation.Parameters ??= [];
        operation.Parameters.Add(
            new OpenApiParameter
            {
                Name = RequestHeaders.User,
                In = ParameterLocation.Header,
                Description =
                    "Required from a trusted service, and forbidden for other callers: the user that the service acts for, as percent-encoded UTF-8.",
                Schema = new OpenApiSchema { Type = JsonSchemaType.String },
            }
        );
    }
}
