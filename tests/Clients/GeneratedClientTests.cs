using System.Text.RegularExpressions;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Clients;

/// <summary>What linters, generators and compilers make of the API description.</summary>
public sealed partial class GeneratedClientTests(LocalParts parts) : IDisposable
{
    private const string Document = "openapi.json";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [ClientFact]
    public async Task Redocly_has_nothing_to_say()
    {
        await using var app = await TestApp.StartAsync(parts);
        await SaveDocumentAsync(app);

        var report = await RunAsync(
            "redocly",
            ["lint", Document, "--extends", "recommended"],
            [("REDOCLY_TELEMETRY", "off"), ("REDOCLY_SUPPRESS_UPDATE_NOTICE", "true")]
        );

        Assert.Contains("is valid", report, StringComparison.Ordinal);
        // "You have 1 warning."
        Assert.DoesNotContain("You have ", report, StringComparison.Ordinal);
    }

    [ClientFact]
    public async Task Spectral_has_nothing_to_say()
    {
        await using var app = await TestApp.StartAsync(parts);
        await SaveDocumentAsync(app);
        await WriteAsync("ruleset.yaml", "extends: [\"spectral:oas\"]\n");

        await RunAsync("spectral", ["lint", Document, "--ruleset", "ruleset.yaml", "--fail-severity", "hint"]);
    }

    [ClientFact]
    public async Task A_program_with_every_call_compiles()
    {
        await using var app = await TestApp.StartAsync(parts);
        await GenerateTypesAsync(app);
        var program = Repository.Read("tests/Clients/every-call.ts");
        await WriteAsync("every-call.ts", program);

        await CompileAsync("every-call.ts");

        var calls = CallOfClient()
            .Matches(program)
            .Select(call => $"{call.Groups["method"].Value} {call.Groups["path"].Value}");
        var described = DescribedOperation
            .Everything(await DescribedOperation.DocumentAsync(app))
            .Select(operation => operation.Address);
        Assert.Equal(described.Order(), calls.Distinct().Order());
    }

    [ClientFact]
    public async Task The_documented_client_works()
    {
        await using var app = await TestApp.StartAsync(parts);
        await GenerateTypesAsync(app);
        var example = TypeScript().Match(Repository.Read("docs/frontend.md")).Groups["code"].Value;
        await WriteAsync(
            "example.ts",
            Replace(
                Replace(example, "http://127.0.0.1:7071", app.Address.ToString().TrimEnd('/')),
                "return null;",
                $"return \"{app.Token("ann")}\";"
            )
        );
        await CompileAsync("example.ts");

        var output = await RunAsync("node", ["example.js"], [("NO_PROXY", app.Address.Host)]);

        Assert.Equal(
            ["202611-call-1 claude-sonnet-4-20250514 $0.0105", "ok: $0.0105 spent, $19.9895 left"],
            output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
        );
    }

    [ClientFact]
    public async Task The_page_has_the_types_of_the_description()
    {
        await using var app = await TestApp.StartAsync(parts);
        await GenerateTypesAsync(app);

        // Otherwise run "npm run types" in web.
        Assert.Equal(
            await File.ReadAllTextAsync(Path.Combine(folder.Name, "mycoach.ts"), TestContext.Current.CancellationToken),
            Repository.Read("web/src/api/schema.d.ts")
        );
    }

    private static string Replace(string text, string part, string by)
    {
        Assert.Contains(part, text, StringComparison.Ordinal);
        return text.Replace(part, by, StringComparison.Ordinal);
    }

    private async Task SaveDocumentAsync(TestApp app) =>
        await WriteAsync(Document, (await DescribedOperation.DocumentAsync(app)).ToJsonString());

    private async Task GenerateTypesAsync(TestApp app)
    {
        await SaveDocumentAsync(app);
        await WriteAsync("package.json", """{ "type": "module" }""");
        await WriteAsync("tsconfig.json", Repository.Read("tests/Clients/tsconfig.json"));
        Directory.CreateSymbolicLink(Path.Combine(folder.Name, "node_modules"), InstalledClients.Modules);
        await RunAsync("openapi-typescript", [Document, "--output", "mycoach.ts"]);
    }

    // Every TypeScript file of the folder.
    private async Task CompileAsync(string file)
    {
        Assert.True(File.Exists(Path.Combine(folder.Name, file)), file);
        await RunAsync("tsc", ["--project", "tsconfig.json"]);
    }

    private Task WriteAsync(string file, string text) =>
        File.WriteAllTextAsync(Path.Combine(folder.Name, file), text, TestContext.Current.CancellationToken);

    private async Task<string> RunAsync(
        string name,
        IEnumerable<string> arguments,
        IEnumerable<(string, string)>? environment = null
    )
    {
        await using var tool = ChildProgram.Start(
            name == "node" ? name : InstalledClients.PathOf(name),
            arguments,
            folder.Name,
            environment
        );
        var code = await tool.ExitAsync(Patience);
        Assert.True(code == 0, tool.Report);
        return name == "node" ? string.Join('\n', tool.Output) : tool.Report;
    }

    [GeneratedRegex(@"api\.(?<method>[A-Z]+)\(""(?<path>[^""]+)")]
    private static partial Regex CallOfClient();

    [GeneratedRegex("```ts\n(?<code>.*?)```", RegexOptions.Singleline)]
    private static partial Regex TypeScript();
}
