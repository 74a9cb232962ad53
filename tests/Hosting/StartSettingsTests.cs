using MyCoach.Hosting;
using static MyCoach.Tests.Hosting.StartArguments;

namespace MyCoach.Tests.Hosting;

/// <summary>A malformed setting stops the start with one line that names it and does not repeat its value.</summary>
public sealed class StartSettingsTests
{
    /// <summary>
    /// The setting that the message names, and the settings that are put over the good ones, separated by bars.
    /// </summary>
    public static TheoryData<string, string> Malformed { get; } =
        new()
        {
            { "Storage__ConnectionString", "Storage__ConnectionString=hunter2" },
            { "Storage__ConnectionString", "Storage__ConnectionString=AccountName=hunter2;AccountKey=hunter2" },
            {
                "Storage__ConnectionString",
                "Storage__ConnectionString=AccountName=a;AccountKey=aHVudGVyMg==;TableEndpoint=hunter2"
            },
            { "Storage__ConnectionString", "Storage__ConnectionString=" },
            { "Storage__ConnectionString", "Storage__TableServiceUri=https://hunter2.table.core.windows.net" },
            { "Storage__TableServiceUri", "Storage__ConnectionString=|Storage__TableServiceUri=hunter2" },
            {
                "Storage__TableServiceUri",
                "Storage__ConnectionString=|Storage__TableServiceUri=http://hunter2.table.core.windows.net"
            },
            { "Storage__TablePrefix", "Storage__TablePrefix=hunter-2" },
            { "Storage__TablePrefix", "Storage__TablePrefix=2hunter" },
            { "Storage__TablePrefix", $"Storage__TablePrefix=hunter2{new string('a', 40)}" },
            { "API_KEY_ENCRYPTION_KEY", "API_KEY_ENCRYPTION_KEY=decade" },
            { "API_KEY_ENCRYPTION_KEY", $"API_KEY_ENCRYPTION_KEY={new string('b', 63)}" },
            { "API_KEY_ENCRYPTION_KEY", $"API_KEY_ENCRYPTION_KEY={new string('b', 65)}" },
            { "API_KEY_ENCRYPTION_KEY", $"API_KEY_ENCRYPTION_KEY={new string('b', 63)}g" },
            { "API_KEY_ENCRYPTION_KEY", $"API_KEY_ENCRYPTION_KEY={new string('b', 64)}\n" },
            { "KeyVault__KeyId", "KeyVault__KeyId=hunter2" },
            { "KeyVault__KeyId", "KeyVault__KeyId=https://hunter2.example/keys/one" },
            { "KeyVault__KeyId", "KeyVault__KeyId=http://hunter2.vault.azure.net/keys/one" },
            { "KeyVault__KeyId", "KeyVault__KeyId=https://hunter2.vault.azure.net/keys/one/0123456789abcdef" },
            { "KeyVault__KeyId", "KeyVault__KeyId=https://hunter2.vault.azure.net.example.org/keys/one" },
            { "Alerts__WebhookUrl", "Alerts__WebhookUrl=hunter2" },
            { "Alerts__WebhookUrl", "Alerts__WebhookUrl=http://hunter2.example/alerts" },
            { "Alerts__WebhookUrl", "Alerts__WebhookUrl=https://ann:hunter2@example.org/alerts" },
            { "Alerts__WebhookSecret", "Alerts__WebhookUrl=https://example.org/alerts" },
            { "Alerts__WebhookSecret", "Alerts__WebhookUrl=https://example.org/alerts|Alerts__WebhookSecret=hunter2" },
            {
                "Alerts__WebhookSecret",
                "Alerts__WebhookUrl=https://example.org/alerts|Alerts__WebhookSecret=whsec_aHVudGVyMg=="
            },
            { "Auth__Mode", "Auth__Mode=hunter2" },
            { "Auth__Mode", "Auth__Mode=Bearer,hunter2" },
            { "Auth__Mode", "Auth__Mode=AppService" },
            { "Auth__Mode", "Auth__Mode=AppService|WEBSITE_AUTH_ENABLED=False" },
            { "Auth__Mode", "Auth__Mode=AppService|WEBSITE_AUTH_ENABLED=False|WEBSITE_SITE_NAME=app" },
            { "Auth__Mode", "Auth__Mode=AppService|WEBSITE_AUTH_ENABLED=True" },
            { "Auth__Mode", "Auth__Mode=AppService|WEBSITE_AUTH_ENABLED=True|WEBSITE_HOSTNAME=hunter2" },
            { "Auth__Mode", "Auth__Mode=AppService|WEBSITE_AUTH_ENABLED=True|Auth__AppServiceOutsideAzure=false" },
            { "Auth__Mode", "Auth__Mode=AppService|Auth__AppServiceOutsideAzure=true" },
            {
                "Auth__AppServiceOutsideAzure",
                "Auth__Mode=AppService|WEBSITE_AUTH_ENABLED=True|Auth__AppServiceOutsideAzure=hunter2"
            },
            { "Auth__DevelopmentUser", "Auth__DevelopmentUser=hunter2" },
            {
                "Auth__DevelopmentUser",
                "Auth__DevelopmentUser=hunter2|ASPNETCORE_ENVIRONMENT=Development|WEBSITE_SITE_NAME=app"
            },
            {
                "Auth__DevelopmentUser",
                $"ASPNETCORE_ENVIRONMENT=Development|Auth__DevelopmentUser=hunter2{new string('u', 128)}"
            },
            { $"{Bearer}Authority", $"{Bearer}Authority=http://hunter2.example" },
            { $"{Bearer}Authority", $"{Bearer}Authority=hunter2" },
            { $"{Bearer}SigningKeys__0__Value", $"{Bearer}SigningKeys__0__Value=hunter2!" },
            {
                $"{Bearer}SigningKeys__0__Value",
                $"{Bearer}SigningKeys__0__Value={Convert.ToBase64String(new byte[31])}"
            },
            { $"{Bearer}SigningKeys__1__Value", $"{Bearer}SigningKeys__1__Issuer=hunter2" },
            { $"{Bearer}SigningKeys", $"{Bearer}Authority=https://hunter2.example" },
            { $"{Bearer}SigningKeys__0__Issuer", $"{Bearer}SigningKeys__0__Issuer=hunter2" },
            { $"{Bearer}SigningKeys__0__Issuer", $"{Bearer}SigningKeys__0__Issuer=" },
            { $"{Bearer}ValidIssuer", $"{Bearer}ValidIssuers__0=https://hunter2.example" },
            { $"{Bearer}ValidIssuer", $"{Bearer}ValidIssuer=" },
            {
                $"{Bearer}ValidIssuer",
                $"{Bearer}ValidIssuer=dotnet-user-jwts|{Bearer}SigningKeys__0__Issuer=dotnet-user-jwts"
            },
            { $"{Bearer}ValidAudiences", $"{Bearer}ValidAudiences__0=" },
            { "Authentication__Schemes__Bearer", $"{Bearer}BackchannelTimeout=hunter2" },
            { "Web__ClientId", "Web__Authority=https://hunter2.example" },
            { "Web__Authority", "Web__ClientId=hunter2" },
            { "Web__Authority", "Web__ClientId=page|Web__Authority=hunter2" },
            { "Web__Authority", "Web__ClientId=page|Web__Authority=http://hunter2.example" },
            { "Web__Authority", "Web__ClientId=page|Web__Authority=https://ann:hunter2@example.org" },
            { "Cors__AllowedOrigins", "Cors__AllowedOrigins=https://hunter2.example" },
            { "Logging__LogLevel__Default", "Logging__LogLevel__Default=hunter2" },
            { "ASPNETCORE_URLS", "urls=http://127.0.0.1:7071;hunter2" },
            { "Cors__AllowedOrigins__0", "Cors__AllowedOrigins__0=*" },
            { "Cors__AllowedOrigins__0", "Cors__AllowedOrigins__0=hunter2.example" },
            { "Cors__AllowedOrigins__0", "Cors__AllowedOrigins__0=https://hunter2.example/" },
            {
                "Cors__AllowedOrigins__1",
                "Cors__AllowedOrigins__0=https://app.example|Cors__AllowedOrigins__1=https://hunter2.example/path"
            },
            { "Cors__AllowedOrigins__0", "Cors__AllowedOrigins__0=ftp://hunter2.example" },
            { "Providers__anthropic__BaseUrl", "Providers__anthropic__BaseUrl=hunter2" },
            { "Providers__openai__BaseUrl", "Providers__openai__BaseUrl=file:///hunter2" },
            { "BudgetRollupSchedule", "BudgetRollupSchedule=hunter2" },
            { "BudgetRollupSchedule", "BudgetRollupSchedule=*/5 * * * *" },
            { "Budgets__FreeBetas__1", "Budgets__FreeBetas__0=a-beta|Budgets__FreeBetas__1=hunter2, another" },
            { "Usage__RetentionMonths", "Usage__RetentionMonths=hunter2" },
            { "Usage__RetentionMonths", "Usage__RetentionMonths=1" },
            { "Usage__RetentionMonths", "Usage__RetentionMonths=-1" },
            { "Gateway__MaxConcurrentCalls", "Gateway__MaxConcurrentCalls=hunter2" },
            { "Gateway__MaxConcurrentCalls", "Gateway__MaxConcurrentCalls=0" },
            { "APPLICATIONINSIGHTS_CONNECTION_STRING", "APPLICATIONINSIGHTS_CONNECTION_STRING=hunter2" },
            { "OTEL_EXPORTER_OTLP_LOGS_ENDPOINT", "OTEL_EXPORTER_OTLP_LOGS_ENDPOINT=hunter2" },
            { "OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT=hunter2" },
            { "OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT=ftp://hunter2.example" },
            { "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=hunter2:4318" },
            { "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT=/hunter2" },
            {
                "OTEL_EXPORTER_OTLP_PROTOCOL",
                "OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:4318|OTEL_EXPORTER_OTLP_PROTOCOL=hunter2"
            },
            {
                "OTEL_EXPORTER_OTLP_HEADERS",
                "OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:4318|OTEL_EXPORTER_OTLP_HEADERS=hunter2"
            },
        };

    [Fact]
    public async Task The_settings_that_the_cases_spoil_are_valid()
    {
        await using var app = MyCoach.Program.Build(Arguments(Good));
    }

    [Theory]
    [MemberData(nameof(Malformed))]
    public void A_malformed_setting_stops_the_start(string setting, string spoiled)
    {
        var refusal = Assert.Throws<SettingException>(() =>
            MyCoach.Program.Build(Arguments([.. Good, .. spoiled.Split('|')]))
        );

        Assert.StartsWith($"{setting} ", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refusal.Message);
        Assert.EndsWith(".", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotMatch("(?i)hunter2|bbbb|AAAA", refusal.Message);
    }

    [Theory]
    [InlineData("WEBSITE_SITE_NAME=app")]
    [InlineData("WEBSITE_INSTANCE_ID=a1b2c3")]
    [InlineData("WEBSITE_POD_NAME=a1b2c3")]
    [InlineData("Auth__AppServiceOutsideAzure=true")]
    public async Task AppService_mode_starts_on_Azure_or_where_it_is_allowed(string setting)
    {
        await using var app = MyCoach.Program.Build(
            Arguments([.. Good, "Auth__Mode=AppService", "WEBSITE_AUTH_ENABLED=True", setting])
        );
    }

    [Fact]
    public void A_start_without_an_issuer_is_refused_outside_Development()
    {
        var refusal = Assert.Throws<SettingException>(() => MyCoach.Program.Build(Arguments(Good[..2])));

        Assert.StartsWith($"{Bearer}Authority ", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_authority_needs_an_audience_too()
    {
        var refusal = Assert.Throws<SettingException>(() =>
            MyCoach.Program.Build(Arguments([.. Good[..2], $"{Bearer}Authority=https://issuer.example"]))
        );

        Assert.StartsWith($"{Bearer}ValidAudiences ", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_authority_needs_another_issuer_than_that_of_development_tokens()
    {
        var refusal = Assert.Throws<SettingException>(() =>
            MyCoach.Program.Build(
                Arguments([
                    .. Good[..2],
                    "ASPNETCORE_ENVIRONMENT=Development",
                    $"{Bearer}Authority=https://issuer.example",
                    $"{Bearer}ValidIssuer=dotnet-user-jwts",
                    $"{Bearer}ValidAudiences__0=mycoach",
                ])
            )
        );

        Assert.StartsWith($"{Bearer}ValidIssuer ", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task In_Development_every_origin_may_be_allowed_and_no_issuer_be_configured()
    {
        await using var app = MyCoach.Program.Build(
            Arguments([
                .. Good[..2],
                "ASPNETCORE_ENVIRONMENT=Development",
                "Cors__AllowedOrigins__0=*",
                "Auth__DevelopmentUser=developer",
            ])
        );
    }
}
