using Azure;
using MyCoach.Providers;

namespace MyCoach.ProviderKeys;

/// <summary>A stored key: encrypted, with the id of the data key that decrypts it.</summary>
internal sealed record ProviderKey(
    Provider Provider,
    string EncryptedKey,
    string DataKeyId,
    string MaskedKey,
    KeyStatus Status,
    DateTimeOffset? LastValidatedAt,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt
)
{
    // Enough to tell the keys apart that one user stores.
    private const int KeyIdLength = 12;

    private const string BillingRow = "billing_";

    /// <summary>The row's ETag; null before it is stored.</summary>
    public ETag? ETag { get; init; }

    public KeyPurpose Purpose { get; init; }

    /// <summary>The key of the row in the user's partition.</summary>
    public string RowKey => RowKeyOf(Provider, Purpose);

    /// <summary>Which account at the provider the key is used with.</summary>
    public KeyAccount Account { get; init; } = KeyAccount.Default;

    /// <summary>When a call first succeeded with this key; null if none has.</summary>
    public DateTimeOffset? FirstUsedAt { get; init; }

    /// <summary>
    /// Random; changes whenever the user stores a key, but not on re-encryption. Null in rows of earlier versions of
    /// MyCoach.
    /// </summary>
    public string? StoreId { get; init; }

    /// <summary>
    /// Names the stored key without revealing it, also after another key has replaced it. Null in rows of earlier versions.
    /// </summary>
    public string? KeyId => StoreId?[..KeyIdLength];

    /// <summary>Whether both are the key that one PUT request stored, even if re-encrypted since.</summary>
    public bool IsSameAs(ProviderKey other) =>
        StoreId is null ? EncryptedKey == other.EncryptedKey : StoreId == other.StoreId;

    public bool IsUsable => Status != KeyStatus.Invalid;

    public static string RowKeyOf(Provider provider, KeyPurpose purpose) =>
        purpose == KeyPurpose.Calls ? provider.Id : BillingRow + provider.Id;

    /// <summary>The inverse of <see cref="RowKeyOf"/>.</summary>
    public static (Provider Provider, KeyPurpose Purpose) ParseRowKey(string rowKey) =>
        Provider.Find(rowKey) is { } provider
            ? (provider, KeyPurpose.Calls)
            : (Provider.Find(rowKey[BillingRow.Length..])!, KeyPurpose.Billing);

    /// <summary>Hides all but the last four characters.</summary>
    public static string Mask(string apiKey) => $"...{apiKey[^4..]}";
}
