using System.Text.Json.Nodes;
using Microsoft.OpenApi;
using MyCoach.Storage;

namespace MyCoach.Http;

/// <summary>
/// Describes query and path parameters. Handlers read them as text, so that an error can name the field.
/// </summary>
internal static class ParameterDescription
{
    private const string Groupings =
        "model servedModel provider day conversation agent token day,model day,servedModel day,provider day,agent day,token";

    private static readonly Dictionary<string, (string Description, Action<OpenApiSchema> Refine)> Known = new()
    {
        ["agentId"] = ("The id of an agent.", IsId),
        ["conversationId"] = ("The id of a conversation.", IsId),
        ["cursor"] = ("The nextCursor of the page before, with the same query.", _ => { }),
        ["from"] = (
            "The first day in UTC, such as 2026-11-01. With to, in place of month.",
            schema => schema.Format = "date"
        ),
        ["groupBy"] = (
            "What a group has in common; model if absent. conversation, agent and token need a month. day can have a second key.",
            IsGrouping
        ),
        ["limit"] = ("The most rows of a page.", IsLimit),
        ["metadata"] = ("A pair of metadata, such as feature:search. Events must match every key.", _ => { }),
        ["model"] = ("The name of a model: its id, an alias or a snapshot.", _ => { }),
        ["month"] = ("A month in UTC, such as 2026-11; the current one if absent.", IsMonth),
        ["preview"] = ("true shows what would change and stores nothing.", _ => { }),
        ["provider"] = ("The provider.", IsProvider),
        ["servedModel"] = ("The exact name of a model, as posted or as the provider answered.", _ => { }),
        ["providerKeyId"] = (
            "The provider's id of your stored key. From then on, only this key's lines are compared.",
            schema => (schema.MinLength, schema.MaxLength) = (1, 128)
        ),
        ["version"] = ("The number of a version; 0 is the embedded book.", schema => schema.Pattern = "^[0-9]+$"),
        ["tokenId"] = ("The id of a token of MyCoach.", IsId),
        ["to"] = ("The last day in UTC, included. The range has at most 400 days.", schema => schema.Format = "date"),
    };

    private static readonly Dictionary<string, (string Description, Action<OpenApiSchema> Refine)> OfConversations =
        new() { ["id"] = ("The id of the conversation.", IsId) };

    private static readonly Dictionary<string, (string Description, Action<OpenApiSchema> Refine)> OfReconciliation =
        new()
        {
            ["groupBy"] = (
                "What a group has in common; day if absent.",
                schema => schema.Enum = Texts("day", "model", "key")
            ),
        };

    private static readonly Dictionary<string, (string Description, Action<OpenApiSchema> Refine)> OfPaths = new()
    {
        ["month"] = ("A month in UTC, such as 2026-11.", IsMonth),
    };

    private static readonly Dictionary<string, (string Description, Action<OpenApiSchema> Refine)> OfUsage = new()
    {
        ["id"] = ("The id of the event, as an answer shows it: yyyyMM-, then the id it was posted with.", _ => { }),
    };

    public static void Describe(OpenApiOperation operation)
    {
        foreach (var parameter in (operation.Parameters ?? []).OfType<OpenApiParameter>())
        {
            // ASP.NET Core takes members that may be repeated for required ones.
            parameter.Required &= parameter.In != ParameterLocation.Query;
            if (Find(operation, parameter) is not { } known)
            {
                continue;
            }
            parameter.Description = known.Description;
            var schema = parameter.Schema as OpenApiSchema;
            if (schema?.Type?.HasFlag(JsonSchemaType.Array) is true)
            {
                schema.MaxItems = QueryMembers.MaxValues;
                parameter.Description += " Repeat it to select any of several.";
            }
            if ((schema?.Items ?? schema) is OpenApiSchema value)
            {
                known.Refine(value);
            }
        }
    }

    private static (string Description, Action<OpenApiSchema> Refine)? Find(
        OpenApiOperation operation,
        OpenApiParameter parameter
    )
    {
        var special = operation.OperationId switch
        {
            "DeleteConversation" => OfConversations,
            "GetReconciliation" => OfReconciliation,
            _ => OfUsage,
        };
        var name = parameter.Name ?? "";
        return parameter.In is not (ParameterLocation.Query or ParameterLocation.Path) ? null
            : parameter.In is ParameterLocation.Path && OfPaths.TryGetValue(name, out var known) ? known
            : special.TryGetValue(name, out known) || Known.TryGetValue(name, out known) ? known
            : null;
    }

    private static void IsId(OpenApiSchema schema) => schema.Pattern = Ids.Pattern;

    private static void IsMonth(OpenApiSchema schema) => schema.Pattern = "^[0-9]{4}-[0-9]{2}$";

    private static void IsProvider(OpenApiSchema schema) => schema.Enum = Texts("anthropic", "openai");

    private static void IsGrouping(OpenApiSchema schema) => schema.Enum = Texts(Groupings.Split(' '));

    private static void IsLimit(OpenApiSchema schema)
    {
        schema.Type = JsonSchemaType.Integer;
        schema.Format = "int32";
        schema.Minimum = "1";
        schema.Maximum = "500";
        schema.Default = 50;
    }

    private static List<JsonNode> Texts(params string[] values) => [.. values.Select(value => JsonValue.Create(value))];
}
