using Microsoft.Extensions.Configuration.Memory;

namespace MyCoach.Hosting;

internal static class SettingSources
{
    /// <summary>
    /// Adds the default settings, and in Development those of local.settings.json. The environment and the command line
    /// override both.
    /// </summary>
    public static void AddSettings(this IHostApplicationBuilder builder, HostEnvironment environment)
    {
        // Earlier sources have lower priority, so the environment and the command line override these, as with the
        // Functions tools.
        var sources = builder.Configuration.Sources;
        if (environment.IsDevelopment && LocalSettings.Find() is { } file)
        {
            sources.Insert(0, LocalSettings.Read(file));
        }
        sources.Insert(0, new MemoryConfigurationSource { InitialData = [.. Defaults(environment)] });
    }

    // The worker sends every log line to the Functions host, which already logs the same events itself.
    private static IEnumerable<KeyValuePair<string, string?>> Defaults(HostEnvironment environment) =>
        [
            new("Logging:LogLevel:Default", "Information"),
            new("Logging:LogLevel:Microsoft.AspNetCore", "Warning"),
            new("Logging:LogLevel:Yarp", "Warning"),
            .. environment.IsUnderFunctionsHost
                ? (KeyValuePair<string, string?>[])
                    [
                        new("Logging:LogLevel:Microsoft.Hosting", "Warning"),
                        new("Logging:LogLevel:Microsoft.Azure.Functions", "Warning"),
                    ]
                : [],
        ];
}
