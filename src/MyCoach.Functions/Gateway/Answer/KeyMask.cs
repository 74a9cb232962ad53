using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.RegularExpressions;

namespace MyCoach.Gateway;

/// <summary>
/// Masks a call's provider key in what the provider sends: plain, escaped for JSON, HTML or addresses, or in base64. A
/// masked key keeps its length and its last four characters, so that lengths which the provider states stay right.
/// </summary>
internal sealed partial class KeyMask : IDisposable
{
    private const int ShownCharacters = 4;
    private const int LongPiece = 12;

    // All of visible ASCII characters.
    private readonly byte[][] forms;
    private readonly int shown;

    public KeyMask(string apiKey)
    {
        forms =
        [
            .. Base64Forms(apiKey)
                .Prepend(apiKey)
                .SelectMany(EscapedForms)
                .Distinct(StringComparer.Ordinal)
                .Select(Encoding.ASCII.GetBytes),
        ];
        // A part of an escape sequence would break the text around it.
        shown = apiKey[^ShownCharacters..].All(IsNeverEscaped) ? ShownCharacters : 0;
    }

    /// <summary>A masked copy; null if the text does not contain the key.</summary>
    public byte[]? Mask(ReadOnlySpan<byte> text)
    {
        byte[]? masked = null;
        foreach (var form in forms)
        {
            for (int from = 0, at; (at = text[from..].IndexOf(form)) >= 0; from += at + 1)
            {
                masked ??= text.ToArray();
                masked.AsSpan(from + at, form.Length - shown).Fill((byte)'.');
            }
        }
        return masked;
    }

    /// <summary>The same for a header's value.</summary>
    public string Mask(string value) =>
        Mask(Encoding.Latin1.GetBytes(value)) is { } masked ? Encoding.Latin1.GetString(masked) : value;

    /// <summary>Whether the text has a long piece of the key, in plain.</summary>
    public bool SharesPiece(string text)
    {
        var (key, bytes) = (forms[0], Encoding.ASCII.GetBytes(text));
        return Enumerable
            .Range(0, Math.Max(0, bytes.Length - LongPiece + 1))
            .Any(at => key.AsSpan().IndexOf(bytes.AsSpan(at, LongPiece)) >= 0);
    }

    /// <summary>How many bytes at the end of the text may be the beginning of a key.</summary>
    public int CountBeginning(ReadOnlySpan<byte> text)
    {
        var end = text[(text.LastIndexOfAnyExceptInRange((byte)'!', (byte)'~') + 1)..];
        var longest = 0;
        foreach (var form in forms)
        {
            var rest = end[Math.Max(0, end.Length - form.Length + 1)..];
            for (int at; rest.Length > longest && (at = rest.IndexOf(form[0])) >= 0; rest = rest[(at + 1)..])
            {
                if (form.AsSpan().StartsWith(rest[at..]))
                {
                    longest = Math.Max(longest, rest.Length - at);
                    break;
                }
            }
        }
        return longest;
    }

    public void Dispose()
    {
        foreach (var form in forms)
        {
            CryptographicOperations.ZeroMemory(form);
        }
    }

    // Base64 of any text that contains the key, such as "user:key": what the key alone decides, at each of its three
    // possible positions.
    private static IEnumerable<string> Base64Forms(string apiKey) =>
        Enumerable
            .Range(0, 3)
            .Select(before =>
            {
                var text = Convert.ToBase64String([.. new byte[before], .. Encoding.ASCII.GetBytes(apiKey)]);
                return text[((before * 8 + 5) / 6)..((before + apiKey.Length) * 8 / 6)];
            })
            .SelectMany(text => (string[])[text, text.Replace('+', '-').Replace('/', '_')]);

    private static IEnumerable<string> EscapedForms(string text)
    {
        if (text.All(IsNeverEscaped))
        {
            return [text];
        }
        var json = text.Replace("\\", @"\\").Replace("\"", "\\\"");
        string[] escaped =
        [
            json.Replace("/", @"\/"),
            json.Replace("&", @"\u0026").Replace("<", @"\u003c").Replace(">", @"\u003e"),
            JavaScriptEncoder.Default.Encode(text),
            Uri.EscapeDataString(text),
            WebUtility.UrlEncode(text),
        ];
        return
        [
            text,
            json,
            WebUtility.HtmlEncode(text),
            .. escaped,
            .. escaped.Select(form => HexDigits().Replace(form, digits => digits.Value.ToLowerInvariant())),
        ];
    }

    private static bool IsNeverEscaped(char character) =>
        char.IsAsciiLetterOrDigit(character) || character is '-' or '_';

    [GeneratedRegex(@"(?<=%)[0-9A-F]{2}|(?<=\\u)[0-9A-F]{4}")]
    private static partial Regex HexDigits();
}
