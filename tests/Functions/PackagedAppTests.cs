using System.IO.Compression;
using System.Net;
using MyCoach.Dev;
using MyCoach.Dev.Emulator;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Functions;

/// <summary>
/// What is deployed: the zip of the function app under the host's double, the same program alone, and the native one.
/// </summary>
public sealed class PackagedAppTests(FunctionsPackage package, LocalParts parts) : IClassFixture<FunctionsPackage>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Executable => Path.Combine(package.Folder, "MyCoach.Functions.dll");

    [Fact]
    public void The_zip_is_a_complete_function_app()
    {
        foreach (
            var file in (string[])
                ["host.json", "worker.config.json", "functions.metadata", "extensions.json", "MyCoach.Functions.dll"]
        )
        {
            Assert.True(File.Exists(Path.Combine(package.Folder, file)), file);
        }
        Assert.True(Directory.Exists(Path.Combine(package.Folder, ".azurefunctions")));
        Assert.Equal(Repository.Read("host.json"), File.ReadAllText(Path.Combine(package.Folder, "host.json")));
        Assert.Contains(
            "\"dotnet-isolated\"",
            File.ReadAllText(Path.Combine(package.Folder, "worker.config.json")),
            StringComparison.Ordinal
        );
        Assert.InRange(new FileInfo(package.Zip).Length, 1_000_000, 16_000_000);
        // Native code of the framework is the platform's; that of the app saves compiling at the start.
        Assert.False(File.Exists(Path.Combine(package.Folder, "System.Private.CoreLib.dll")));
        Assert.True(
            new FileInfo(Executable).Length
                > new FileInfo(Path.Combine(AppContext.BaseDirectory, "MyCoach.Functions.dll")).Length
        );
    }

    [Theory]
    [InlineData("local.settings*")]
    [InlineData("appsettings*")]
    [InlineData("examples.json")]
    [InlineData("anthropic.json")]
    [InlineData("*.pdb")]
    [InlineData("*.xml")]
    [InlineData("*.cs")]
    // IIS would take it as an order to run the program itself, past the Functions host.
    [InlineData("web.config")]
    [InlineData("*.staticwebassets.*")]
    public void The_zip_holds_nothing_that_the_app_does_not_need(string pattern) =>
        // What the host loads itself comes as its SDK makes it.
        Assert.DoesNotContain(
            Directory.EnumerateFiles(package.Folder, pattern, SearchOption.AllDirectories),
            file => !file.Contains(".azurefunctions", StringComparison.Ordinal)
        );

    [Fact]
    public async Task Under_the_host_and_alone_the_packaged_app_gives_the_same_answers()
    {
        var (underHost, alone) = (new Transcript(), new Transcript());

        await TellUnderHostAsync(underHost);
        await TellAloneAsync(ChildProgram.Dotnet, [Executable], package.Folder, alone);

        Assert.NotEmpty(underHost.Entries);
        Assert.Equal(alone.Entries, underHost.Entries);
    }

    [Fact]
    public async Task The_native_program_serves_the_same_story()
    {
        var zip = FunctionsPackage.MadeAlready("MYCOACH_NATIVE_PACKAGE");
        Assert.SkipWhen(zip is null, "MYCOACH_NATIVE_PACKAGE names no zip of the native program; .ci/run makes one.");
        using var folder = new TemporaryFolder();
        await ZipFile.ExtractToDirectoryAsync(zip, folder.Name, Cancellation);
        var executable = Assert.Single(Directory.EnumerateFiles(folder.Name));
        Assert.True(OperatingSystem.IsWindows() || File.GetUnixFileMode(executable).HasFlag(UnixFileMode.UserExecute));

        var (native, managed) = (new Transcript(), new Transcript());
        await TellAloneAsync(executable, [], folder.Name, native);
        await TellAloneAsync(ChildProgram.Dotnet, [Executable], package.Folder, managed);
        Assert.Equal(managed.Entries, native.Entries);
        await SaveAndRestoreAsync(executable, [], folder.Name);
    }

    [Fact]
    public Task The_packaged_app_saves_and_restores() =>
        SaveAndRestoreAsync(ChildProgram.Dotnet, [Executable], package.Folder);

    private async Task TellUnderHostAsync(Transcript transcript)
    {
        await using var emulator = await ProviderEmulator.StartAsync(cancellation: Cancellation);
        await using var app = await WorkerApp.StartAsync(parts, emulator, package.Folder);
        using var ann = app.As("ann", transcript);
        using var anonymous = app.As(null, transcript);

        await new UserStory(ann, anonymous, emulator, app.Proxy).RunAsync();

        Assert.Null(await app.Host.RunTimerAsync("BudgetRollup"));
        using (var caller = app.As("ann"))
        {
            (await caller.PostAsync("/BudgetRollup", "{}")).Is(HttpStatusCode.NotFound);
            (await caller.PostAsync("/admin/functions/BudgetRollup", "{}")).Is(HttpStatusCode.NotFound);
        }
        AssertNoSecret(ann, string.Join('\n', app.Lines));
        // Each line travels to the host beside its own; the framework's would be most of them.
        Assert.DoesNotContain(app.Lines, line => line.Contains("info: Microsoft.", StringComparison.Ordinal));
    }

    private async Task TellAloneAsync(string program, string[] arguments, string folder, Transcript transcript)
    {
        await using var emulator = await ProviderEmulator.StartAsync(cancellation: Cancellation);
        await using var proxy = await StorageProxy.StartAsync(parts.Port);
        var address = new Uri($"http://127.0.0.1:{LocalPort.Free()}");
        await using var child = ChildProgram.Start(program, arguments, folder, Environment(proxy, emulator, address));
        using var ann = WorkerApp.Client(address, "ann", transcript);
        using var anonymous = WorkerApp.Client(address, null, transcript);
        await child.UntilAsync(_ => AnswersAsync(address), Eventually.HangLimit);

        await new UserStory(ann, anonymous, emulator, proxy).RunAsync();

        Assert.Contains(child.Output, line => line.Contains($"{address}".TrimEnd('/'), StringComparison.Ordinal));
        Assert.Empty(child.Errors);
        AssertNoSecret(ann, child.Report);
    }

    private async Task SaveAndRestoreAsync(string program, string[] arguments, string folder)
    {
        await using var app = await TestApp.StartAsync(parts, [TestApp.NoRollUp]);
        using var ann = app.As("ann");
        await VaultUser.StoreAsync(ann);
        (await ann.PostAsync("/api/usage", Request.Event("call-1"))).Is(HttpStatusCode.Created);
        using var backups = new TemporaryFolder();
        var file = Path.Combine(backups.Name, "all.backup");
        var restored = $"t{Guid.NewGuid():N}"[..16];
        Assert.StartsWith("Saved ", await RunAsync(app.TablePrefix, "backup"), StringComparison.Ordinal);
        Assert.StartsWith("Restored ", await RunAsync(restored, "restore"), StringComparison.Ordinal);

        await using var again = await TestApp.StartAsync(
            parts,
            [TestApp.NoRollUp, $"Storage:TablePrefix={restored}"],
            beside: app
        );
        using var there = again.As("ann");
        await VaultUser.CallAsync(there);
        Assert.Equal(2, (long)(await there.GetAsync("/api/usage/summary"))["totals"]["requests"]!);

        async Task<string> RunAsync(string prefix, string command)
        {
            await using var child = ChildProgram.Start(
                program,
                [.. arguments, command, file],
                folder,
                [("Storage__ConnectionString", parts.ConnectionString), ("Storage__TablePrefix", prefix)]
            );
            Assert.True(await child.ExitAsync(TimeSpan.FromMinutes(1)) == 0, child.Report);
            return child.Output.Last();
        }
    }

    private static IEnumerable<(string, string)> Environment(
        StorageProxy proxy,
        ProviderEmulator emulator,
        Uri address
    ) =>
        TestApp
            .ProductionSettings(proxy.ConnectionString, emulator)
            .Append($"Storage:TablePrefix=t{Guid.NewGuid():N}"[..32])
            .Append(TestApp.NoRollUp)
            .Append($"ASPNETCORE_URLS={address}")
            .Select(setting => setting.Split('=', 2))
            .Select(pair => (pair[0].Replace(":", "__", StringComparison.Ordinal), pair[1]));

    private static void AssertNoSecret(ApiClient ann, string text)
    {
        var token = ann.Http.DefaultRequestHeaders.Authorization!.Parameter!;
        foreach (
            var secret in (string[])
                [UserStory.Key, token, TestApp.DataKey, Convert.ToBase64String(TestApp.SigningKey), "AccountKey"]
        )
        {
            Assert.DoesNotContain(secret, text, StringComparison.OrdinalIgnoreCase);
        }
    }

    private static async Task<bool> AnswersAsync(Uri address)
    {
        using var http = new HttpClient();
        try
        {
            using var answer = await http.GetAsync(address, Cancellation);
            return true;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
