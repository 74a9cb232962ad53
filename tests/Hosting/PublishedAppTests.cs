using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using MyCoach.Dev;
using MyCoach.Dev.Emulator;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Hosting;

/// <summary>The app as it is deployed, started and called as the Functions host does it.</summary>
public sealed class PublishedAppTests(PublishedApp published, LocalParts parts) : IClassFixture<PublishedApp>
{
    private const string Key = "sk-ant-api03-a-key-that-nobody-may-see-x7Qa";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void The_folder_is_a_complete_function_app()
    {
        var sources = Path.Combine(Repository.Functions, "Functions");
        var functions = Directory.EnumerateFiles(published.Folder, "function.json", SearchOption.AllDirectories).ToArray();

        Assert.Equal(
            Directory.EnumerateDirectories(sources).Select(folder => Path.GetFileName(folder)).Order(),
            functions.Select(file => Path.GetRelativePath(published.Folder, Path.GetDirectoryName(file)!)).Order()
        );
        Assert.All(
            functions,
            file => Assert.Equal(File.ReadAllText(Path.Combine(sources, Path.GetRelativePath(published.Folder, file))), File.ReadAllText(file))
        );
        Assert.Equal(WithoutStart(Repository.Read("host.json")), WithoutStart(File.ReadAllText(Path.Combine(published.Folder, "host.json"))));
        Assert.True(File.Exists(published.Executable));
        Assert.All(published.Start.Arguments, file => Assert.True(File.Exists(Path.Combine(published.Folder, file))));
        if (!OperatingSystem.IsWindows())
        {
            // The host sets it on one plan only; without it the app never starts.
            Assert.True(File.GetUnixFileMode(published.Executable).HasFlag(UnixFileMode.UserExecute | UnixFileMode.GroupExecute));
        }
    }

    [Fact]
    public void The_package_is_small_and_starts_in_its_own_way()
    {
        Assert.SkipWhen(published.Package is null, "No package is made for this kind of machine.");
        Assert.InRange(new FileInfo(published.Package).Length, 1_000_000, 16_000_000);
        Assert.Equal(published.IsNative ? published.Executable : ChildProgram.Dotnet, published.Start.Program);
    }

    [Fact]
    public async Task Its_own_command_saves_and_restores()
    {
        await using var app = await TestApp.StartAsync(parts, [TestApp.NoRollUp]);
        using var ann = app.As("ann");
        await VaultUser.StoreAsync(ann);
        (await ann.PostAsync("/api/usage", Request.Event("call-1"))).Is(HttpStatusCode.Created);
        using var folder = new TemporaryFolder();
        var file = Path.Combine(folder.Name, "all.backup");
        var restored = $"t{Guid.NewGuid():N}"[..16];
        Assert.StartsWith("Saved ", await RunAsync(app.TablePrefix, "backup"), StringComparison.Ordinal);
        Assert.StartsWith("Restored ", await RunAsync(restored, "restore"), StringComparison.Ordinal);

        await using var again = await TestApp.StartAsync(parts, [TestApp.NoRollUp, $"Storage:TablePrefix={restored}"], beside: app);
        using var there = again.As("ann");
        await VaultUser.CallAsync(there);
        Assert.Equal(2, (long)(await there.GetAsync("/api/usage/summary"))["totals"]["requests"]!);

        async Task<string> RunAsync(string prefix, string command)
        {
            await using var program = ChildProgram.Start(
                published.Start.Program,
                [.. published.Start.Arguments, command, file],
                published.Folder,
                [("Storage__ConnectionString", parts.ConnectionString), ("Storage__TablePrefix", prefix)]
            );
            Assert.True(await program.ExitAsync(TimeSpan.FromMinutes(1)) == 0, program.Told);
            return program.Output.Last();
        }
    }

    [Theory]
    [InlineData("local.settings*")]
    [InlineData("appsettings*")]
    [InlineData("examples.json")]
    [InlineData("models.json")]
    [InlineData("*.pdb")]
    [InlineData("*.dbg")]
    [InlineData("*.dwarf")]
    [InlineData("*.xml")]
    [InlineData("*.cs")]
    // IIS would take it as an order to run the program itself, past the Functions host.
    [InlineData("web.config")]
    [InlineData("*.staticwebassets.*")]
    public void The_folder_holds_nothing_that_the_app_does_not_need(string pattern) =>
        Assert.Empty(Directory.EnumerateFiles(published.Folder, pattern, SearchOption.AllDirectories));

    [Fact]
    public async Task Started_and_called_as_the_host_does_it_serves_a_users_whole_story()
    {
        await using var emulator = await ProviderEmulator.StartAsync(cancellation: Cancellation);
        var (port, inherited) = (LocalPort.Free(), LocalPort.Free());
        await using var program = ChildProgram.Start(
            published.Start.Program,
            published.Start.Arguments,
            published.Folder,
            Environment(emulator, port, inherited)
        );
        using var host = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}"), Timeout = TimeSpan.FromSeconds(30) };
        await program.UntilAsync(_ => AnswersAsync(host), TimeSpan.FromSeconds(30));

        var token = TestApp.Token(TimeProvider.System.GetUtcNow(), "ann");
        using var anonymous = new ApiClient(Proxied(host.BaseAddress, null));
        using var ann = new ApiClient(Proxied(host.BaseAddress, token));
        await TellAsync(anonymous, ann);

        using (var direct = new ApiClient(host))
        {
            var timer = (await direct.PostAsync("/BudgetRollup", """{"Data":{"timer":{}},"Metadata":{}}""")).Is(HttpStatusCode.OK);
            Assert.Contains("BudgetRollup succeeded", timer.Text, StringComparison.Ordinal);
            (await anonymous.PostAsync("/BudgetRollup", "{}")).Is(HttpStatusCode.NotFound);
        }

        Assert.Contains(program.Output, line => line.Contains($"http://127.0.0.1:{port}", StringComparison.Ordinal));
        // The host takes every line there for an error.
        Assert.Empty(program.Errors);
        foreach (var secret in (string[])[Key, token, TestApp.DataKey, Convert.ToBase64String(TestApp.SigningKey), "AccountKey"])
        {
            Assert.DoesNotContain(secret, program.Told, StringComparison.OrdinalIgnoreCase);
        }
    }

    private static string WithoutStart(string hostJson)
    {
        var host = JsonNode.Parse(hostJson)!;
        host["customHandler"]!["description"] = null;
        return host.ToJsonString();
    }

    private static async Task TellAsync(ApiClient anonymous, ApiClient ann)
    {
        Assert.Equal("""{"status":"ok","storage":"ok","encryption":"ok"}""", (await anonymous.GetAsync("/api/health")).Is(HttpStatusCode.OK).Text);
        (await anonymous.GetAsync("/api/keys")).IsProblem(401, "unauthenticated");
        (await ann.GetAsync("/api/nothing")).IsProblem(404, "not_found");

        (await ann.PutAsync("/api/keys/anthropic", """{"apiKey":5}""")).Blames("apiKey");
        (await ann.PutAsync("/api/keys/anthropic", new { apiKey = $"{Key}-wrong" })).IsProblem(422, "key_rejected");
        var key = (await ann.PutAsync("/api/keys/anthropic", new { apiKey = Key })).Is(HttpStatusCode.Created);
        Assert.Equal(("valid", "x7Qa"), ((string?)key["status"], ((string)key["maskedKey"]!)[^4..]));
        (await ann.PostAsync("/api/keys/anthropic/validate")).Is(HttpStatusCode.OK);
        Assert.Single((await ann.GetAsync("/api/keys")).Is(HttpStatusCode.OK)["keys"].AsArray());

        var settings = await ann.PatchAsync("/api/settings", new { monthlyBudgetCents = 2000, defaultModel = "claude-sonnet-4" });
        Assert.Equal(2000, (long)settings.Is(HttpStatusCode.OK)["monthlyBudgetCents"]);
        var agent = (await ann.PutAsync("/api/agents/coach", new { name = "Coach" })).Is(HttpStatusCode.Created);
        Assert.NotNull(agent["effectiveModel"]);
        Assert.Contains((await ann.GetAsync("/api/models"))["models"].AsArray(), model => (bool)model!["usable"]!);

        var call = (await ann.PostAsync("/api/usage", Request.Event("call-1"))).Is(HttpStatusCode.Created);
        Assert.Equal((105, 0.0105m), ((int)call["estimatedCostCents"], (decimal)call["costUsd"]));
        Assert.Equal(call.Text, (await ann.PostAsync("/api/usage", Request.Event("call-1"))).Is(HttpStatusCode.OK).Text);

        var id = (string)call["id"]!;
        var month = $"{id[..4]}-{id[4..6]}";
        var list = (await ann.GetAsync($"/api/usage?month={month}&limit=1")).Is(HttpStatusCode.OK);
        Assert.Equal(id, (string?)Assert.Single(list["events"].AsArray())!["id"]);
        var receipt = (await ann.GetAsync($"/api/usage/{id}")).Is(HttpStatusCode.OK)["receipt"];
        Assert.Equal(0.0105m, (decimal)receipt["totalUsd"]!);
        foreach (var grouping in (string[])["model", "provider", "day"])
        {
            var summary = (await ann.GetAsync($"/api/usage/summary?month={month}&groupBy={grouping}")).Is(HttpStatusCode.OK);
            Assert.Equal("10500000000", (string?)Assert.Single(summary["groups"].AsArray())!["costPicoUsd"]);
        }
        var budget = (await ann.GetAsync($"/api/budget?month={month}")).Is(HttpStatusCode.OK);
        Assert.Equal(("ok", 19.9895m), ((string?)budget["status"], (decimal)budget["remainingUsd"]));

        await TellOfTheAccountAsync(ann, month);
        await TellOfTheGatewayAsync(ann);

        (await ann.DeleteAsync("/api/keys/anthropic")).Is(HttpStatusCode.NoContent);
        (await ann.GetAsync("/api/keys/anthropic")).IsProblem(404, "not_found");
        (await ann.DeleteAsync("/api/account")).Is(HttpStatusCode.NoContent);
        Assert.Empty((await ann.GetAsync("/api/usage")).Is(HttpStatusCode.OK)["events"].AsArray());
        Assert.StartsWith("3.1", (string?)(await anonymous.GetAsync("/api/openapi.json")).Is(HttpStatusCode.OK)["openapi"]);
    }

    private static async Task TellOfTheGatewayAsync(ApiClient ann)
    {
        foreach (var stream in new[] { "false", "true" })
        {
            var answer = await ann.PostAsync(
                "/api/gateway/anthropic/v1/messages",
                $$$"""{"model":"default","max_tokens":50,"stream":{{{stream}}},"messages":[{"role":"user","content":"Hello there"}]}"""
            );
            answer.Is(HttpStatusCode.OK);
            var one = (await ann.GetAsync($"/api/usage/{answer.Headers.GetValues("X-MyCoach-Usage-Id").Single()}")).Is(HttpStatusCode.OK);
            Assert.Equal((3, 9, false), ((long)one["inputTokens"], (long)one["outputTokens"], (bool)one["estimated"]));
        }
        (await ann.PostAsync("/api/gateway/openai/v1/responses", "{}")).IsRefusal(403, "no_api_key");
        (await ann.GetAsync("/api/gateway/anthropic/v1/files")).IsRefusal(404, "endpoint_not_supported");
    }

    private static async Task TellOfTheAccountAsync(ApiClient ann, string month)
    {
        var batch = await ann.PostAsync(
            "/api/usage",
            """{"events":[{"id":"call-2","provider":"openai","model":"gpt-4o","inputTokens":1,"outputTokens":1,"conversationId":"talk","agentId":"coach"}]}"""
        );
        Assert.Equal("created", (string?)Assert.Single(batch.Is(HttpStatusCode.OK)["events"].AsArray())!["outcome"]);
        foreach (var grouping in (string[])["conversation", "agent"])
        {
            var summary = (await ann.GetAsync($"/api/usage/summary?month={month}&groupBy={grouping}")).Is(HttpStatusCode.OK);
            Assert.Equal("12500000", (string?)Assert.Single(summary["groups"].AsArray())!["costPicoUsd"]);
            Assert.Equal("10500000000", (string?)summary["other"]["costPicoUsd"]);
        }
        (await ann.DeleteAsync("/api/conversations/talk")).Is(HttpStatusCode.NoContent);
        Assert.Equal(3, (await ann.GetAsync($"/api/usage/export?month={month}")).Is(HttpStatusCode.OK).Text.TrimEnd().Split("\r\n").Length);
        Assert.Equal("usage_exported", (string?)(await ann.GetAsync("/api/account/activity")).Is(HttpStatusCode.OK)["activity"][0]!["action"]);
        var everything = (await ann.GetAsync("/api/account/export")).Is(HttpStatusCode.OK);
        Assert.Equal("...x7Qa", (string?)Assert.Single(everything["tables"]["apiKeys"]!.AsArray())!["maskedKey"]);
        Assert.False((bool)(await ann.GetAsync("/api/account")).Is(HttpStatusCode.OK)["erasing"]);
    }

    // As the Functions host starts it: its own address is inherited, the port is stated, and settings come with two underscores.
    private IEnumerable<(string, string)> Environment(ProviderEmulator emulator, int port, int inherited) =>
        TestApp
            .ProductionSettings(parts.ConnectionString, emulator)
            .Append($"Storage:TablePrefix=t{Guid.NewGuid():N}"[..32])
            .Select(setting => setting.Split('=', 2))
            .Select(pair => (pair[0].Replace(":", "__", StringComparison.Ordinal), pair[1]))
            .Append(("FUNCTIONS_CUSTOMHANDLER_PORT", $"{port}"))
            .Append(("FUNCTIONS_HTTPWORKER_PORT", $"{port}"))
            .Append(("FUNCTIONS_CUSTOMHANDLER_WORKER_ID", $"{Guid.NewGuid()}"))
            .Append(("FUNCTIONS_APP_ROOT_PATH", published.Folder))
            .Append(("ASPNETCORE_URLS", $"http://127.0.0.1:{inherited}"));

    // The headers that the host's proxy sets.
    private static HttpClient Proxied(Uri address, string? token)
    {
        var http = new HttpClient { BaseAddress = address };
        var headers = http.DefaultRequestHeaders;
        headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        headers.Add("X-Forwarded-For", "127.0.0.1");
        headers.Add("X-Forwarded-Host", "mycoach.azurewebsites.net");
        headers.Add("X-Forwarded-Proto", "https");
        headers.Add("X-Azure-Functions-HostVersion", "4.1037.0.0");
        headers.Add("X-Azure-Functions-InvocationId", $"{Guid.NewGuid()}");
        headers.Add("x-ms-invocation-id", $"{Guid.NewGuid()}");
        return http;
    }

    private static async Task<bool> AnswersAsync(HttpClient http)
    {
        try
        {
            using var answer = await http.GetAsync("/", Cancellation);
            return true;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
