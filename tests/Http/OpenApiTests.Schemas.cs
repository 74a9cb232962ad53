using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using MyCoach.Dev.Vault;
using MyCoach.Storage;
using MyCoach.Tests.Support;
using MyCoach.Tests.Tokens;

namespace MyCoach.Tests.Http;

/// <summary>What the schemas say of requests is what the program does with them.</summary>
public sealed partial class OpenApiTests
{
    [Fact]
    public async Task Exactly_the_required_members_of_a_body_are_required()
    {
        await using var app = await TestApp.StartAsync(parts);
        var ann = app.As("ann", "MyCoach.Admin");
        await TokenSteps.StoreAsync(app, "ann", ExampleToken);
        var document = await DescribedOperation.DocumentAsync(app);
        foreach (
            var operation in DescribedOperation
                .All(document)
                .Where(operation => operation.Node["requestBody"]?["content"]![Json] is not null)
        )
        {
            var media = operation.Node["requestBody"]!["content"]![Json]!;
            var reference = media["schema"]!["oneOf"] is { } forms ? forms[0]!["$ref"]! : media["schema"]!["$ref"]!;
            var schema = document["components"]!["schemas"]![((string)reference!).Split('/')[^1]]!;
            var required = (schema["required"]?.AsArray() ?? []).Select(name => (string)name!).ToArray();
            var example = media["example"]!.AsObject();
            Assert.All(
                example,
                member =>
                    Assert.True(
                        schema["properties"]!.AsObject().ContainsKey(member.Key),
                        $"{operation.Id}: {member.Key}"
                    )
            );

            var minimal = new JsonObject(
                example
                    .Where(member => required.Contains(member.Key))
                    .Select(member => KeyValuePair.Create(member.Key, member.Value?.DeepClone()))
            );
            Assert.InRange((int)(await SendAsync(minimal)).Status, 200, 202);
            foreach (var member in required)
            {
                var without = minimal.DeepClone().AsObject();
                without.Remove(member);
                (await SendAsync(without)).Blames(member);
            }

            Task<Answer> SendAsync(JsonObject body) =>
                ann.SendAsync(new HttpMethod(operation.Method), operation.ExamplePath, DescribedOperation.Usable(body));
        }
    }

    [Fact]
    public async Task The_fields_of_an_event_are_described_by_their_rules()
    {
        await using var app = await TestApp.StartAsync(parts);
        var schemas = (await DescribedOperation.DocumentAsync(app))["components"]!["schemas"]!;
        var fields = schemas["UsagePost"]!["properties"]!;

        Assert.Equal(
            ["anthropic", "openai"],
            fields["provider"]!["enum"]!.AsArray().Select(provider => (string)provider!)
        );
        string[] ids = ["a", "A._:-9", "...", ".a", new('a', 128), "", ".", "..", "a/b", "ä", new('a', 129)];
        foreach (var field in new[] { "id", "conversationId", "agentId" })
        {
            var pattern = (string)fields[field]!["pattern"]!;
            Assert.All(ids, id => Assert.Equal(Ids.IsId(id), Regex.IsMatch(id, pattern)));
        }
        Assert.DoesNotMatch((string)fields["id"]!["pattern"]!, "gw-1");
    }

    [Fact]
    public async Task Every_operation_that_shows_an_ETag_says_so_and_no_other()
    {
        await using var vault = await KeyVaultEmulator.StartAsync();
        await using var app = await StartWithVaultAsync(vault);
        var ann = app.As("ann", "MyCoach.Admin");
        await TokenSteps.StoreAsync(app, "ann", ExampleToken);
        foreach (
            var operation in (await DescribedOperation.AllAsync(app)).Where(operation => operation.Method != "DELETE")
        )
        {
            var answer = await ann.SendAsync(
                new HttpMethod(operation.Method),
                operation.ExamplePath,
                operation.ExampleBody,
                contentType: operation.ExampleContentType
            );
            Assert.InRange(answer.Status, HttpStatusCode.OK, HttpStatusCode.Accepted);
            Assert.True(
                operation.Responses[$"{(int)answer.Status}"]!["headers"]?["ETag"] is not null
                    == (answer.ETag is not null),
                $"{operation.Id} {(int)answer.Status} with {answer.ETag ?? "no ETag"}"
            );
            Assert.Equal(
                answer.ETag is not null && operation.Method is "PUT" or "PATCH",
                operation.Parameters.Any(parameter => (string?)parameter["name"] == "If-Match")
            );
        }
    }
}
