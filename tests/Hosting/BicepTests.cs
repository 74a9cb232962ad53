using System.Text.Json.Nodes;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Hosting;

/// <summary>What the Bicep files become: the template that is deployed, as <c>dotnet build infra</c> left it.</summary>
public sealed partial class BicepTests
{
    private const string Template = "infra/obj/Debug/net10.0/main.json";

    private static readonly string[] NeedlessOnAzure =
    [
        // In their place is the identity.
        "Storage__ConnectionString",
        "API_KEY_ENCRYPTION_KEY",
        "Auth__DevelopmentUser",
        "Auth__AppServiceOutsideAzure",
        // Tokens of an authority; its name is its issuer's.
        "Authentication__Schemes__Bearer__SigningKeys__0__Value",
        "Authentication__Schemes__Bearer__ValidIssuer",
        // Of emulators.
        "Providers__anthropic__BaseUrl",
        "Providers__openai__BaseUrl",
        "Logging__LogLevel__…",
        // Seldom wanted, and then among the other settings that the template takes.
        "Budgets__FreeBetas__0",
    ];

    [Fact]
    public void The_template_holds_no_secret_and_requires_an_identity()
    {
        var template = Read();
        var text = template.ToJsonString();
        foreach (
            var way in (string[])
                ["listKeys", "listAccountSas", "listServiceSas", "listSecrets", "AccountKey=", "SharedAccessSignature"]
        )
        {
            Assert.DoesNotContain(way, text, StringComparison.OrdinalIgnoreCase);
        }
        Assert.DoesNotMatch("whsec_[A-Za-z0-9+/]{16}", text);
        var secrets = template["parameters"]!
            .AsObject()
            .Where(parameter => (string?)parameter.Value!["type"] == "securestring")
            .ToArray();
        Assert.Equal(["alertsWebhookSecret"], secrets.Select(parameter => parameter.Key));
        Assert.All(secrets, parameter => Assert.Equal("", (string?)parameter.Value!["defaultValue"]));
        Assert.All(
            template["parameters"]!
                .AsObject()
                .Where(parameter => parameter.Key.Contains("secret", StringComparison.OrdinalIgnoreCase)),
            parameter => Assert.Equal("securestring", (string?)parameter.Value!["type"])
        );
        Assert.DoesNotContain(
            template["outputs"]!.AsObject(),
            output => output.Value!.ToJsonString().Contains("Secret", StringComparison.Ordinal)
        );

        var account = Assert.Single(Of(template, "Microsoft.Storage/storageAccounts"))["properties"]!;
        Assert.False((bool)account["allowSharedKeyAccess"]!);
        Assert.False((bool)account["allowBlobPublicAccess"]!);
        Assert.Equal(
            ("TLS1_2", true),
            ((string)account["minimumTlsVersion"]!, (bool)account["supportsHttpsTrafficOnly"]!)
        );
        Assert.All(
            Of(template, "Microsoft.Storage/storageAccounts/blobServices/containers"),
            container => Assert.Equal("None", (string?)container["properties"]!["publicAccess"])
        );
        Assert.True(
            (bool)Assert.Single(Of(template, "Microsoft.Insights/components"))["properties"]!["DisableLocalAuth"]!
        );
        Assert.All(
            Of(template, "Microsoft.Web/sites/basicPublishingCredentialsPolicies"),
            policy => Assert.False((bool)policy["properties"]!["allow"]!)
        );
        Assert.Equal(2, Of(template, "Microsoft.Web/sites/basicPublishingCredentialsPolicies").Count());
    }

    [Fact]
    public void The_vault_cannot_be_purged_and_its_key_only_wraps_and_rotates()
    {
        var template = Read();
        var vault = Assert.Single(Of(template, "Microsoft.KeyVault/vaults"))["properties"]!;
        Assert.Equal(
            (true, true, true),
            (
                (bool)vault["enableRbacAuthorization"]!,
                (bool)vault["enableSoftDelete"]!,
                (bool)vault["enablePurgeProtection"]!
            )
        );
        var key = Assert.Single(Of(template, "Microsoft.KeyVault/vaults/keys"))["properties"]!;
        Assert.Equal(["wrapKey", "unwrapKey"], key["keyOps"]!.AsArray().Select(operation => (string)operation!));
        Assert.Equal("rotate", (string?)key["rotationPolicy"]!["lifetimeActions"]![0]!["action"]!["type"]);
    }

    [Fact]
    public void Every_role_is_on_one_resource_and_no_more_than_is_needed()
    {
        Assert.Equal(
            [
                "resourceId('Microsoft.Insights/components', monitoringMetricsPublisher",
                "resourceId('Microsoft.KeyVault/vaults/keys', keyVaultCryptoServiceEncryptionUser",
                "resourceId('Microsoft.KeyVault/vaults/secrets', keyVaultSecretsUser",
                "resourceId('Microsoft.Storage/storageAccounts', storageBlobDataOwner",
                "resourceId('Microsoft.Storage/storageAccounts', storageTableDataContributor",
            ],
            Of(Read(), "Microsoft.Authorization/roleAssignments")
                .Select(role =>
                    $"{ScopeType().Match((string)role["scope"]!).Value}, {RoleName().Match((string)role["properties"]!["roleDefinitionId"]!).Groups[1]}"
                )
                .Order(StringComparer.Ordinal)
        );
        var ids = RoleId().Matches(Read().ToJsonString()).Select(match => match.Value).Distinct();
        Assert.Equal(5, ids.Count());
    }

    [Fact]
    public void The_missing_roll_up_alert_matches_the_timers_log_line()
    {
        var alert = Assert.Single(Of(Read(), "Microsoft.Insights/scheduledQueryRules"))["properties"]!["criteria"]![
            "allOf"
        ]![0]!;
        Assert.Contains(
            $"\"{MyCoach.Hosting.Maintenance.Name} succeeded\"",
            (string)alert["query"]!,
            StringComparison.Ordinal
        );
        Assert.StartsWith("traces ", (string)alert["query"]!, StringComparison.Ordinal);
        var logging = JsonNode.Parse(Repository.Read("host.json"))!["logging"]!;
        Assert.Equal("Information", (string?)logging["logLevel"]!["default"]);
        Assert.Contains(
            "Trace",
            (string)logging["applicationInsights"]!["samplingSettings"]!["excludedTypes"]!,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Exactly_the_documented_production_settings_are_set()
    {
        var known = SettingRow()
            .Matches(Repository.Read("docs/settings.md"))
            .SelectMany(row => SettingName().Matches(row.Value).Select(name => name.Groups[1].Value))
            // The host's own storage is set by an identity's names.
            .Where(name =>
                !name.StartsWith("OTEL_", StringComparison.Ordinal)
                && !name.StartsWith("AzureWebJobsStorage", StringComparison.Ordinal)
            )
            .ToArray();
        Assert.Contains("KeyVault__KeyId", known);
        var set = SetName()
            .Matches(Read().ToJsonString())
            .Select(match => match.Groups[1].Value.Replace("{0}", "0", StringComparison.Ordinal))
            .ToArray();

        Assert.Empty(known.Except(NeedlessOnAzure).Except(set));
        Assert.Empty(NeedlessOnAzure.Intersect(set));
        Assert.All(
            set.Where(name => !name.StartsWith("AzureWebJobsStorage__", StringComparison.Ordinal)),
            name => Assert.Contains($"`{name}`", Repository.Read("docs/settings.md"), StringComparison.Ordinal)
        );
    }

    [Fact]
    public void Parameters_are_described_and_only_the_issuer_has_no_default()
    {
        var parameters = Read()["parameters"]!.AsObject();
        Assert.All(
            parameters,
            parameter => Assert.NotEmpty((string?)parameter.Value!["metadata"]?["description"] ?? "")
        );
        Assert.Equal(
            ["authority", "audiences"],
            parameters.Where(parameter => parameter.Value!["defaultValue"] is null).Select(parameter => parameter.Key)
        );
    }

    [Fact]
    public void The_Azure_Developer_CLI_finds_the_template_and_its_target()
    {
        var azd = Repository.Read("azure.yaml");
        var service = ServiceOfAzd().Match(azd);
        Assert.Equal("function", service.Groups["host"].Value);
        Assert.True(
            File.Exists(Path.Combine(Repository.Root, service.Groups["project"].Value, "MyCoach.Functions.csproj"))
        );
        var site = Assert.Single(Of(Read(), "Microsoft.Web/sites"));
        Assert.Equal(service.Groups["name"].Value, (string?)site["tags"]!["azd-service-name"]);
        Assert.Equal("dotnet-isolated", (string?)site["properties"]!["functionAppConfig"]!["runtime"]!["name"]);
        var given = JsonNode.Parse(Repository.Read("infra/main.parameters.json"))!["parameters"]!
            .AsObject()
            .Select(parameter => parameter.Key);
        Assert.Empty(given.Except(Read()["parameters"]!.AsObject().Select(parameter => parameter.Key)));
        Assert.Contains("authority", given);
        var names = VariableOfAzd()
            .Matches(Repository.Read("infra/main.parameters.json"))
            .Select(match => match.Groups[1].Value);
        Assert.All(
            names.Except(["AZURE_LOCATION"]),
            name => Assert.Contains($"azd env set {name} ", Repository.Read("docs/deploy.md"), StringComparison.Ordinal)
        );
    }

    private static JsonNode Read()
    {
        var file = Path.Combine(Repository.Root, Template);
        if (!File.Exists(file) && Environment.GetEnvironmentVariable("CI") is null)
        {
            Assert.Skip("There is no template yet: dotnet build infra makes it.");
        }
        return JsonNode.Parse(File.ReadAllText(file))!;
    }
}
