namespace MyCoach.Crypto;

/// <summary>The data key that is needed is not here, or the vault does not give it. Becomes 503 <c>encryption_unavailable</c>.</summary>
internal sealed class EncryptionUnavailableException() : Exception("The data key that this needs is not available.");
