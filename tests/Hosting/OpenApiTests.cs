using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Hosting;

/// <summary>The description of the API holds everything that is there, and its examples are what the program takes and answers.</summary>
public sealed partial class OpenApiTests(LocalParts parts)
{
    private const string Json = "application/json";

    // The example of a key must not look like one; the emulated provider takes only what does.
    private const string PlaceholderKey = "YOUR-PROVIDER-KEY";
    private const string EmulatedKey = "sk-ant-api03-good-key-x7Qa";

    [Fact]
    public async Task Every_endpoint_is_described_and_nothing_else()
    {
        await using var app = await TestApp.StartAsync(parts);
        var document = await DocumentAsync(app);

        Assert.StartsWith("3.1.", (string?)document["openapi"]);
        Assert.Equal(
            Endpoints(app).Select(endpoint => endpoint.Address).Where(address => address != "GET /api/openapi.json").Order(),
            Operations(document).Select(operation => operation.Address).Order()
        );
    }

    [Fact]
    public async Task Every_operation_says_what_it_does_who_may_call_and_how_it_fails()
    {
        await using var app = await TestApp.StartAsync(parts);
        var anonymous = Endpoints(app).Where(endpoint => endpoint.IsAnonymous).Select(endpoint => endpoint.Address).ToArray();
        var document = await DocumentAsync(app);
        var operations = Operations(document);

        Assert.Equal("http", (string?)document["components"]!["securitySchemes"]!["bearer"]!["type"]);
        Assert.Distinct(operations.Select(operation => operation.Id));
        Assert.All(
            operations,
            operation =>
            {
                Assert.NotEmpty(operation.Id);
                Assert.NotEmpty((string?)operation.Node["summary"] ?? "");
                var problem = operation.Responses["default"]!["content"]!["application/problem+json"]!["schema"]!;
                Assert.Equal("#/components/schemas/Problem", (string?)problem["$ref"]);
                Assert.Equal(
                    anonymous.Contains(operation.Address) ? "null" : """[{"bearer":[]}]""",
                    operation.Node["security"]?.ToJsonString() ?? "null"
                );
            }
        );
    }

    [Fact]
    public async Task Every_body_required_parameter_and_good_answer_has_an_example()
    {
        await using var app = await TestApp.StartAsync(parts);
        foreach (var operation in Operations(await DocumentAsync(app)))
        {
            var required = operation.Parameters.Where(parameter => (bool?)parameter["required"] == true);
            Assert.All(required, parameter => Assert.True(parameter["example"] is not null, $"{operation.Id}: {parameter["name"]}"));
            if (operation.Node["requestBody"] is { } body)
            {
                Assert.True(body["content"]![Json]!["example"] is not null, $"{operation.Id}: body");
            }
            Assert.Contains(operation.Responses, response => response.Key.StartsWith('2'));
            foreach (var (status, response) in operation.Responses.Where(response => response.Key.StartsWith('2')))
            {
                Assert.True(response!["content"]?[Json] is not { } media || media["example"] is not null, $"{operation.Id}: {status}");
            }
        }
    }

    [Fact]
    public async Task No_example_looks_like_a_key()
    {
        await using var app = await TestApp.StartAsync(parts);

        // A scanner for leaked keys would raise the alarm, and somebody would try it.
        Assert.DoesNotMatch("(?i)(?<![a-z])sk-[a-z0-9]", (await DocumentAsync(app)).ToJsonString());
    }

    [Fact]
    public async Task Every_example_request_gets_each_documented_answer_with_the_members_of_its_example()
    {
        await using var vault = await VaultDouble.StartAsync();
        await using var app = await StartWithVaultAsync(vault);
        var ann = app.As("ann", "MyCoach.Admin");
        foreach (var operation in InSensibleOrder(Operations(await DocumentAsync(app))))
        {
            var documented = operation.Responses.Select(response => response.Key).Where(status => status.StartsWith('2')).ToHashSet();
            var seen = new HashSet<string>();
            // Twice, because what creates the first time replaces or repeats the second.
            for (var time = 0; time < (operation.Method == "DELETE" ? 1 : 2); time++)
            {
                var body = operation.Node["requestBody"]?["content"]?[Json]?["example"]?.ToJsonString();
                var answer = await app.WhileTimePassesAsync(
                    ann.SendAsync(
                        new HttpMethod(operation.Method),
                        operation.ExamplePath,
                        body?.Replace(PlaceholderKey, EmulatedKey, StringComparison.Ordinal)
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

    private Task<TestApp> StartWithVaultAsync(VaultDouble vault) =>
        TestApp.StartAsync(parts, [$"KeyVault:KeyId={VaultDouble.KeyId}"], configure: vault.Serve);

    // An account that is not erased yet when its patience ends; AccountErasureTests sees to it.
    private static readonly (string, string) NotSeenAtOnce = ("DeleteAccount", "202");

    // What is read and deleted must be there first, and an account goes after everything that is in it.
    private static IEnumerable<Operation> InSensibleOrder(IEnumerable<Operation> operations) =>
        operations
            .OrderBy(operation => Array.IndexOf(["PUT", "PATCH", "POST", "GET", "DELETE"], operation.Method))
            .ThenByDescending(operation => operation.Path, StringComparer.Ordinal);

    private static void AssertSameMembers(JsonNode? example, JsonNode? actual, string where)
    {
        switch (example, actual)
        {
            case (JsonObject documented, JsonObject answered):
                Assert.True(
                    documented.Select(member => member.Key).Order().SequenceEqual(answered.Select(member => member.Key).Order()),
                    $"{where} documents {documented.ToJsonString()} and answered {answered.ToJsonString()}"
                );
                Assert.All(documented, member => AssertSameMembers(member.Value, answered[member.Key], $"{where} {member.Key}"));
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

    private static async Task<JsonNode> DocumentAsync(TestApp app) =>
        (await app.Anonymous().GetAsync("/api/openapi.json")).Is(System.Net.HttpStatusCode.OK).Body!;

    private static IReadOnlyList<Operation> Operations(JsonNode document) =>
        [
            .. document["paths"]!
                .AsObject()
                .SelectMany(path => path.Value!.AsObject().Select(method => new Operation(path.Key, method.Key.ToUpperInvariant(), method.Value!))),
        ];

    private static IEnumerable<(string Address, bool IsAnonymous)> Endpoints(TestApp app) =>
        app
            .Services.GetRequiredService<EndpointDataSource>()
            .Endpoints.OfType<RouteEndpoint>()
            .Select(endpoint => (Endpoint: endpoint, Path: "/" + endpoint.RoutePattern.RawText?.Trim('/')))
            // The gateway speaks the providers' own API, which they describe.
            .Where(endpoint =>
                endpoint.Path.StartsWith("/api/", StringComparison.Ordinal) && !endpoint.Path.StartsWith("/api/gateway/", StringComparison.Ordinal)
            )
            .SelectMany(endpoint =>
                endpoint
                    .Endpoint.Metadata.GetRequiredMetadata<HttpMethodMetadata>()
                    .HttpMethods.Select(method =>
                        ($"{method} {endpoint.Path}", endpoint.Endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null)
                    )
            );

    private sealed record Operation(string Path, string Method, JsonNode Node)
    {
        public string Address => $"{Method} {Path}";
        public string Id => (string?)Node["operationId"] ?? "";
        public JsonObject Responses => Node["responses"]!.AsObject();
        public JsonObject[] Parameters => [.. (Node["parameters"]?.AsArray() ?? []).Select(parameter => parameter!.AsObject())];

        public string ExamplePath
        {
            get
            {
                var path = Of("path")
                    .Aggregate(Path, (path, example) => path.Replace($"{{{example.Name}}}", example.Value, StringComparison.Ordinal));
                var query = string.Join('&', Of("query").Select(example => $"{example.Name}={example.Value}"));
                return query.Length == 0 ? path : $"{path}?{query}";

                IEnumerable<(string Name, string Value)> Of(string place) =>
                    Parameters
                        .Where(parameter => (string?)parameter["in"] == place && parameter["example"] is not null)
                        .Select(parameter => ((string)parameter["name"]!, Uri.EscapeDataString(parameter["example"]!.ToString())));
            }
        }
    }
}
