using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace MyCoach.Tests.Hosting;

/// <summary>How the template is read.</summary>
public sealed partial class BicepTests
{
    // Of this template and those in it.
    private static IEnumerable<JsonNode> Of(JsonNode template, string type) =>
        (
            template["resources"] is JsonObject byName
                ? byName.Select(resource => resource.Value!)
                : template["resources"]!.AsArray().Select(resource => resource!)
        ).SelectMany(resource =>
            (string?)resource["type"] == "Microsoft.Resources/deployments"
                ? Of(resource["properties"]!["template"]!, type)
            : (string?)resource["type"] == type ? [resource]
            : (IEnumerable<JsonNode>)[]
        );

    [GeneratedRegex(
        @"services:\s+(?<name>\w+):\s+project: (?<project>\S+)\s+language: dotnet\s+host: (?<host>\w+)",
        RegexOptions.CultureInvariant
    )]
    private static partial Regex ServiceOfAzd();

    [GeneratedRegex(@"\$\{([A-Z_]+)(?:=[^}]*)?\}", RegexOptions.CultureInvariant)]
    private static partial Regex VariableOfAzd();

    [GeneratedRegex("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", RegexOptions.CultureInvariant)]
    private static partial Regex RoleId();

    [GeneratedRegex(@"resourceId\('[^']+'", RegexOptions.CultureInvariant)]
    private static partial Regex ScopeType();

    [GeneratedRegex(@"variables\('roles'\)\.(\w+)", RegexOptions.CultureInvariant)]
    private static partial Regex RoleName();

    [GeneratedRegex(@"^\| `[^|]*\|", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex SettingRow();

    [GeneratedRegex("`([A-Za-z_]+[A-Za-z0-9_…]*)`", RegexOptions.CultureInvariant)]
    private static partial Regex SettingName();

    // A setting's name is a text in an expression: with two underscores, or one of those that have none.
    [GeneratedRegex(
        @"\\u0027([A-Za-z]+(?:__[A-Za-z0-9{}]+)+|[A-Z]+(?:_[A-Z]+)+|[A-Z][A-Za-z]+Schedule)\\u0027",
        RegexOptions.CultureInvariant
    )]
    private static partial Regex SetName();
}
