using System.Text.Json;
using System.Text.Json.Nodes;
using Json.Schema;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Exports;

/// <summary>The JSON schema of an account's export, from the description of the API.</summary>
internal sealed class ExportSchema
{
    private readonly JsonSchema schema;

    private ExportSchema(JsonSchema schema) => this.schema = schema;

    /// <summary>Takes no members that the description lacks.</summary>
    public static async Task<ExportSchema> ReadAsync(TestApp app)
    {
        var schemas = (await DescribedOperation.DocumentAsync(app))["components"]!["schemas"]!.AsObject();
        foreach (var (_, described) in schemas.Where(described => described.Value!["properties"] is not null))
        {
            described!["additionalProperties"] = false;
        }
        var whole = new JsonObject
        {
            ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
            ["$ref"] = "#/$defs/AccountExportView",
            ["$defs"] = schemas.DeepClone(),
        };
        return new(
            JsonSchema.FromText(
                whole.ToJsonString().Replace("#/components/schemas/", "#/$defs/", StringComparison.Ordinal)
            )
        );
    }

    public void Accepts(JsonNode export)
    {
        var results = Evaluate(export);
        Assert.True(
            results.IsValid,
            string.Join(
                '\n',
                (results.Details ?? [])
                    .Where(detail => detail.Errors is not null)
                    .SelectMany(detail => detail.Errors!.Select(error => $"{detail.InstanceLocation}: {error.Value}"))
            )
        );
    }

    public void Refuses(JsonNode export) => Assert.False(Evaluate(export).IsValid);

    private EvaluationResults Evaluate(JsonNode export) =>
        schema.Evaluate(
            JsonSerializer.SerializeToElement(export),
            new EvaluationOptions { OutputFormat = OutputFormat.List, RequireFormatValidation = true }
        );
}
