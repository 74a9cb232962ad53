using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using MyCoach.Dev.FunctionsHost;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Functions;

/// <summary>
/// The Functions host tries the functions in the order of their names, and the first whose route and methods match
/// wins: there is no precedence of the more exact route as in ASP.NET Core. What no function lists is not reached at
/// all.
/// </summary>
public sealed class FunctionMetadataTests
{
    private static readonly HostedFunction[] Functions = [.. ReadFunctions()];
    private static readonly HostedFunction[] HttpFunctions = [.. Functions.Where(function => function.IsHttp)];
    private static readonly HostedFunction[] Timers = [.. Functions.Where(function => function.IsTimer)];

    [Fact]
    public async Task Every_endpoint_is_reached_through_its_own_function_with_each_of_its_methods()
    {
        var endpoints = await EndpointsAsync();

        Assert.NotEmpty(endpoints);
        foreach (
            var (path, method) in endpoints.SelectMany(endpoint =>
                endpoint.Methods.Select(method => (endpoint.SamplePath, method))
            )
        )
        {
            if (!path.StartsWith("/api/", StringComparison.Ordinal))
            {
                Assert.True(TakesEverything(FirstMatch(path, method)!), path);
                continue;
            }
            var own = Assert.Single(
                HttpFunctions,
                function => !TakesEverything(function) && function.Matches(path, method)
            );
            Assert.Equal(own, FirstMatch(path, method));
            // A browser asks before it sends anything else than a plain GET.
            Assert.Equal(own, FirstMatch(path, "OPTIONS"));
        }
    }

    [Fact]
    public async Task No_function_and_no_method_of_one_is_dead()
    {
        var reached = (await EndpointsAsync())
            .SelectMany(endpoint =>
                endpoint.Methods.Select(method => (FirstMatch(endpoint.SamplePath, method)?.Name, method))
            )
            .ToHashSet();

        foreach (var function in HttpFunctions.Where(function => !TakesEverything(function)))
        {
            Assert.Contains("OPTIONS", function.Methods);
            Assert.All(
                function.Methods.Where(method => method != "OPTIONS"),
                method => Assert.Contains((function.Name, method), reached)
            );
        }
    }

    [Fact]
    public void A_function_that_takes_every_path_sorts_last_and_only_reads() =>
        Assert.Equal(
            (HttpFunctions[^1], "GET HEAD"),
            (Assert.Single(HttpFunctions, TakesEverything), string.Join(' ', HttpFunctions[^1].Methods.Order()))
        );

    [Fact]
    public void Functions_are_those_of_the_contract() =>
        Assert.Equal(
            "Account Admin Agents ApiKeys Billing BillingSync Budget BudgetRollup Conversations Docs Gateway Health Models OpenApi Settings Tokens Usage Web",
            string.Join(' ', Functions.Select(function => function.Name))
        );

    [Fact]
    public void Http_functions_leave_authentication_to_the_program_and_avoid_the_paths_of_the_host() =>
        Assert.All(
            HttpFunctions,
            function =>
            {
                Assert.Equal("anonymous", (string?)function.Trigger["authLevel"], ignoreCase: true);
                Assert.False(
                    function.Route.StartsWith("admin", StringComparison.OrdinalIgnoreCase),
                    $"The host refuses {function.Route}."
                );
                Assert.False(
                    function.Route.StartsWith("runtime", StringComparison.OrdinalIgnoreCase),
                    $"The host refuses {function.Route}."
                );
            }
        );

    [Fact]
    public async Task Timers_run_by_a_configured_schedule_and_no_http_path_reaches_them()
    {
        var endpoints = await EndpointsAsync();
        foreach (var timer in Timers)
        {
            Assert.Matches("^%[A-Za-z]*Schedule%$", timer.Schedule);
            Assert.Contains(
                $"\"{timer.Schedule.Trim('%')}\"",
                Repository.Read("local.settings.example.json"),
                StringComparison.Ordinal
            );
            Assert.DoesNotContain(
                HttpFunctions,
                function => function.Matches($"/{timer.Name}", "POST") || function.Matches($"/api/{timer.Name}", "POST")
            );
            Assert.DoesNotContain(
                endpoints,
                endpoint => endpoint.SamplePath.EndsWith(timer.Name, StringComparison.OrdinalIgnoreCase)
            );
        }
    }

    [Fact]
    public void Every_function_is_a_timer_or_answers_http() =>
        Assert.Empty(Functions.Except(HttpFunctions).Except(Timers));

    // A reflection invoker compiles an expression at each call of a class that is not public.
    [Fact]
    public void The_generated_executor_calls_every_function()
    {
        var executor = typeof(MyCoach.Program).Assembly.GetType(
            "MyCoach.Functions.DirectFunctionExecutor",
            throwOnError: true
        )!;
        var sources = Repository.Files("src/MyCoach.Functions/Functions", "*.cs").Select(Repository.Read);

        Assert.True(executor.IsClass);
        Assert.Equal(Functions.Length, sources.Sum(source => source.Split("[Function(").Length - 1));
        Assert.All(
            Functions,
            function =>
                Assert.True(
                    Type.GetType(
                        $"{function.EntryPoint[..function.EntryPoint.LastIndexOf('.')]}, MyCoach.Functions"
                    )!.IsPublic
                )
        );
    }

    [Fact]
    public void The_hosts_settings_leave_every_path_to_the_functions()
    {
        var host = JsonNode.Parse(Repository.Read("host.json"))!;

        Assert.Equal("2.0", (string?)host["version"]);
        Assert.Equal("", (string?)host["extensions"]!["http"]!["routePrefix"]);
        Assert.Equal("00:30:00", (string?)host["functionTimeout"]);
        Assert.Null(host["customHandler"]);
        Assert.Null(host["extensionBundle"]);
    }

    private static bool TakesEverything(HostedFunction function) =>
        function.Route.StartsWith("{*", StringComparison.Ordinal);

    private static HostedFunction? FirstMatch(string path, string method) =>
        HostedFunction.FirstMatch(HttpFunctions, path, method);

    private static IEnumerable<HostedFunction> ReadFunctions() =>
        JsonNode
            .Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "functions.metadata")))!
            .AsArray()
            .Select(function => new HostedFunction(
                (string)function!["name"]!,
                function["bindings"]!.AsArray().Select(binding => binding!),
                (string)function["entryPoint"]!
            ))
            .OrderBy(function => function.Name, StringComparer.OrdinalIgnoreCase);

    private static async Task<SampledEndpoint[]> EndpointsAsync()
    {
        string[] settings =
        [
            "Storage:ConnectionString=UseDevelopmentStorage=true",
            "ASPNETCORE_ENVIRONMENT=Development",
            $"API_KEY_ENCRYPTION_KEY={TestApp.DataKey}",
            "urls=http://127.0.0.1:0",
        ];
        await using var app = MyCoach.Program.Build([.. settings.Select(setting => $"--{setting}")]);
        return
        [
            .. ((IEndpointRouteBuilder)app)
                .DataSources.SelectMany(source => source.Endpoints)
                .OfType<RouteEndpoint>()
                .Select(Sample),
        ];
    }

    private static SampledEndpoint Sample(RouteEndpoint endpoint)
    {
        var parts = endpoint.RoutePattern.PathSegments.Select(segment =>
            string.Concat(
                segment.Parts.Select(part =>
                    part switch
                    {
                        RoutePatternLiteralPart literal => literal.Content,
                        RoutePatternSeparatorPart separator => separator.Content,
                        RoutePatternParameterPart { IsCatchAll: true } => "deep/er:still",
                        _ => "202611-a.b_c:d",
                    }
                )
            )
        );
        // Without any it takes them all.
        string[] all = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"];
        return new SampledEndpoint(
            "/" + string.Join('/', parts),
            endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? all
        );
    }

    private sealed record SampledEndpoint(string SamplePath, IReadOnlyList<string> Methods);
}
