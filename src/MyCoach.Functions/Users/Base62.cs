using System.Numerics;

namespace MyCoach.Users;

/// <summary>Writes bytes as letters and digits, so that a double click selects all of a token.</summary>
internal static class Base62
{
    private const string Digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    /// <param name="length">Of the text, which must be enough for the bytes.</param>
    public static string Encode(ReadOnlySpan<byte> bytes, int length)
    {
        var rest = new BigInteger(bytes, isUnsigned: true, isBigEndian: true);
        var text = new char[length];
        for (var i = length - 1; i >= 0; i--)
        {
            (rest, var digit) = BigInteger.DivRem(rest, Digits.Length);
            text[i] = Digits[(int)digit];
        }
        return rest.IsZero ? new string(text) : throw new ArgumentException("The text is too short.", nameof(length));
    }
}
