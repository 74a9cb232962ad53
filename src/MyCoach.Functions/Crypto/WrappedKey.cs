using Azure;

namespace MyCoach.Crypto;

/// <summary>A data key, wrapped by the vault's key.</summary>
/// <param name="Number">Data keys are numbered in order of creation; the highest is current.</param>
/// <param name="KeyId">The id of the vault key that wrapped it, with the version.</param>
internal sealed record WrappedKey(int Number, string DataKeyId, string KeyId, byte[] Wrapped, DateTimeOffset CreatedAt)
{
    /// <summary>The row's ETag; null before it is stored.</summary>
    public ETag? ETag { get; init; }
}
