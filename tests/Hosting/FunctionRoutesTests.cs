using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Template;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Hosting;

/// <summary>
/// The Functions host tries the functions in the order of their names, and the first whose route and methods match wins: there is no precedence of the
/// more exact route as in ASP.NET Core. What is not listed in a function.json is not reached at all.
/// </summary>
public sealed class FunctionRoutesTests
{
    private static readonly Function[] Functions = [.. ReadFunctions()];
    private static readonly Function[] HttpFunctions = [.. Functions.Where(function => function.Trigger == "httpTrigger")];
    private static readonly Function[] Timers = [.. Functions.Where(function => function.Trigger == "timerTrigger")];

    [Fact]
    public async Task Every_endpoint_is_reached_through_its_own_function_with_each_of_its_methods()
    {
        var endpoints = await EndpointsAsync();

        Assert.NotEmpty(endpoints);
        foreach (var (path, method) in endpoints.SelectMany(endpoint => endpoint.Methods.Select(method => (endpoint.SamplePath, method))))
        {
            var own = Assert.Single(HttpFunctions, function => !function.TakesEverything && function.Matches(path, method));
            Assert.Equal(own, FirstMatch(path, method));
            // A browser asks before it sends anything else than a plain GET.
            Assert.Equal(own, FirstMatch(path, "OPTIONS"));
        }
    }

    [Fact]
    public async Task No_function_and_no_method_of_one_is_dead()
    {
        var reached = (await EndpointsAsync())
            .SelectMany(endpoint => endpoint.Methods.Select(method => (FirstMatch(endpoint.SamplePath, method)?.Name, method)))
            .ToHashSet();

        foreach (var function in HttpFunctions.Where(function => !function.TakesEverything))
        {
            Assert.Contains("OPTIONS", function.Methods);
            Assert.All(function.Methods.Where(method => method != "OPTIONS"), method => Assert.Contains((function.Name, method), reached));
        }
    }

    [Fact]
    public void A_function_that_takes_every_path_sorts_last_and_only_reads() =>
        Assert.All(
            HttpFunctions.Where(function => function.TakesEverything),
            function =>
            {
                Assert.Equal(HttpFunctions[^1], function);
                Assert.Equal(["GET", "HEAD"], function.Methods.Where(method => method != "OPTIONS").Order());
            }
        );

    [Fact]
    public void Every_http_function_is_one_that_the_host_proxies()
    {
        Assert.NotEmpty(HttpFunctions);
        foreach (var function in HttpFunctions)
        {
            var input = Assert.Single(function.Bindings, binding => (string?)binding["direction"] == "in");
            var output = Assert.Single(function.Bindings, binding => (string?)binding["direction"] == "out");
            Assert.Equal(2, function.Bindings.Length);
            Assert.Equal("anonymous", (string?)input["authLevel"]);
            Assert.Equal("http", (string?)output["type"]);
            // The host logs a call through $return as failed, although it was answered.
            Assert.NotEqual("$return", (string?)output["name"]);
            Assert.False(function.Route.StartsWith("admin", StringComparison.OrdinalIgnoreCase), $"The host refuses {function.Route}.");
            Assert.False(function.Route.StartsWith("runtime", StringComparison.OrdinalIgnoreCase), $"The host refuses {function.Route}.");
        }
    }

    [Fact]
    public async Task A_timer_runs_by_a_configured_schedule_and_no_caller_can_post_to_it_through_the_host()
    {
        var posts = (await EndpointsAsync(underHost: true)).Where(endpoint => endpoint.Methods.Contains("POST")).ToArray();
        foreach (var timer in Timers)
        {
            var trigger = Assert.Single(timer.Bindings);
            Assert.Matches("^%[A-Za-z]*Schedule%$", (string?)trigger["schedule"]);
            Assert.DoesNotContain(HttpFunctions, function => function.Matches($"/{timer.Name}", "POST"));
            Assert.Contains(posts, endpoint => endpoint.SamplePath == $"/{timer.Name}");
        }
    }

    [Fact]
    public void Every_function_is_a_timer_or_answers_http() => Assert.Empty(Functions.Except(HttpFunctions).Except(Timers));

    [Fact]
    public void The_host_is_told_to_start_the_program_and_to_proxy_every_path_to_it()
    {
        var host = JsonNode.Parse(Repository.Read("host.json"))!;

        Assert.Equal("2.0", (string?)host["version"]);
        Assert.Equal("", (string?)host["extensions"]!["http"]!["routePrefix"]);
        Assert.Equal("00:30:00", (string?)host["functionTimeout"]);
        Assert.True((bool)host["customHandler"]!["enableProxyingHttpRequest"]!);
        var executable = (string?)host["customHandler"]!["description"]!["defaultExecutablePath"];
        Assert.Equal(typeof(MyCoach.Program).Assembly.GetName().Name, executable);
    }

    private static Function? FirstMatch(string path, string method) => HttpFunctions.FirstOrDefault(function => function.Matches(path, method));

    private static IEnumerable<Function> ReadFunctions() =>
        Directory
            .EnumerateDirectories(Path.Combine(Repository.Functions, "Functions"))
            .Select(folder => new Function(
                Path.GetFileName(folder),
                [.. JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "function.json")))!["bindings"]!.AsArray().Select(binding => binding!)]
            ))
            .OrderBy(function => function.Name, StringComparer.OrdinalIgnoreCase);

    private static async Task<SampledEndpoint[]> EndpointsAsync(bool underHost = false)
    {
        string[] settings =
        [
            "Storage:ConnectionString=UseDevelopmentStorage=true",
            "ASPNETCORE_ENVIRONMENT=Development",
            $"API_KEY_ENCRYPTION_KEY={TestApp.DataKey}",
        ];
        await using var app = MyCoach.Program.Build([
            .. settings.Append(underHost ? "FUNCTIONS_CUSTOMHANDLER_PORT=1" : "urls=http://127.0.0.1:0").Select(setting => $"--{setting}"),
        ]);
        return [.. ((IEndpointRouteBuilder)app).DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>().Select(Sample)];
    }

    private static SampledEndpoint Sample(RouteEndpoint endpoint)
    {
        var parts = endpoint.RoutePattern.PathSegments.Select(segment =>
            string.Concat(
                segment.Parts.Select(part =>
                    part switch
                    {
                        Microsoft.AspNetCore.Routing.Patterns.RoutePatternLiteralPart literal => literal.Content,
                        Microsoft.AspNetCore.Routing.Patterns.RoutePatternSeparatorPart separator => separator.Content,
                        Microsoft.AspNetCore.Routing.Patterns.RoutePatternParameterPart { IsCatchAll: true } => "deep/er:still",
                        _ => "202611-a.b_c:d",
                    }
                )
            )
        );
        // Without any it takes them all.
        string[] all = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"];
        return new SampledEndpoint("/" + string.Join('/', parts), endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? all);
    }

    private sealed record SampledEndpoint(string SamplePath, IReadOnlyList<string> Methods);

    private sealed record Function(string Name, JsonNode[] Bindings)
    {
        private readonly JsonNode trigger = Bindings.Single(binding => (string?)binding["direction"] == "in");

        public string Trigger => (string)trigger["type"]!;
        public string Route => (string)trigger["route"]!;
        public bool TakesEverything => Route.StartsWith("{*", StringComparison.Ordinal);
        public string[] Methods => [.. trigger["methods"]!.AsArray().Select(method => ((string)method!).ToUpperInvariant())];

        public bool Matches(string path, string method) =>
            Methods.Contains(method) && new TemplateMatcher(TemplateParser.Parse(Route), []).TryMatch(path, []);

        public override string ToString() => Name;
    }
}
