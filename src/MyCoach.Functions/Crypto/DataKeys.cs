using System.Text.RegularExpressions;
using MyCoach.Hosting;

namespace MyCoach.Crypto;

/// <summary>
/// The data keys of this process: the one that new values are written with, and those that read older ones by id. With a vault the keys are those of its
/// ring; a configured local key still writes while others may know no vault, and then only reads what it wrote before.
/// </summary>
internal sealed partial class DataKeys(DataKey? local, VaultKeyRing? ring)
{
    /// <summary>
    /// How long after the vault's first data key was made the local one still writes: instances that were started before know no vault, and have to read
    /// what the others write until they are gone.
    /// </summary>
    public static readonly TimeSpan Handover = TimeSpan.FromMinutes(10);

    /// <summary>Whether a local key is configured beside a vault: one that is being left.</summary>
    public bool AreMoving => local is not null && ring is not null;

    public bool AreConfigured => local is not null || ring is not null;

    /// <summary>Null where there is none, or the vault does not give it: what needs one then answers 503, everything else works.</summary>
    public async Task<DataKey?> CurrentAsync(CancellationToken cancellation)
    {
        if (ring is null)
        {
            return local;
        }
        var current = await ring.CurrentAsync(cancellation);
        return local is not null && current is not null && ring.IsFirstWithin(Handover) ? local : current;
    }

    /// <inheritdoc cref="CurrentAsync"/>
    public Task<DataKey?> FindAsync(string id, CancellationToken cancellation) =>
        local?.Id == id ? Task.FromResult<DataKey?>(local) : ring?.FindAsync(id, cancellation) ?? Task.FromResult<DataKey?>(null);

    /// <summary>Those that there are, the current one last.</summary>
    public async Task<IReadOnlyList<(string Id, string? WrappedBy, DateTimeOffset? CreatedAt)>> ListAsync(CancellationToken cancellation)
    {
        (string, string?, DateTimeOffset?)[] own = local is null ? [] : [(local.Id, null, null)];
        return ring is null
            ? own
            : [.. own, .. (await ring.ListAsync(cancellation)).Select(key => (key.DataKeyId, (string?)key.KeyId, (DateTimeOffset?)key.CreatedAt))];
    }

    /// <summary>From <c>API_KEY_ENCRYPTION_KEY</c>: exactly 64 hex digits; null where it is not set.</summary>
    public static DataKey? FromSetting(string? hex) =>
        string.IsNullOrEmpty(hex) ? null
        : SixtyFourHexDigits().IsMatch(hex) ? DataKey.Local(Convert.FromHexString(hex))
        : throw new SettingException("API_KEY_ENCRYPTION_KEY", "must be exactly 64 hex digits (32 bytes)");

    [GeneratedRegex(@"^[0-9A-Fa-f]{64}\z", RegexOptions.CultureInvariant)]
    private static partial Regex SixtyFourHexDigits();
}
