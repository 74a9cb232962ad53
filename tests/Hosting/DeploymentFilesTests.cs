using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using MyCoach.Hosting;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Hosting;

/// <summary>What deploys the program agrees with the program and with docs/deploy.md.</summary>
public sealed partial class DeploymentFilesTests
{
    private const string Publish = "dotnet publish src/MyCoach.Functions -c Release -p:Package=functions -o out/app";

    [Theory]
    [InlineData("docs/deploy.md")]
    [InlineData("infra/container/compose.yaml")]
    public void Every_named_setting_exists(string file)
    {
        var names = SettingName().Matches(Repository.Read(file)).Select(name => name.Value).ToArray();

        Assert.NotEmpty(names);
        Assert.All(names, name => Assert.True(KnownSettings.IsKnown(name), name));
    }

    [Fact]
    public void The_app_registration_has_the_roles_of_the_program()
    {
        var app = JsonNode.Parse(Repository.Read("infra/entra-app.json"))!;
        var roles = app["appRoles"]!.AsArray();
        var ids = roles
            .Append(app["api"]!["oauth2PermissionScopes"]!.AsArray().Single())
            .Select(item => (string)item!["id"]!);

        var named = RoleSetting()
            .Matches(Repository.Read("docs/settings.md"))
            .Select(role => role.Groups["role"].Value);
        Assert.Equal(named.Distinct().Order(), roles.Select(role => (string)role!["value"]!).Order());
        Assert.Distinct(ids.Select(Guid.Parse));
        // The issuer in docs/deploy.md is that of version 2.
        Assert.Equal(2, (int)app["api"]!["requestedAccessTokenVersion"]!);
        Assert.Contains("/v2.0\"", Repository.Read("docs/deploy.md"), StringComparison.Ordinal);
    }

    [Fact]
    public void The_workflow_deploys_the_documented_package_and_only_its_last_job_signs_in()
    {
        var workflow = Repository.Read(".github/workflows/deploy.yml");
        var jobs = workflow.Split("\n  deploy:\n");

        Assert.Contains("\npermissions: {}\n", workflow, StringComparison.Ordinal);
        Assert.Contains(Publish, jobs[0], StringComparison.Ordinal);
        Assert.Contains(Publish, Repository.Read("docs/deploy.md"), StringComparison.Ordinal);
        Assert.DoesNotContain("id-token", jobs[0], StringComparison.Ordinal);
        Assert.Contains("id-token: write", jobs[1], StringComparison.Ordinal);
        Assert.DoesNotContain("secrets.", workflow, StringComparison.Ordinal);
        Assert.All(
            Variable().Matches(workflow).Select(variable => variable.Groups["name"].Value),
            name => Assert.Contains($"| `{name}` |", Repository.Read("docs/deploy.md"), StringComparison.Ordinal)
        );
    }

    [Fact]
    public void The_container_takes_only_sources_into_its_build()
    {
        var rules = Repository
            .Read("infra/container/Dockerfile.dockerignore")
            .Split('\n')
            .Where(line => line.Length > 0 && !line.StartsWith('#'))
            .ToArray();

        Assert.Equal("*", rules[0]);
        Assert.All(
            rules.Where(rule => rule.StartsWith('!')).Select(rule => rule[1..]),
            name => Assert.NotEmpty(Directory.GetFileSystemEntries(Repository.Root, name))
        );
        Assert.DoesNotContain(
            rules,
            rule => rule.StartsWith('!') && rule.Contains("settings", StringComparison.Ordinal)
        );
        Assert.Contains(
            "docker build --file infra/container/Dockerfile",
            Repository.Read("docs/deploy.md"),
            StringComparison.Ordinal
        );
    }

    [GeneratedRegex("[A-Za-z]+(?:__[A-Za-z0-9]+)+|API_KEY_ENCRYPTION_KEY")]
    private static partial Regex SettingName();

    [GeneratedRegex(@"(?<role>MyCoach\.(?:Admin|Service))")]
    private static partial Regex RoleSetting();

    [GeneratedRegex(@"vars\.(?<name>[A-Z_]+)")]
    private static partial Regex Variable();
}
