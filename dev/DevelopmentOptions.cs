using System.Globalization;
using System.Reflection;

namespace MyCoach.Dev;

/// <summary>The options of the development run.</summary>
public sealed record DevelopmentOptions
{
    public const string Help = """
        dotnet run --project dev -- [options]

        Starts Azurite (through npx), an emulator of the providers, and MyCoach. Ctrl-C stops all three.

          --port N            port of MyCoach (7071)
          --azurite-port N    port of Azurite's table service (10002)
          --emulator-port N   port of the provider emulator (7072)
          --data FOLDER       folder for Azurite's data and the data key (dev/.data)
          --reset             delete that data first
          --providers real    call Anthropic and OpenAI in place of the emulator, with your keys and at their prices
          --functions         run MyCoach as a worker of an emulated Azure Functions host
          --help              show this text
        """;

    private static readonly string DefaultFolder = typeof(DevelopmentOptions)
        .Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .First(attribute => attribute.Key == "DataFolder")
        .Value!;

    public int Port { get; private init; } = 7071;

    public int AzuritePort { get; private init; } = 10002;

    public int EmulatorPort { get; private init; } = 7072;

    public string Folder { get; private init; } = DefaultFolder;

    public bool Resets { get; private init; }

    public bool UsesRealProviders { get; private init; }

    public bool UnderFunctionsHost { get; private init; }

    /// <summary>Parses the options. Null if they ask for help.</summary>
    /// <exception cref="CannotStartException">An option is unknown or malformed.</exception>
    public static DevelopmentOptions? Parse(string[] args)
    {
        if (args.Any(arg => arg is "--help" or "-h" or "-?"))
        {
            return null;
        }
        var options = new DevelopmentOptions();
        for (var rest = args.AsSpan(); !rest.IsEmpty; )
        {
            (options, var read) = rest switch
            {
                ["--functions", ..] => (options with { UnderFunctionsHost = true }, 1),
                ["--reset", ..] => (options with { Resets = true }, 1),
                ["--port", var port, ..] => (options with { Port = ReadPort(rest[0], port) }, 2),
                ["--azurite-port", var port, ..] => (options with { AzuritePort = ReadPort(rest[0], port) }, 2),
                ["--emulator-port", var port, ..] => (options with { EmulatorPort = ReadPort(rest[0], port) }, 2),
                ["--data", { Length: > 0 } folder, ..] => (options with { Folder = Path.GetFullPath(folder) }, 2),
                ["--providers", "real" or "emulated", ..] => (
                    options with
                    {
                        UsesRealProviders = rest[1] == "real",
                    },
                    2
                ),
                ["--providers", ..] => throw new CannotStartException("--providers must be real or emulated."),
                _ => throw new CannotStartException(
                    $"{rest[0]} is not an option, or its value is missing. --help lists the options."
                ),
            };
            rest = rest[read..];
        }
        return options.RequireDifferentPorts();
    }

    private DevelopmentOptions RequireDifferentPorts() =>
        Port == AzuritePort || Port == EmulatorPort || AzuritePort == EmulatorPort
            ? throw new CannotStartException(
                $"--port {Port}, --azurite-port {AzuritePort} and --emulator-port {EmulatorPort} must be three different ports."
            )
            : this;

    private static int ReadPort(string option, string value) =>
        ushort.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port > 0
            ? port
            : throw new CannotStartException($"{option} must be a port number from 1 to 65535.");
}
