namespace MyCoach.Hosting;

/// <summary>
/// Checks settings of the framework at the start. The framework would fail later, with the value in its error message.
/// </summary>
internal static class FrameworkSettings
{
    public static void Check(IConfiguration configuration)
    {
        CheckLogLevels(configuration);
        CheckUrls(configuration[WebHostDefaults.ServerUrlsKey] ?? "");
    }

    private static void CheckLogLevels(IConfiguration configuration)
    {
        foreach (var level in configuration.GetSection("Logging:LogLevel").GetChildren())
        {
            if (!Enum.TryParse<LogLevel>(level.Value, ignoreCase: true, out _))
            {
                throw new SettingException(
                    $"Logging__LogLevel__{level.Key}",
                    $"must be one of {string.Join(", ", Enum.GetNames<LogLevel>())}"
                );
            }
        }
    }

    private static void CheckUrls(string urls)
    {
        foreach (var url in urls.Split(';', StringSplitOptions.RemoveEmptyEntries))
        {
            try
            {
                _ = BindingAddress.Parse(url);
            }
            catch (FormatException)
            {
                throw new SettingException(
                    "ASPNETCORE_URLS",
                    "must be addresses such as http://127.0.0.1:7071, separated by semicolons"
                );
            }
        }
    }
}
