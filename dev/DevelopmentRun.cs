using System.Globalization;
using MyCoach.Dev.Emulator;
using MyCoach.Dev.FunctionsHost;

namespace MyCoach.Dev;

/// <summary>Runs Azurite, the provider emulator and the app together on a developer's machine.</summary>
public sealed class DevelopmentRun(DevelopmentOptions options, TextWriter console)
{
    public async Task RunAsync(CancellationToken stopping)
    {
        LocalPort.RequireFree(options.Port, "--port");
        if (!options.UsesRealProviders)
        {
            LocalPort.RequireFree(options.EmulatorPort, "--emulator-port");
        }
        using var data = DataFolder.Open(options.Folder, options.Resets);
        await console.WriteLineAsync("Starting Azurite …");
        await using var azurite = await Azurite.StartAsync(
            options.AzuritePort,
            data.Azurite,
            console.WriteLine,
            stopping
        );
        await using var emulator = options.UsesRealProviders
            ? null
            : await ProviderEmulator.StartAsync(options.EmulatorPort, cancellation: stopping);
        // As at the providers, a model that does not exist is an error.
        emulator?.Knobs.UnlistedModels = false;
        string[] settings = [.. Settings(azurite, data.DataKey()), .. AddressesOf(emulator)];
        await console.WriteLineAsync("Starting MyCoach …");
        if (options.UnderFunctionsHost)
        {
            var functions = new FunctionsApp(
                AppContext.BaseDirectory,
                [.. WorkerEnvironment(settings, azurite)],
                options.Port,
                console.WriteLine
            );
            await using var host = await FunctionsHost.FunctionsHost.StartAsync(functions, stopping);
            await WaitUntilStoppedAsync(stopping);
            await host.StopAsync();
        }
        else
        {
            await using var app = MyCoach.Program.Build([.. settings.Select(setting => $"--{setting}")]);
            await app.StartAsync(stopping);
            await WaitUntilStoppedAsync(stopping);
            await app.StopAsync(CancellationToken.None);
        }
    }

    private async Task WaitUntilStoppedAsync(CancellationToken stopping)
    {
        await console.WriteLineAsync(Banner.Of(options));
        await Task.Delay(Timeout.Infinite, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await console.WriteLineAsync("Stopping …");
    }

    private string[] Settings(Azurite azurite, string dataKey) =>
        [
            "ASPNETCORE_ENVIRONMENT=Development",
            $"urls=http://127.0.0.1:{options.Port.ToString(CultureInfo.InvariantCulture)}",
            $"Storage:ConnectionString={azurite.ConnectionString}",
            $"API_KEY_ENCRYPTION_KEY={dataKey}",
            "Auth:DevelopmentUser=developer",
            "BudgetRollupSchedule=0 */5 * * * *",
            "BillingSyncSchedule=0 15 3 * * *",
        ];

    private static string[] AddressesOf(ProviderEmulator? emulator) =>
        emulator is null
            ? []
            :
            [
                $"Providers:anthropic:BaseUrl={emulator.AnthropicBaseUrl}",
                $"Providers:openai:BaseUrl={emulator.OpenAiBaseUrl}",
            ];

    private static IEnumerable<(string, string)> WorkerEnvironment(string[] settings, Azurite azurite) =>
        settings
            .Select(setting => setting.Split('=', 2))
            .Select(pair => (pair[0].Replace(":", "__", StringComparison.Ordinal), pair[1]))
            .Append(("AzureWebJobsStorage", azurite.ConnectionString));
}
