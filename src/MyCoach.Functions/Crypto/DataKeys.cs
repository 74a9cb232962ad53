using System.Text.RegularExpressions;
using MyCoach.Hosting;

namespace MyCoach.Crypto;

/// <summary>
/// The data keys of this process: the current key encrypts new values, and the others decrypt older values by id. With a vault, the keys come from
/// the key ring. A local key configured beside the vault still encrypts during <see cref="Handover"/>, and afterwards only decrypts older values.
/// </summary>
internal sealed partial class DataKeys(DataKey? local, VaultKeyRing? ring)
{
    /// <summary>
    /// How long the local key still encrypts after the vault's first data key was created. Instances that started before the vault was configured
    /// must be able to read new values until they have stopped.
    /// </summary>
    public static readonly TimeSpan Handover = TimeSpan.FromMinutes(10);

    /// <summary>Whether a local key is configured beside a vault, so that its rows move to the vault's data keys.</summary>
    public bool IsLeavingLocalKey => local is not null && ring is not null;

    public bool IsConfigured => local is not null || ring is not null;

    /// <summary>The key for new values. Null if none is configured or the vault is unavailable; requests that need it then get 503.</summary>
    public async Task<DataKey?> CurrentAsync(CancellationToken cancellation)
    {
        if (ring is null)
        {
            return local;
        }
        var current = await ring.CurrentAsync(cancellation);
        return local is not null && current is not null && ring.IsFirstKeyYoungerThan(Handover) ? local : current;
    }

    /// <summary>The data key with this id. Null if it does not exist or the vault is unavailable.</summary>
    public Task<DataKey?> FindAsync(string id, CancellationToken cancellation) =>
        local?.Id == id ? Task.FromResult<DataKey?>(local) : ring?.FindAsync(id, cancellation) ?? Task.FromResult<DataKey?>(null);

    /// <summary>Lists the data keys, the current key last.</summary>
    public async Task<IReadOnlyList<(string Id, string? WrappedBy, DateTimeOffset? CreatedAt)>> ListAsync(CancellationToken cancellation)
    {
        (string, string?, DateTimeOffset?)[] own = local is null ? [] : [(local.Id, null, null)];
        return ring is null
            ? own
            : [.. own, .. (await ring.ListAsync(cancellation)).Select(key => (key.DataKeyId, (string?)key.KeyId, (DateTimeOffset?)key.CreatedAt))];
    }

    /// <summary>Parses <c>API_KEY_ENCRYPTION_KEY</c>, exactly 64 hex digits. Null if it is not set.</summary>
    public static DataKey? FromSetting(string? hex) =>
        string.IsNullOrEmpty(hex) ? null
        : SixtyFourHexDigits().IsMatch(hex) ? DataKey.Local(Convert.FromHexString(hex))
        : throw new SettingException("API_KEY_ENCRYPTION_KEY", "must be exactly 64 hex digits (32 bytes)");

    [GeneratedRegex(@"^[0-9A-Fa-f]{64}\z", RegexOptions.CultureInvariant)]
    private static partial Regex SixtyFourHexDigits();
}
