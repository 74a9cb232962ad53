using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Http;

/// <summary>What generators of clients need to know of the schemas.</summary>
public sealed partial class OpenApiTests
{
    [Fact]
    public async Task An_answer_has_all_its_members_and_may_gain_more()
    {
        await using var app = await TestApp.StartAsync(parts);
        var answers = (await SchemasAsync(app)).Where(schema => AnswerName().IsMatch(schema.Name)).ToArray();

        Assert.True(answers.Length > 20);
        Assert.All(
            answers,
            answer =>
            {
                Assert.Equal(
                    answer.Schema["properties"]!.AsObject().Select(member => member.Key).Order(),
                    answer.Schema["required"]!.AsArray().Select(name => (string)name!).Order()
                );
                Assert.Null(answer.Schema["additionalProperties"]);
            }
        );
    }

    [Fact]
    public async Task Numbers_have_units_and_times_are_strings()
    {
        await using var app = await TestApp.StartAsync(parts);
        var members = (await SchemasAsync(app))
            .SelectMany(schema =>
                (schema.Schema["properties"]?.AsObject() ?? []).Select(member =>
                    (Name: $"{schema.Name}.{member.Key}", Node: member.Value!)
                )
            )
            .ToArray();

        Assert.Empty(
            members
                .Where(member => TypesOf(member.Node).Any(type => type is "integer" or "number"))
                .Where(member => !Unit().IsMatch(member.Name) && member.Node["description"] is null)
                .Select(member => member.Name)
        );
        var times = members.Where(member => (string?)member.Node["format"] == "date-time").ToArray();
        Assert.Contains(times, member => member.Name == "UsageEventView.createdAt");
        Assert.All(times, member => Assert.Equal(["string"], TypesOf(member.Node).Except(["null"])));
    }

    [Fact]
    public async Task Every_operation_documents_a_refusal_and_every_tag_its_meaning()
    {
        await using var app = await TestApp.StartAsync(parts);
        var document = await DescribedOperation.DocumentAsync(app);
        var tags = document["tags"]!
            .AsArray()
            .ToDictionary(tag => (string)tag!["name"]!, tag => (string)tag!["description"]!);

        Assert.All(
            DescribedOperation.Everything(document),
            operation =>
            {
                Assert.Contains(operation.Responses, response => response.Key.StartsWith('4'));
                Assert.NotEmpty((string)operation.Node["description"]!);
                Assert.NotEmpty(tags[(string)operation.Node["tags"]!.AsArray().Single()!]);
            }
        );
        Assert.Equal("MIT", (string?)document["info"]!["license"]!["identifier"]);
    }

    private static async Task<IEnumerable<(string Name, JsonObject Schema)>> SchemasAsync(TestApp app) =>
        (await DescribedOperation.DocumentAsync(app))["components"]!["schemas"]!
            .AsObject()
            .Select(schema => (schema.Key, schema.Value!.AsObject()));

    private static IEnumerable<string> TypesOf(JsonNode schema) =>
        schema["type"] switch
        {
            JsonArray types => types.Select(type => (string)type!),
            JsonValue type => [(string)type!],
            _ => [],
        };

    [GeneratedRegex("(?:View|List)$")]
    private static partial Regex AnswerName();

    [GeneratedRegex("(?:Tokens|Percent)$")]
    private static partial Regex Unit();
}
