using System.Text.RegularExpressions;
using MyCoach.Hosting;

namespace MyCoach.Crypto;

/// <summary>Which key of which vault wraps the data keys: <c>https://NAME.vault.azure.net/keys/KEY</c>.</summary>
internal sealed partial record VaultKeyAddress(string KeyId, string Vault, string Name)
{
    /// <summary>From <c>KeyVault__KeyId</c>; null where it is not set.</summary>
    public static VaultKeyAddress? FromSetting(string? keyId) =>
        string.IsNullOrEmpty(keyId) ? null
        : Pattern().Match(keyId) is { Success: true } parts
            ? new VaultKeyAddress(keyId, parts.Groups["vault"].Value.ToLowerInvariant(), parts.Groups["name"].Value)
        : throw new SettingException("KeyVault__KeyId", "must be https://NAME.vault.azure.net/keys/KEY, without a version");

    /// <summary>Whether this is the id of a version of the key.</summary>
    public bool Owns(string keyId) => VersionOf(keyId) is not null;

    /// <summary>Null where it is no id of a version of this key.</summary>
    public string? VersionOf(string keyId)
    {
        var prefix = $"https://{Vault}/keys/{Name}/";
        return keyId.StartsWith(prefix, StringComparison.OrdinalIgnoreCase) && Version().IsMatch(keyId[prefix.Length..])
            ? keyId[prefix.Length..]
            : null;
    }

    // The public cloud's, and those of the sovereign ones.
    [GeneratedRegex(
        @"^https://(?<vault>[a-z0-9-]{3,24}\.vault\.(azure\.net|azure\.cn|usgovcloudapi\.net))/keys/(?<name>[A-Za-z0-9-]{1,127})/?\z",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase
    )]
    private static partial Regex Pattern();

    [GeneratedRegex(@"^[0-9A-Za-z]{1,64}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Version();
}
