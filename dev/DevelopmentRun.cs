using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using MyCoach.Dev.Emulator;
using MyCoach.Dev.FunctionsHost;

namespace MyCoach.Dev;

/// <summary>Azurite, the provider emulator and the app together, on this machine and for one developer.</summary>
public sealed record DevelopmentRun(int Port, int AzuritePort, int EmulatorPort, string Folder, bool UnderFunctionsHost = false)
{
    public const string Help = """
        dotnet run --project dev -- [options]

        Starts Azurite (through npx), an emulator of the providers, and MyCoach. Ctrl-C ends all three.

          --port N            where MyCoach listens (7071)
          --azurite-port N    where Azurite's table service listens (10002)
          --emulator-port N   where the provider emulator listens (7072)
          --data FOLDER       where Azurite's data and the data key are kept (dev/.data)
          --functions         run MyCoach as the worker of a stand-in for the Azure Functions host
          --help              this text
        """;

    private static readonly string DefaultFolder = typeof(DevelopmentRun)
        .Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .First(attribute => attribute.Key == "DataFolder")
        .Value!;

    /// <summary>Null where help is asked for.</summary>
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
                    throw new CannotStartException($"{args[i]} is not an option, or lacks its value; --help lists them.");
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
        await console.WriteLineAsync("Starting Azurite (the first time, npx fetches it: about half a minute) …");
        await using var azurite = await Azurite.StartAsync(AzuritePort, Path.Combine(Folder, "azurite"), stopping);
        await using var emulator = await ProviderEmulator.StartAsync(EmulatorPort, cancellation: stopping);
        if (UnderFunctionsHost)
        {
            var functions = new FunctionsApp(AppContext.BaseDirectory, [.. WorkerEnvironment(azurite, emulator)], Port, console.WriteLine);
            await using var host = await FunctionsHost.FunctionsHost.StartAsync(functions, stopping);
            await UntilStoppedAsync(console, stopping);
            await host.StopAsync();
        }
        else
        {
            await using var app = MyCoach.Program.Build([.. Settings(azurite, emulator).Select(setting => $"--{setting}")]);
            await app.StartAsync(stopping);
            await UntilStoppedAsync(console, stopping);
            await app.StopAsync(CancellationToken.None);
        }
    }

    private async Task UntilStoppedAsync(TextWriter console, CancellationToken stopping)
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

    // Made once and kept beside the data that it encrypts.
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

            MyCoach runs at {{api}} (described at {{api}}/openapi.json).
            Requests without a token are the user "developer". The provider emulator takes any key that begins
            with sk-ant-api03- or sk- and does not say "wrong"; its knobs are at http://127.0.0.1:{{EmulatorPort}}/_emulator.

            Store a key, set a budget, record a call, and read the month's cost:

              curl {{api}}/health
              curl -X PUT {{api}}/keys/anthropic -H 'Content-Type: application/json' -d '{"apiKey":"sk-ant-api03-an-emulated-key"}'
              curl -X PATCH {{api}}/settings -H 'Content-Type: application/json' -d '{"monthlyBudgetCents":2000}'
              curl -X POST {{api}}/usage -H 'Content-Type: application/json' -d '{"provider":"anthropic","model":"claude-sonnet-4-20250514","inputTokens":1000,"outputTokens":500}'
              curl {{api}}/budget

            Call a model through the gateway, with the stored key; an SDK takes "development" as its API key:

              curl {{api}}/gateway/anthropic/v1/messages -H 'Content-Type: application/json' -d '{"model":"claude-haiku-4-5","max_tokens":50,"messages":[{"role":"user","content":"Hello there"}]}'

            Ctrl-C ends it.
            """;
    }
}
