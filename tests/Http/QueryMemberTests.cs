using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.DependencyInjection;
using MyCoach.Http;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Http;

/// <summary>Every endpoint refuses query members that it does not know.</summary>
public sealed class QueryMemberTests(LocalParts parts)
{
    [Fact]
    public async Task Every_endpoint_refuses_an_unknown_member_by_its_name()
    {
        await using var app = await TestApp.StartAsync(parts);
        var ann = app.As("ann", "MyCoach.Admin");
        var calls = Endpoints(app)
            .SelectMany(endpoint =>
                endpoint
                    .Metadata.GetRequiredMetadata<HttpMethodMetadata>()
                    .HttpMethods.Select(method => (method, path: PathOf(endpoint.RoutePattern)))
            )
            // Its answers have no body.
            .Where(call => call.method != HttpMethods.Head)
            .ToArray();

        foreach (var (method, path) in calls)
        {
            (await ann.SendAsync(new HttpMethod(method), $"{path}?surprise=1")).Blames("surprise");
        }
        Assert.True(calls.Length >= 25, "The program has hardly any endpoints; were they found?");
        Assert.Empty(await app.TablesAsync());
    }

    [Fact]
    public async Task Described_members_are_the_known_ones()
    {
        await using var app = await TestApp.StartAsync(parts);
        var described = (await DescribedOperation.AllAsync(app)).ToDictionary(
            operation => operation.Id,
            operation =>
                operation
                    .Parameters.Where(parameter => (string?)parameter["in"] == "query")
                    .Select(parameter => (string)parameter["name"]!)
        );

        foreach (var endpoint in Endpoints(app))
        {
            if (endpoint.Metadata.GetMetadata<EndpointNameMetadata>() is { } name)
            {
                Assert.Equal(described[name.EndpointName].Order(), QueryMembers.Of(endpoint).Keys.Order());
            }
        }
        Assert.Contains(described, operation => operation.Value.Any());
    }

    [Fact]
    public async Task Bounds_of_the_members_are_described()
    {
        await using var app = await TestApp.StartAsync(parts);
        var operations = await DescribedOperation.AllAsync(app);
        foreach (var operation in operations.Where(one => one.Id is "ListUsage" or "GetUsageSummary" or "ExportUsage"))
        {
            foreach (var name in (string[])["provider", "model", "servedModel", "conversationId", "agentId"])
            {
                var member = operation.Parameters.Single(parameter => (string?)parameter["name"] == name);
                Assert.Equal(20, (int?)member["schema"]!["maxItems"]);
                Assert.NotEmpty((string)member["description"]!);
                Assert.NotEqual(true, (bool?)member["required"]);
            }
        }
        var groupBy = operations
            .Single(operation => operation.Id == "GetUsageSummary")
            .Parameters.Single(parameter => (string?)parameter["name"] == "groupBy");
        Assert.NotEmpty((string)groupBy["description"]!);
    }

    [Theory]
    [InlineData("/api/usage?converstionId=c", "converstionId", "conversationId")]
    [InlineData("/api/usage?agentid_=a", "agentid_", "agentId")]
    [InlineData("/api/usage/summary?groupby_=day", "groupby_", "groupBy")]
    [InlineData("/api/usage/export?format=json", "format", "It takes")]
    [InlineData("/api/account/activity?limits=5", "limits", "limit")]
    [InlineData("/api/settings?month=2026-11", "month", "takes none")]
    public async Task Error_says_what_is_meant(string path, string member, string said)
    {
        await using var app = await TestApp.StartAsync(parts);
        var answer = (await app.As("ann").GetAsync(path)).Blames(member);
        Assert.Contains(said, (string?)answer["errors"][member]![0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/api/usage?limit=5&limit=5", "limit")]
    [InlineData("/api/usage?limit=5&LIMIT=5", "limit")]
    [InlineData("/api/budget?month=2026-11&month=2026-11", "month")]
    [InlineData("/api/usage?sk-ant-api03-pasted=1", "query")]
    [InlineData("/api/usage?=1", "query")]
    [InlineData("/api/usage?code=x", "code")]
    public async Task Repeated_and_malformed_members_are_refused(string path, string field)
    {
        await using var app = await TestApp.StartAsync(parts);
        var answer = (await app.As("ann").GetAsync(path)).Blames(field);
        Assert.DoesNotContain("pasted", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stranger_gets_401_first()
    {
        await using var app = await TestApp.StartAsync(parts);
        (await app.Anonymous().GetAsync("/api/usage?surprise=1")).IsProblem(401, "unauthenticated");
    }

    [Fact]
    public async Task Under_the_Functions_host_a_key_of_the_host_is_ignored()
    {
        await using var app = await TestApp.StartAsync(parts, [TestApp.UnderHost]);
        (await app.As("ann").GetAsync("/api/settings?code=host-key")).Is(System.Net.HttpStatusCode.OK);
        (await app.As("ann").GetAsync("/api/settings?code=host-key&surprise=1")).Blames("surprise");
    }

    private static IEnumerable<RouteEndpoint> Endpoints(TestApp app) =>
        app
            .Services.GetRequiredService<EndpointDataSource>()
            .Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.Metadata.GetMetadata<ForwardsQuery>() is null);

    private static string PathOf(RoutePattern pattern) =>
        "/"
        + string.Join(
            '/',
            pattern.PathSegments.Select(segment =>
                segment.Parts[0] is RoutePatternLiteralPart text ? text.Content : "x"
            )
        );
}
