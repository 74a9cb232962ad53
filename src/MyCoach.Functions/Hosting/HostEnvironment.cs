namespace MyCoach.Hosting;

/// <summary>Where the program runs: under the Functions host or by itself, on App Service or not, in Development or not.</summary>
internal sealed record HostEnvironment(bool IsUnderFunctionsHost, bool IsAppService, bool IsDevelopment)
{
    // The Functions host starts its workers with the address at which it talks to them.
    private const string HostAddress = "functions-uri";

    private static readonly string[] EnvironmentNames = ["ASPNETCORE_ENVIRONMENT", "DOTNET_ENVIRONMENT", "AZURE_FUNCTIONS_ENVIRONMENT"];

    // Set by Azure on every instance of an app. WEBSITE_HOSTNAME says nothing: a local host sets it too.
    private static readonly string[] AzureMarks = ["WEBSITE_SITE_NAME", "WEBSITE_INSTANCE_ID", "WEBSITE_POD_NAME"];

    /// <summary>As the framework names it.</summary>
    public string Name => IsDevelopment ? Environments.Development : Environments.Production;

    public static HostEnvironment Read(string[] args) => Read(new ConfigurationBuilder().AddEnvironmentVariables().AddCommandLine(args).Build());

    public static HostEnvironment Read(IConfiguration configuration)
    {
        var onAzure = AzureMarks.Any(mark => !string.IsNullOrEmpty(configuration[mark]));
        var saysDevelopment = EnvironmentNames.Any(name => string.Equals(configuration[name], "Development", StringComparison.OrdinalIgnoreCase));
        return new HostEnvironment(configuration[HostAddress] is { Length: > 0 }, onAzure, saysDevelopment && !onAzure);
    }
}
