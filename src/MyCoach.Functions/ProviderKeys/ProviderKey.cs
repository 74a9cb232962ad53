using Azure;
using MyCoach.Providers;

namespace MyCoach.ProviderKeys;

/// <summary>A stored key as its row holds it: encrypted, with the id of the data key that reads it.</summary>
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
    /// <summary>The row's ETag; null before it is stored.</summary>
    public ETag? ETag { get; init; }

    /// <summary>When a call first succeeded with it; null before.</summary>
    public DateTimeOffset? FirstUsedAt { get; init; }

    /// <summary>Made anew whenever its user stores a key, and kept when that is encrypted anew; null in rows from before there was one.</summary>
    public string? StoreId { get; init; }

    /// <summary>Whether the other is the same key, as stored by the same request.</summary>
    public bool IsSameAs(ProviderKey other) => StoreId is null ? EncryptedKey == other.EncryptedKey : StoreId == other.StoreId;

    public bool IsUsable => Status != KeyStatus.Invalid;

    /// <summary>Keeps the last four characters.</summary>
    public static string Mask(string apiKey) => $"...{apiKey[^4..]}";
}
