namespace MyCoach.Hosting;

/// <summary>Where the program runs: under the Functions host or standalone, on App Service or not, in Development or not.</summary>
internal sealed record HostEnvironment(bool IsUnderFunctionsHost, bool IsAppService, bool IsDevelopment)
{
    // The Functions host passes its own address to its workers in this argument.
    private const string HostAddress = "functions-uri";

    private static readonly string[] EnvironmentNames = ["ASPNETCORE_ENVIRONMENT", "DOTNET_ENVIRONMENT", "AZURE_FUNCTIONS_ENVIRONMENT"];

    // Azure sets these on every instance of an app. WEBSITE_HOSTNAME is no sign of Azure: a local host sets it too.
    private static readonly string[] AzureVariables = ["WEBSITE_SITE_NAME", "WEBSITE_INSTANCE_ID", "WEBSITE_POD_NAME"];

    /// <summary>The environment name of ASP.NET Core.</summary>
    public string Name => IsDevelopment ? Environments.Development : Environments.Production;

    public static HostEnvironment Read(string[] args) => Read(new ConfigurationBuilder().AddEnvironmentVariables().AddCommandLine(args).Build());

    public static HostEnvironment Read(IConfiguration configuration)
    {
        var onAzure = AzureVariables.Any(name => !string.IsNullOrEmpty(configuration[name]));
        var saysDevelopment = EnvironmentNames.Any(name => string.Equals(configuration[name], "Development", StringComparison.OrdinalIgnoreCase));
        return new HostEnvironment(configuration[HostAddress] is { Length: > 0 }, onAzure, saysDevelopment && !onAzure);
    }
}
