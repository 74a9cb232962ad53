using System.Text.RegularExpressions;
using MyCoach.Hosting;

namespace MyCoach.Crypto;

/// <summary>The vault key that wraps the data keys: <c>https://NAME.vault.azure.net/keys/KEY</c>.</summary>
internal sealed partial record VaultKeyAddress(string KeyId, string Vault, string Name)
{
    /// <summary>Parses <c>KeyVault__KeyId</c>. Null if it is not set.</summary>
    public static VaultKeyAddress? FromSetting(string? keyId) =>
        string.IsNullOrEmpty(keyId) ? null
        : Pattern().Match(keyId) is { Success: true } parts
            ? new VaultKeyAddress(keyId, parts.Groups["vault"].Value.ToLowerInvariant(), parts.Groups["name"].Value)
        : throw new SettingException(
            "KeyVault__KeyId",
            "must be https://NAME.vault.azure.net/keys/KEY, without a version"
        );

    /// <summary>The version in the id; null if the id is not that of a version of this key.</summary>
    public string? VersionOf(string keyId) => Parse(keyId).Version;

    /// <summary>Why the id is not that of a version of this key; null if it is.</summary>
    public string? FindFault(string keyId) => Parse(keyId).Fault;

    // The version becomes a part of the address that is called, so it must not lead elsewhere in the vault. The parser
    // has resolved dots.
    private (string? Version, string? Fault) Parse(string keyId)
    {
        if (
            !Uri.TryCreate(keyId, UriKind.Absolute, out var id)
            || id.Scheme != Uri.UriSchemeHttps
            || !id.IsWellFormedOriginalString()
            || keyId.Length != keyId.Trim().Length
            || id.UserInfo.Length + id.Query.Length + id.Fragment.Length > 0
        )
        {
            return (null, "it is not an https address of a path only");
        }
        if (id.Authority != Vault)
        {
            return (null, $"it is not in {Vault}");
        }
        return id.AbsolutePath.Split('/') switch
        {
            ["", var keys, var name, ..] when !IsSame(keys, "keys") || !IsSame(name, Name) => (
                null,
                $"it does not name the key {Name}"
            ),
            ["", _, _] or ["", _, _, ""] or not ["", _, _, ..] => (null, "it has no version"),
            ["", _, _, var version] when !EncodedSlash().IsMatch(version) => (version, null),
            _ => (null, "its version is not a single path segment"),
        };
    }

    private static bool IsSame(string one, string other) => one.Equals(other, StringComparison.OrdinalIgnoreCase);

    // The domains of the public cloud and of the sovereign clouds.
    [GeneratedRegex(
        @"^https://(?<vault>[a-z0-9-]{3,24}\.vault\.(azure\.net|azure\.cn|usgovcloudapi\.net))/keys/(?<name>[A-Za-z0-9-]{1,127})/?\z",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase
    )]
    private static partial Regex Pattern();

    // A server could take it for a slash.
    [GeneratedRegex("%(2F|5C)", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex EncodedSlash();
}
