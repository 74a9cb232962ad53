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
        : throw new SettingException("KeyVault__KeyId", "must be https://NAME.vault.azure.net/keys/KEY, without a version");

    /// <summary>Whether the id is that of a version of this key.</summary>
    public bool Owns(string keyId) => VersionOf(keyId) is not null;

    /// <summary>The version in the id; null if the id is not that of a version of this key.</summary>
    public string? VersionOf(string keyId)
    {
        var prefix = $"https://{Vault}/keys/{Name}/";
        return keyId.StartsWith(prefix, StringComparison.OrdinalIgnoreCase) && Version().IsMatch(keyId[prefix.Length..])
            ? keyId[prefix.Length..]
            : null;
    }

    // The domains of the public cloud and of the sovereign clouds.
    [GeneratedRegex(
        @"^https://(?<vault>[a-z0-9-]{3,24}\.vault\.(azure\.net|azure\.cn|usgovcloudapi\.net))/keys/(?<name>[A-Za-z0-9-]{1,127})/?\z",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase
    )]
    private static partial Regex Pattern();

    [GeneratedRegex(@"^[0-9A-Za-z]{1,64}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Version();
}
