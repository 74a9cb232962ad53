using System.Globalization;

namespace MyCoach.Users;

internal static class PercentEncoding
{
    /// <summary>
    /// The bytes of a percent-encoded header value. Null if it is malformed. Accepts unencoded ASCII, but no comma,
    /// which would mean two header values that a proxy joined.
    /// </summary>
    public static byte[]? TryDecode(string encoded)
    {
        var bytes = new byte[encoded.Length];
        var length = 0;
        for (var i = 0; i < encoded.Length; i++)
        {
            if (encoded[i] != '%')
            {
                if (encoded[i] is <= ' ' or > '~' or ',')
                {
                    return null;
                }
                bytes[length++] = (byte)encoded[i];
            }
            else if (
                i + 2 < encoded.Length
                && byte.TryParse(encoded.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, null, out bytes[length])
            )
            {
                length++;
                i += 2;
            }
            else
            {
                return null;
            }
        }
        return bytes[..length];
    }
}
