using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace MyCoach.Crypto;

/// <summary>
/// AES-256-GCM in the stored format <c>iv:authTag:ciphertext</c>, each lower-case hex, with a new random 12-byte IV per value and a 16-byte tag.
/// Without associated data, the format is the Node service's. Rows written here always bind it (<see cref="AssociatedData"/>).
/// </summary>
internal static class SecretCipher
{
    private const int IvBytes = 12;
    private const int TagBytes = 16;

    // Strict: invalid Unicode would otherwise be replaced silently, and decrypt to different text.
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static string Encrypt(ReadOnlySpan<byte> dataKey, string plaintext, ReadOnlySpan<byte> associatedData = default)
    {
        var secret = Utf8.GetBytes(plaintext);
        try
        {
            var ciphertext = new byte[secret.Length];
            Span<byte> iv = stackalloc byte[IvBytes];
            Span<byte> tag = stackalloc byte[TagBytes];
            RandomNumberGenerator.Fill(iv);
            using var aes = new AesGcm(dataKey, TagBytes);
            aes.Encrypt(iv, secret, ciphertext, tag, associatedData);
            return $"{Convert.ToHexStringLower(iv)}:{Convert.ToHexStringLower(tag)}:{Convert.ToHexStringLower(ciphertext)}";
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    /// <exception cref="CryptographicException">Wrong format, data key or associated data, or the value was changed.</exception>
    public static string Decrypt(ReadOnlySpan<byte> dataKey, string stored, ReadOnlySpan<byte> associatedData = default)
    {
        var parts = stored.Split(':');
        if (parts is not [{ Length: 2 * IvBytes } iv, { Length: 2 * TagBytes } tag, var ciphertext])
        {
            throw new CryptographicException("The stored value is not iv:authTag:ciphertext.");
        }
        var secret = new byte[ciphertext.Length / 2];
        try
        {
            using var aes = new AesGcm(dataKey, TagBytes);
            aes.Decrypt(Convert.FromHexString(iv), Convert.FromHexString(ciphertext), Convert.FromHexString(tag), secret, associatedData);
            return Utf8.GetString(secret);
        }
        catch (FormatException)
        {
            throw new CryptographicException("The stored value is not hexadecimal.");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    /// <summary>
    /// Binds a ciphertext to its row: <c>MyCoach1</c>, the purpose, user id, provider and data key id. Each follows its length in bytes as a 32-bit
    /// big-endian number, so that no two rows give the same bytes.
    /// </summary>
    public static byte[] AssociatedData(string purpose, string userId, string provider, string dataKeyId)
    {
        using var bytes = new MemoryStream();
        Span<byte> length = stackalloc byte[sizeof(int)];
        foreach (var part in (ReadOnlySpan<string>)["MyCoach1", purpose, userId, provider, dataKeyId])
        {
            var text = Utf8.GetBytes(part);
            BinaryPrimitives.WriteInt32BigEndian(length, text.Length);
            bytes.Write(length);
            bytes.Write(text);
        }
        return bytes.ToArray();
    }
}
