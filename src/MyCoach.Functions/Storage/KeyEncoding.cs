using System.Buffers;
using System.Text;

namespace MyCoach.Storage;

/// <summary>
/// Encodes text for partition and row keys: every UTF-8 byte outside <c>A–Z a–z 0–9 -</c> becomes <c>=XX</c>.
/// Reversible, and safe in an OData filter without escaping. The result has no <c>_</c>, so that <c>_</c> can separate
/// parts of a key.
/// </summary>
internal static class KeyEncoding
{
    private static readonly SearchValues<byte> Plain = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-"u8
    );

    public static string Encode(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var key = new StringBuilder(bytes.Length);
        foreach (var octet in bytes)
        {
            if (Plain.Contains(octet))
            {
                key.Append((char)octet);
            }
            else
            {
                key.Append('=').Append(octet.ToString("X2", null));
            }
        }
        return key.ToString();
    }

    public static string Decode(string key)
    {
        var bytes = new byte[key.Length];
        var length = 0;
        for (var i = 0; i < key.Length; i++)
        {
            if (key[i] == '=')
            {
                bytes[length++] = Convert.FromHexString(key.AsSpan(i + 1, 2))[0];
                i += 2;
            }
            else
            {
                bytes[length++] = (byte)key[i];
            }
        }
        return Encoding.UTF8.GetString(bytes, 0, length);
    }
}
