namespace MyCoach.Hosting;

/// <summary>Where the program runs: under the Functions host or by itself, on App Service or not, in Development or not.</summary>
internal sealed record HostEnvironment(int? CustomHandlerPort, bool IsAppService, bool IsDevelopment)
{
    private static readonly string[] EnvironmentNames = ["ASPNETCORE_ENVIRONMENT", "DOTNET_ENVIRONMENT", "AZURE_FUNCTIONS_ENVIRONMENT"];

    // Set by Azure on every instance of an app. WEBSITE_HOSTNAME says nothing: a local host sets it too.
    private static readonly string[] AzureMarks = ["WEBSITE_SITE_NAME", "WEBSITE_INSTANCE_ID", "WEBSITE_POD_NAME"];

    public bool IsUnderFunctionsHost => CustomHandlerPort is not null;

    public static HostEnvironment Read(IConfiguration configuration)
    {
        var onAzure = AzureMarks.Any(mark => !string.IsNullOrEmpty(configuration[mark]));
        var saysDevelopment = EnvironmentNames.Any(name => string.Equals(configuration[name], "Development", StringComparison.OrdinalIgnoreCase));
        int? port = configuration["FUNCTIONS_CUSTOMHANDLER_PORT"] switch
        {
            null or "" => null,
            var text when ushort.TryParse(text, out var number) && number > 0 => number,
            _ => throw new SettingException("FUNCTIONS_CUSTOMHANDLER_PORT", "must be a port number"),
        };
        return new HostEnvironment(port, onAzure, saysDevelopment && !onAzure);
    }
}
