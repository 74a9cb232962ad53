using System.Net;
using Microsoft.Extensions.Configuration;
using MyCoach.Hosting;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Hosting;

/// <summary>
/// What the program makes of the place it runs in; the other part is about the storage it finds there.
/// </summary>
public sealed partial class HostEnvironmentTests(LocalParts parts)
{
    private static readonly string[] EnvironmentNames =
    [
        "ASPNETCORE_ENVIRONMENT",
        "DOTNET_ENVIRONMENT",
        "AZURE_FUNCTIONS_ENVIRONMENT",
    ];
    private static readonly string[] AzureMarks = ["WEBSITE_SITE_NAME", "WEBSITE_INSTANCE_ID", "WEBSITE_POD_NAME"];

    public static MatrixTheoryData<string, string> EveryMarkOfAzure { get; } = new(EnvironmentNames, AzureMarks);

    public static MatrixTheoryData<string, string> EverySpelling { get; } =
        new(EnvironmentNames, ["Development", "development", "DEVELOPMENT"]);

    [Theory]
    [MemberData(nameof(EverySpelling))]
    public void Any_of_three_variables_selects_Development(string name, string spelling) =>
        Assert.True(Read($"{name}={spelling}").IsDevelopment);

    [Theory]
    [MemberData(nameof(EveryMarkOfAzure))]
    public void It_is_never_Development_on_Azure(string name, string mark)
    {
        var environment = Read($"{name}=Development", $"{mark}=anything");

        Assert.False(environment.IsDevelopment);
        Assert.True(environment.IsAppService);
    }

    [Fact]
    public void A_host_name_does_not_mean_Azure()
    {
        var environment = Read("AZURE_FUNCTIONS_ENVIRONMENT=Development", "WEBSITE_HOSTNAME=localhost:7071");

        Assert.True(environment.IsDevelopment);
        Assert.False(environment.IsAppService);
    }

    [Theory]
    [InlineData]
    [InlineData("ASPNETCORE_ENVIRONMENT=Staging")]
    [InlineData("DOTNET_ENVIRONMENT=")]
    [InlineData("ASPNETCORE_ENVIRONMENT=Developmental")]
    public void Without_a_variable_it_is_not_Development(params string[] settings) =>
        Assert.False(Read(settings).IsDevelopment);

    [Theory]
    [InlineData(true, "functions-uri=http://127.0.0.1:50051")]
    [InlineData(false, "functions-uri=")]
    [InlineData(false, "FUNCTIONS_WORKER_RUNTIME=dotnet-isolated")]
    public void The_hosts_address_selects_worker_mode(bool expected, string setting) =>
        Assert.Equal(expected, Read(setting).IsUnderFunctionsHost);

    [Theory]
    [InlineData("http://127.0.0.1:7071")]
    [InlineData("http://127.0.0.1:7999", "urls=http://127.0.0.1:7999")]
    public async Task Outside_the_host_the_program_listens_on_7071_by_default(string expected, params string[] settings)
    {
        await using var app = MyCoach.Program.Build([
            "--ASPNETCORE_ENVIRONMENT=Development",
            "--Storage:ConnectionString=UseDevelopmentStorage=true",
            $"--API_KEY_ENCRYPTION_KEY={TestApp.DataKey}",
            .. settings.Select(setting => $"--{setting}"),
        ]);

        Assert.Equal(expected, app.Configuration["urls"]);
    }

    [Fact]
    public async Task Without_a_data_key_it_starts_with_one_warning_and_only_keys_are_unavailable()
    {
        await using var whole = await TestApp.StartAsync(parts);
        await whole.As("ann").PutAsync("/api/keys/openai", new { apiKey = "sk-stored-before-0001" });
        await using var app = await TestApp.StartAsync(parts, ["API_KEY_ENCRYPTION_KEY="], beside: whole);
        var ann = app.As("ann");

        var warning = Assert.Single(app.Logs.Lines, line => line.StartsWith("Warning ", StringComparison.Ordinal));
        Assert.Contains("API_KEY_ENCRYPTION_KEY", warning, StringComparison.Ordinal);

        (await ann.PutAsync("/api/keys/anthropic", new { apiKey = "sk-ant-api03-good-0001" })).IsProblem(
            503,
            "encryption_unavailable"
        );
        (await ann.PostAsync("/api/keys/openai/validate")).IsProblem(503, "encryption_unavailable");

        var health = (await app.Anonymous().GetAsync("/api/health")).Is(HttpStatusCode.OK);
        Assert.Equal(
            ("ok", "ok", "unavailable"),
            ((string?)health["status"], (string?)health["storage"], (string?)health["encryption"])
        );
        Assert.Single((await ann.GetAsync("/api/keys")).Is(HttpStatusCode.OK)["keys"].AsArray());
        (await ann.PatchAsync("/api/settings", new { monthlyBudgetCents = 100 })).Is(HttpStatusCode.OK);
        (await ann.PutAsync("/api/agents/coach", new { name = "Coach" })).Is(HttpStatusCode.Created);
        (await ann.PostAsync("/api/usage", Request.Event())).Is(HttpStatusCode.Created);
        (await ann.GetAsync("/api/budget")).Is(HttpStatusCode.OK);
        (await ann.GetAsync("/api/models")).Is(HttpStatusCode.OK);
        (await ann.DeleteAsync("/api/keys/openai")).Is(HttpStatusCode.NoContent);
    }

    private static HostEnvironment Read(params string[] settings) =>
        HostEnvironment.Read(
            new ConfigurationBuilder().AddCommandLine([.. settings.Select(setting => $"--{setting}")]).Build()
        );
}
