using System.Security.Cryptography;
using System.Text.RegularExpressions;
using MyCoach.Hosting;

namespace MyCoach.Crypto;

/// <summary>A 32-byte AES key and the id that stands in the rows it encrypted.</summary>
internal sealed class DataKey(string id, byte[] key)
{
    public string Id => id;
    public ReadOnlySpan<byte> Key => key;
}

/// <summary>The data keys this process holds: the one that new values are written with, and those that read older ones by id.</summary>
internal sealed partial class DataKeys(DataKey? current)
{
    /// <summary>Null without a configured data key: what needs one then answers 503, everything else works.</summary>
    public DataKey? Current => current;

    public DataKey? Find(string id) => current?.Id == id ? current : null;

    /// <summary>From <c>API_KEY_ENCRYPTION_KEY</c>: exactly 64 hex digits.</summary>
    public static DataKeys FromSetting(string? hex)
    {
        if (string.IsNullOrEmpty(hex))
        {
            return new DataKeys(null);
        }
        if (!SixtyFourHexDigits().IsMatch(hex))
        {
            throw new SettingException("API_KEY_ENCRYPTION_KEY", "must be exactly 64 hex digits (32 bytes)");
        }
        var key = Convert.FromHexString(hex);
        // The id is derived from the key, so that a row encrypted with another one is recognised instead of looking tampered with.
        var id = HKDF.DeriveKey(HashAlgorithmName.SHA256, key, outputLength: 8, info: "MyCoach data key id"u8.ToArray());
        return new DataKeys(new DataKey($"local-{Convert.ToHexStringLower(id)}", key));
    }

    [GeneratedRegex(@"^[0-9A-Fa-f]{64}\z", RegexOptions.CultureInvariant)]
    private static partial Regex SixtyFourHexDigits();
}
