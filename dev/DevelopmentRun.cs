using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using MyCoach.Dev.Emulator;
using MyCoach.Dev.FunctionsHost;

namespace MyCoach.Dev;

/// <summary>Runs Azurite, the provider emulator and the app together on a developer's machine.</summary>
public sealed record DevelopmentRun(int Port, int AzuritePort, int EmulatorPort, string Folder, bool UnderFunctionsHost = false)
{
    public const string Help = """
        dotnet run --project dev -- [options]

        Starts Azurite (through npx), an emulator of the providers, and MyCoach. Ctrl-C stops all three.

          --port N            port of MyCoach (7071)
          --azurite-port N    port of Azurite's table service (10002)
          --emulator-port N   port of the provider emulator (7072)
          --data FOLDER       folder for Azurite's data and the data key (dev/.data)
          --functions         run MyCoach as a worker of an emulated Azure Functions host
          --help              show this text
        """;

    private static readonly string DefaultFolder = typeof(DevelopmentRun)
        .Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .First(attribute => attribute.Key == "DataFolder")
        .Value!;

    /// <summary>Parses the options. Null if they ask for help.</summary>
    /// <exception cref="CannotStartException">An option is unknown or malformed.</exception>
    public static DevelopmentRun? Parse(string[] args)
    {
        var run = new DevelopmentRun(7071, 10002, 7072, DefaultFolder);
        if (args.Any(arg => arg is "--help" or "-h" or "-?"))
        {
            return null;
        }
        for (var i = 0; i < args.Length; i += args[i] == "--functions" ? 1 : 2)
        {
            var value = args.ElementAtOrDefault(i + 1);
            switch (args[i])
            {
                case "--functions":
                    run = run with { UnderFunctionsHost = true };
                    break;
                case "--port":
                    run = run with { Port = ReadPort(args[i], value) };
                    break;
                case "--azurite-port":
                    run = run with { AzuritePort = ReadPort(args[i], value) };
                    break;
                case "--emulator-port":
                    run = run with { EmulatorPort = ReadPort(args[i], value) };
                    break;
                case "--data" when !string.IsNullOrEmpty(value):
                    run = run with { Folder = Path.GetFullPath(value) };
                    break;
                default:
                    throw new CannotStartException($"{args[i]} is not an option, or its value is missing. --help lists the options.");
            }
        }
        return run.Port == run.AzuritePort || run.Port == run.EmulatorPort || run.AzuritePort == run.EmulatorPort
            ? throw new CannotStartException(
                $"--port {run.Port}, --azurite-port {run.AzuritePort} and --emulator-port {run.EmulatorPort} must be three different ports."
            )
            : run;
    }

    public async Task RunAsync(TextWriter console, CancellationToken stopping)
    {
        LocalPort.RequireFree(Port, "--port");
        LocalPort.RequireFree(EmulatorPort, "--emulator-port");
        Directory.CreateDirectory(Folder);
        await console.WriteLineAsync("Starting Azurite (npx downloads it the first time, in about half a minute) …");
        await using var azurite = await Azurite.StartAsync(AzuritePort, Path.Combine(Folder, "azurite"), stopping);
        await using var emulator = await ProviderEmulator.StartAsync(EmulatorPort, cancellation: stopping);
        if (UnderFunctionsHost)
        {
            var functions = new FunctionsApp(AppContext.BaseDirectory, [.. WorkerEnvironment(azurite, emulator)], Port, console.WriteLine);
            await using var host = await FunctionsHost.FunctionsHost.StartAsync(functions, stopping);
            await WaitUntilStoppedAsync(console, stopping);
            await host.StopAsync();
        }
        else
        {
            await using var app = MyCoach.Program.Build([.. Settings(azurite, emulator).Select(setting => $"--{setting}")]);
            await app.StartAsync(stopping);
            await WaitUntilStoppedAsync(console, stopping);
            await app.StopAsync(CancellationToken.None);
        }
    }

    private async Task WaitUntilStoppedAsync(TextWriter console, CancellationToken stopping)
    {
        await console.WriteLineAsync(Banner());
        await Task.Delay(Timeout.Infinite, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await console.WriteLineAsync("Stopping …");
    }

    private static int ReadPort(string option, string? value) =>
        ushort.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port > 0
            ? port
            : throw new CannotStartException($"{option} must be a port number from 1 to 65535.");

    private string[] Settings(Azurite azurite, ProviderEmulator emulator) =>
        [
            "ASPNETCORE_ENVIRONMENT=Development",
            $"urls=http://127.0.0.1:{Port.ToString(CultureInfo.InvariantCulture)}",
            $"Storage:ConnectionString={azurite.ConnectionString}",
            $"API_KEY_ENCRYPTION_KEY={DataKey()}",
            "Auth:DevelopmentUser=developer",
            "BudgetRollupSchedule=0 */5 * * * *",
            $"Providers:anthropic:BaseUrl={emulator.AnthropicBaseUrl}",
            $"Providers:openai:BaseUrl={emulator.OpenAiBaseUrl}",
        ];

    private IEnumerable<(string, string)> WorkerEnvironment(Azurite azurite, ProviderEmulator emulator) =>
        Settings(azurite, emulator)
            .Select(setting => setting.Split('=', 2))
            .Select(pair => (pair[0].Replace(":", "__", StringComparison.Ordinal), pair[1]))
            .Append(("AzureWebJobsStorage", azurite.ConnectionString));

    // Created once and kept beside the data that it encrypts.
    private string DataKey()
    {
        var file = Path.Combine(Folder, "data-key");
        if (!File.Exists(file))
        {
            File.WriteAllText(file, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)));
        }
        return File.ReadAllText(file).Trim();
    }

    private string Banner()
    {
        var api = $"http://127.0.0.1:{Port}/api";
        return $$"""

            MyCoach is running at {{api}} (OpenAPI: {{api}}/openapi.json).
            Requests without a token act as the user "developer". The provider emulator accepts any key that starts with
            sk-ant-api03- or sk- and does not contain "wrong". Its knobs are at http://127.0.0.1:{{EmulatorPort}}/_emulator.

            To store a key, set a budget, record a call and read the month's cost:

              curl {{api}}/health
              curl -X PUT {{api}}/keys/anthropic -H 'Content-Type: application/json' -d '{"apiKey":"sk-ant-api03-an-emulated-key"}'
              curl -X PATCH {{api}}/settings -H 'Content-Type: application/json' -d '{"monthlyBudgetCents":2000}'
              curl -X POST {{api}}/usage -H 'Content-Type: application/json' -d '{"provider":"anthropic","model":"claude-sonnet-4-20250514","inputTokens":1000,"outputTokens":500}'
              curl {{api}}/budget

            To call a model through the gateway with the stored key (for an SDK, use the API key "development"):

              curl {{api}}/gateway/anthropic/v1/messages -H 'Content-Type: application/json' -d '{"model":"claude-haiku-4-5","max_tokens":50,"messages":[{"role":"user","content":"Hello there"}]}'

            Press Ctrl-C to stop.
            """;
    }
}
