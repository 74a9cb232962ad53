using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using MyCoach.Dev.Vault;
using MyCoach.Tests.Support;
using MyCoach.Tests.Tokens;

namespace MyCoach.Tests.Http;

/// <summary>
/// The description of the API holds everything that is there, and its examples are what the program takes and answers.
/// </summary>
public sealed partial class OpenApiTests(LocalParts parts)
{
    private const string Json = "application/json";

    [Fact]
    public async Task Every_endpoint_is_described_and_nothing_else()
    {
        await using var app = await TestApp.StartAsync(parts);
        var document = await DescribedOperation.DocumentAsync(app);

        Assert.StartsWith("3.1.", (string?)document["openapi"]);
        Assert.Equal(
            Endpoints(app)
                .Select(endpoint => endpoint.Address)
                .Where(address => address != "GET /api/openapi.json")
                .Order(),
            DescribedOperation.Everything(document).Select(operation => operation.Address).Order()
        );
    }

    [Fact]
    public async Task Every_operation_documents_its_purpose_security_and_errors()
    {
        await using var app = await TestApp.StartAsync(parts);
        var anonymous = Endpoints(app)
            .Where(endpoint => endpoint.IsAnonymous)
            .Select(endpoint => endpoint.Address)
            .ToArray();
        var document = await DescribedOperation.DocumentAsync(app);
        var operations = DescribedOperation.Everything(document).ToArray();

        Assert.Equal("http", (string?)document["components"]!["securitySchemes"]!["bearer"]!["type"]);
        Assert.Distinct(operations.Select(operation => operation.Id));
        Assert.All(
            operations,
            operation =>
            {
                Assert.NotEmpty(operation.Id);
                Assert.NotEmpty((string?)operation.Node["summary"] ?? "");
                var isGateway = operation.Path.StartsWith("/api/gateway/", StringComparison.Ordinal);
                var problem = operation.Responses[isGateway ? "4XX" : "default"]!["content"]!.AsObject().Single();
                Assert.Equal(
                    isGateway
                        ? operation.Path.Contains("openai", StringComparison.Ordinal)
                            ? "OpenAiError"
                            : "AnthropicError"
                        : "Problem",
                    ((string?)problem.Value!["schema"]!["$ref"])?.Split('/')[^1]
                );
                Assert.Equal(
                    anonymous.Contains(operation.Address) ? "[]" : """[{"bearer":[]}]""",
                    operation.Node["security"]!.ToJsonString()
                );
            }
        );
    }

    [Fact]
    public async Task Every_body_required_parameter_and_good_answer_has_an_example()
    {
        await using var app = await TestApp.StartAsync(parts);
        foreach (var operation in await DescribedOperation.AllAsync(app))
        {
            var required = operation.Parameters.Where(parameter => (bool?)parameter["required"] == true);
            Assert.All(
                required,
                parameter => Assert.True(parameter["example"] is not null, $"{operation.Id}: {parameter["name"]}")
            );
            if (operation.Node["requestBody"] is { } body)
            {
                Assert.True(
                    body["content"]![operation.ExampleContentType]!["example"] is not null,
                    $"{operation.Id}: body"
                );
            }
            Assert.Contains(operation.Responses, response => response.Key.StartsWith('2'));
            foreach (var (status, response) in operation.Responses.Where(response => response.Key.StartsWith('2')))
            {
                Assert.True(
                    response!["content"]?[Json] is not { } media || media["example"] is not null,
                    $"{operation.Id}: {status}"
                );
            }
        }
    }

    [Fact]
    public async Task No_example_looks_like_a_key()
    {
        await using var app = await TestApp.StartAsync(parts);

        // A scanner for leaked keys would raise an alarm, and an attacker would try the key.
        Assert.DoesNotMatch("(?i)(?<![a-z])sk-[a-z0-9]", (await DescribedOperation.DocumentAsync(app)).ToJsonString());
    }

    [Fact]
    public async Task Every_example_request_gets_its_documented_answer()
    {
        await using var vault = await KeyVaultEmulator.StartAsync();
        await using var app = await StartWithVaultAsync(vault);
        var ann = app.As("ann", "MyCoach.Admin");
        await TokenSteps.StoreAsync(app, "ann", ExampleToken);
        foreach (var operation in await DescribedOperation.AllAsync(app))
        {
            var documented = operation
                .Responses.Select(response => response.Key)
                .Where(status => status.StartsWith('2'))
                .ToHashSet();
            var seen = new HashSet<string>();
            // Twice, because what creates the first time replaces or repeats the second.
            for (var time = 0; time < (operation.Method == "DELETE" ? 1 : 2); time++)
            {
                var answer = await app.WhileTimePassesAsync(
                    ann.SendAsync(
                        new HttpMethod(operation.Method),
                        operation.ExamplePath,
                        operation.ExampleBody,
                        contentType: operation.ExampleContentType
                    )
                );
                var status = $"{(int)answer.Status}";
                Assert.True(documented.Contains(status), $"{operation.Id} answered {status}: {answer.Text}");
                seen.Add(status);
                if (operation.Responses[status]!["content"]?[Json] is { } media)
                {
                    AssertSameMembers(media["example"], answer.Body, $"{operation.Id} {status}");
                }
            }
            Assert.Equal(documented.Where(status => (operation.Id, status) != NotSeenAtOnce).Order(), seen.Order());
        }
    }

    // The program chooses the ids of tokens.
    private const string ExampleToken = "aBcDeFgHiJkL";

    private async Task<TestApp> StartWithVaultAsync(KeyVaultEmulator vault)
    {
        var app = await TestApp.StartAsync(parts, [$"KeyVault:KeyId={KeyVaultEmulator.KeyId}"], configure: vault.Serve);
        using var anyone = app.Anonymous();
        // On a busy machine the vault can be late. Then the program asks it again after ten seconds.
        await Eventually.HoldsAsync(async () =>
        {
            if ((string?)(await anyone.GetAsync("/api/health"))["encryption"] == "ok")
            {
                return true;
            }
            app.Clock.Advance(TimeSpan.FromSeconds(10));
            return false;
        });
        return app;
    }

    // An account that is not erased yet when its patience ends; AccountErasureTests sees to it.
    private static readonly (string, string) NotSeenAtOnce = ("DeleteAccount", "202");

    private static void AssertSameMembers(JsonNode? example, JsonNode? actual, string where)
    {
        switch (example, actual)
        {
            case (JsonObject documented, JsonObject answered):
                Assert.True(
                    documented
                        .Select(member => member.Key)
                        .Order()
                        .SequenceEqual(answered.Select(member => member.Key).Order()),
                    $"{where} documents {documented.ToJsonString()} and answered {answered.ToJsonString()}"
                );
                Assert.All(
                    documented,
                    member => AssertSameMembers(member.Value, answered[member.Key], $"{where} {member.Key}")
                );
                break;
            case (JsonArray { Count: > 0 } documented, JsonArray answered):
                Assert.All(answered, element => AssertSameMembers(documented[0], element, where));
                break;
            case (not null, not null):
                Assert.Equal(Kind(example), Kind(actual));
                break;
        }

        static string Kind(JsonNode node) => node is JsonArray or JsonObject ? node.GetType().Name : "value";
    }

    private static IEnumerable<(string Address, bool IsAnonymous)> Endpoints(TestApp app) =>
        app
            .Services.GetRequiredService<EndpointDataSource>()
            .Endpoints.OfType<RouteEndpoint>()
            .Select(endpoint => (Endpoint: endpoint, Path: "/" + endpoint.RoutePattern.RawText?.Trim('/')))
            // The page of this description is for people.
            .Where(endpoint => !endpoint.Path.StartsWith("/api/docs", StringComparison.Ordinal))
            // What takes any method is the gateway's refusal of what it does not forward.
            .Where(endpoint =>
                endpoint.Path.StartsWith("/api/", StringComparison.Ordinal)
                && endpoint.Endpoint.Metadata.GetMetadata<HttpMethodMetadata>() is not null
            )
            .SelectMany(endpoint =>
                endpoint
                    .Endpoint.Metadata.GetRequiredMetadata<HttpMethodMetadata>()
                    .HttpMethods.Select(method =>
                        (
                            $"{method} {endpoint.Path}",
                            endpoint.Endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null
                        )
                    )
            );
}
