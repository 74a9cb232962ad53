using System.ComponentModel.DataAnnotations;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace MyCoach.Http;

/// <summary>Corrects what ASP.NET Core says of the wire types in the OpenAPI document.</summary>
internal static class SchemaDescription
{
    public static void Describe(OpenApiSchema schema, OpenApiSchemaTransformerContext context)
    {
        RequireValue(schema, context.JsonPropertyInfo);
        DescribeAllowedValues(schema, context.JsonPropertyInfo);
        DescribeText(schema, context.JsonPropertyInfo);
        DescribeTime(schema, context.JsonTypeInfo.Type);
        RequireMembersOfAnswers(schema, context.JsonTypeInfo);
    }

    // Requests hold absent members as null, which says nothing of what a caller may send.
    private static void RequireValue(OpenApiSchema schema, JsonPropertyInfo? member)
    {
        if (AttributeOf<RequiredAttribute>(member) is not null)
        {
            schema.Type &= ~JsonSchemaType.Null;
        }
    }

    private static void DescribeAllowedValues(OpenApiSchema schema, JsonPropertyInfo? member)
    {
        if (AttributeOf<AllowedValuesAttribute>(member) is not { } allowed)
        {
            return;
        }
        var value = schema.Items as OpenApiSchema ?? schema;
        value.Enum = [.. allowed.Values.Select(text => JsonValue.Create((string)text!))];
        if (value.Type?.HasFlag(JsonSchemaType.Null) == true)
        {
            value.Enum.Add(JsonNullSentinel.JsonNull);
        }
    }

    // maxLength counts characters.
    private static void DescribeText(OpenApiSchema schema, JsonPropertyInfo? member)
    {
        if (AttributeOf<PlainTextAttribute>(member) is { } text)
        {
            schema.Description =
                $"{schema.Description} At most {text.MaximumLength} UTF-8 bytes, without control characters.".TrimStart();
        }
    }

    private static TAttribute? AttributeOf<TAttribute>(JsonPropertyInfo? member)
        where TAttribute : Attribute =>
        member
            ?.AttributeProvider?.GetCustomAttributes(typeof(TAttribute), inherit: true)
            .OfType<TAttribute>()
            .FirstOrDefault();

    // The description does not look into converters.
    private static void DescribeTime(OpenApiSchema schema, Type type)
    {
        if (type == typeof(DateTimeOffset))
        {
            schema.Type = JsonSchemaType.String;
        }
        else if (type == typeof(DateTimeOffset?))
        {
            schema.Type = JsonSchemaType.String | JsonSchemaType.Null;
        }
    }

    // An answer always has all its members; one without a value is null.
    private static void RequireMembersOfAnswers(OpenApiSchema schema, JsonTypeInfo type)
    {
        if (
            type.Kind == JsonTypeInfoKind.Object
            && (
                type.Type.Name.EndsWith("View", StringComparison.Ordinal)
                || type.Type.Name.EndsWith("List", StringComparison.Ordinal)
            )
        )
        {
            schema.Required = (schema.Properties?.Keys ?? []).ToHashSet();
            // Newer versions may add members.
            schema.AdditionalPropertiesAllowed = true;
            schema.AdditionalProperties = null;
        }
    }
}
