using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace MyCoach.Dev.Emulator.Billing;

/// <summary>
/// What a key's text says: <list type="bullet"><item><c>sk-ant-admin01-</c> and <c>sk-admin-</c> start admin
/// keys of Anthropic and OpenAI; <c>sk-ant-</c> and <c>sk-</c> start the other keys;</item> <item><c>-orgbeta</c> puts the
/// key in the organisation <c>beta</c>; otherwise it is in <c>default</c>;</item> <item>OpenAI: <c>-projone</c> puts it
/// in the project <c>proj_one</c>; otherwise it is in <c>proj_default</c>;</item> <item>Anthropic: <c>-wsone</c> puts it in
/// the workspace <c>wrkspc_one</c>; otherwise it is in the default one, which has no id.</item></list> Such a name has
/// lower-case letters and digits. What an admin key may read is said at <see cref="KeyVerdict"/>.
/// </summary>
public sealed partial class BilledKey
{
    internal const string AnthropicAdminPrefix = "sk-ant-admin01-";
    internal const string OpenAiAdminPrefix = "sk-admin-";

    private const string DefaultOrganization = "default";

    private BilledKey(string text)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
        IsAnthropic = text.StartsWith("sk-ant-", StringComparison.Ordinal);
        IsAdmin = StartsAsAdmin(text);
        Id = IsAdmin ? null : (IsAnthropic ? "apikey_01" : "key_") + hash[..20];
        var (first, last) = (IsAnthropic ? 16 : 8, 4);
        Hint = text.Length > first + last ? $"{text[..first]}...{text[^last..]}" : text;
        Name = "Key " + Hint[^Math.Min(last, Hint.Length)..];
        Organization = NameIn(text, OrganizationMark()) ?? DefaultOrganization;
        Project = IsAnthropic
            ? (NameIn(text, WorkspaceMark()) is { } workspace ? "wrkspc_" + workspace : null)
            : "proj_" + (NameIn(text, ProjectMark()) ?? "default");
    }

    public bool IsAnthropic { get; }

    public bool IsAdmin { get; }

    /// <summary>The id in the reports; null for an admin key, which calls no model.</summary>
    public string? Id { get; }

    public string Name { get; }

    /// <summary>Start and end of the text, as the lists of keys show it.</summary>
    public string Hint { get; }

    /// <summary>The name of the organisation, without OpenAI's <c>org-</c>.</summary>
    public string Organization { get; }

    /// <summary>OpenAI's project or Anthropic's workspace; null for Anthropic's default one.</summary>
    public string? Project { get; }

    public string OrganizationId => IsAnthropic ? UuidOf(Organization) : "org-" + Organization;

    public static BilledKey Of(string text) => new(text);

    internal static bool StartsAsAdmin(string text) =>
        text.StartsWith(AnthropicAdminPrefix, StringComparison.Ordinal)
        || text.StartsWith(OpenAiAdminPrefix, StringComparison.Ordinal);

    // At Anthropic the id of an organisation is a UUID.
    private static string UuidOf(string name) =>
        new Guid(SHA256.HashData(Encoding.UTF8.GetBytes(name)).AsSpan(0, 16)).ToString();

    private static string? NameIn(string text, Regex mark) =>
        mark.Match(text) is { Success: true } match ? match.Groups[1].Value : null;

    [GeneratedRegex("-org(?!wide)([a-z0-9]+)")]
    private static partial Regex OrganizationMark();

    [GeneratedRegex("-proj([a-z0-9]+)")]
    private static partial Regex ProjectMark();

    [GeneratedRegex("-ws([a-z0-9]+)")]
    private static partial Regex WorkspaceMark();
}
