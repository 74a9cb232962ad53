using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace MyCoach.Http;

/// <summary>
/// The position where the next page of a list starts. Opaque, and bound to one user and query, because in another query it would skip or repeat rows.
/// It grants no access: a list contains only rows of the caller.
/// </summary>
internal static class Cursor
{
    private const int BindingBytes = 8;

    public static string Write(string continuation, string query)
    {
        var bytes = Encoding.UTF8.GetBytes(continuation);
        return Base64Url.EncodeToString([.. Binding(query, bytes), .. bytes]);
    }

    /// <summary>Null if the cursor is malformed, truncated or from another query.</summary>
    public static string? TryRead(string cursor, string query)
    {
        if (!Base64Url.IsValid(cursor))
        {
            return null;
        }
        var bytes = Base64Url.DecodeFromChars(cursor);
        return bytes.Length > BindingBytes && Binding(query, bytes.AsSpan(BindingBytes)).SequenceEqual(bytes.AsSpan(0, BindingBytes))
            ? Encoding.UTF8.GetString(bytes.AsSpan(BindingBytes))
            : null;
    }

    private static ReadOnlySpan<byte> Binding(string query, ReadOnlySpan<byte> continuation) =>
        SHA256.HashData([.. Encoding.UTF8.GetBytes(query), 0, .. continuation]).AsSpan(0, BindingBytes);
}
