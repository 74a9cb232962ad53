using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using MyCoach.Dev;
using MyCoach.Tests.Support;
using static MyCoach.Tests.Hosting.StartArguments;

namespace MyCoach.Tests.Hosting;

/// <summary>The program started with "dotnet run" and Azurite with npx, as docs/settings.md says.</summary>
public sealed partial class DotnetRunTests : IDisposable
{
    private static readonly string[] Project = ["--project", Repository.Functions];
    private static readonly string DevelopmentSettings = Path.Combine(
        Repository.Functions,
        "appsettings.Development.json"
    );

    private readonly TemporaryFolder folder = new();

    // Where user-jwts keeps its signing keys.
    private (string, string) UserSecrets => ("APPDATA", folder.Name);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task The_documented_commands_run_it_and_make_tokens()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "SKIPPED ON WINDOWS: it has no bash.");
        var before = await File.ReadAllTextAsync(DevelopmentSettings, Cancellation);
        var tables = LocalPort.Free();
        await using var azurite = await ForegroundProgram.StartAsync(
            "bash",
            ["-c", $"{AzuriteCommand()} --tablePort {tables}"],
            folder.Name
        );
        await azurite.WritesAsync("Table service successfully started", Eventually.HangLimit);
        await WriteLocalSettingsAsync(tables);
        var token = await TokenAsync("ann");
        var port = LocalPort.Free();
        await using var program = await RunAsync(["--urls", $"http://127.0.0.1:{port}"], [UserSecrets]);
        await program.WritesAsync("Now listening on", Eventually.HangLimit);

        Assert.Equal("developer", await UserAsync(port, null));
        Assert.Equal("ann", await UserAsync(port, token));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(port, $"{token[..^8]}AAAAAAAA"));
        using var anyone = new HttpClient();
        var health = JsonNode.Parse(await anyone.GetStringAsync($"http://127.0.0.1:{port}/api/health", Cancellation))!;
        Assert.Equal(("ok", "ok"), ((string?)health["storage"], (string?)health["encryption"]));
        Assert.Equal(before, await File.ReadAllTextAsync(DevelopmentSettings, Cancellation));
    }

    [Fact]
    public async Task A_development_token_is_refused_in_production()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "SKIPPED ON WINDOWS: it has no bash.");
        var token = await TokenAsync("ann");
        var port = LocalPort.Free();
        await using var program = await RunAsync(
            ["--urls", $"http://127.0.0.1:{port}"],
            [.. Pairs(Good), UserSecrets],
            "--no-launch-profile"
        );
        await program.WritesAsync("Now listening on", Eventually.HangLimit);

        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(port, token));
    }

    [Fact]
    public async Task It_is_in_Development_at_the_documented_address()
    {
        var settings = JsonNode.Parse(
            await File.ReadAllTextAsync(
                Path.Combine(Repository.Functions, "Properties/launchSettings.json"),
                Cancellation
            )
        )!;
        var (_, profile) = Assert.Single(settings["profiles"]!.AsObject());

        Assert.Equal("http://127.0.0.1:7071", (string?)profile!["applicationUrl"]);
        Assert.Equal("Development", (string?)profile["environmentVariables"]!["ASPNETCORE_ENVIRONMENT"]);
        Assert.Contains(
            "dotnet run --project src/MyCoach.Functions",
            Repository.Read("docs/settings.md"),
            StringComparison.Ordinal
        );
    }

    // With the documented data folder inside this test's.
    private static string AzuriteCommand() => AzuriteLine().Match(Repository.Read("docs/settings.md")).Value.Trim();

    private Task<ForegroundProgram> RunAsync(
        IEnumerable<string> arguments,
        IEnumerable<(string, string)> environment,
        params string[] options
    ) =>
        ForegroundProgram.StartAsync(
            ChildProgram.Dotnet,
            ["run", "--no-build", .. Project, .. options, "--", .. arguments],
            folder.Name,
            environment
        );

    // The example with a data key, and with the port of this test's Azurite.
    private async Task WriteLocalSettingsAsync(int tables)
    {
        var example = JsonNode.Parse(Repository.Read("local.settings.example.json"))!;
        Assert.Equal("UseDevelopmentStorage=true", (string?)example["Values"]!["Storage__ConnectionString"]);
        example["Values"]!["Storage__ConnectionString"] = Azurite.ConnectionStringFor(tables);
        example["Values"]!["API_KEY_ENCRYPTION_KEY"] = TestApp.DataKey;
        await File.WriteAllTextAsync(
            Path.Combine(folder.Name, "local.settings.json"),
            example.ToJsonString(),
            Cancellation
        );
    }

    private async Task<string> TokenAsync(string user)
    {
        await using var tool = ChildProgram.Start(
            ChildProgram.Dotnet,
            ["user-jwts", "create", .. Project, "--name", user, "--output", "token"],
            folder.Name,
            [UserSecrets]
        );
        Assert.True(await tool.ExitAsync(Eventually.HangLimit) == 0, tool.Report);
        return tool.Output.Last(line => line.Length > 0).Trim();
    }

    private static async Task<string?> UserAsync(int port, string? token)
    {
        using var client = Client(token);
        var export = await client.GetStringAsync($"http://127.0.0.1:{port}/api/account/export", Cancellation);
        return (string?)JsonNode.Parse(export)!["userId"];
    }

    private static async Task<HttpStatusCode> StatusAsync(int port, string token)
    {
        using var client = Client(token);
        using var answer = await client.GetAsync($"http://127.0.0.1:{port}/api/settings", Cancellation);
        return answer.StatusCode;
    }

    private static HttpClient Client(string? token)
    {
        var client = new HttpClient();
        client.DefaultRequestHeaders.Authorization = token is null
            ? null
            : new AuthenticationHeaderValue("Bearer", token);
        return client;
    }

    [GeneratedRegex("^npx .*azurite-table.*$", RegexOptions.Multiline)]
    private static partial Regex AzuriteLine();
}
