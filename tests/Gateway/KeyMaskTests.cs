using System.Net;
using System.Text;
using System.Text.Json;
using MyCoach.Gateway;

namespace MyCoach.Tests.Gateway;

/// <summary>How a key is found and masked in what a provider sends.</summary>
public sealed class KeyMaskTests
{
    private const string Key = "sk-proj-good-key-0001";
    private const string Masked = ".................0001";
    private const string OddKey = """sk-"odd\key"/+<&>'~=%2F-0001""";

    public static TheoryData<string> Keys => [Key, OddKey, "\"\\/+<&>'", "sk-proj-a+b/c=="];

    [Fact]
    public void A_masked_key_keeps_its_length_and_last_four_characters() =>
        Assert.Equal($"Bearer {Masked}, {Masked}{Masked}.", MaskIn(Key, $"Bearer {Key}, {Key}{Key}."));

    [Fact]
    public void A_text_without_the_key_is_not_copied()
    {
        using var mask = new KeyMask(Key);
        Assert.Null(mask.Mask("sk-proj-good-key-0002, sk-proj-good-key-000, k-proj-good-key-0001"u8));
        var value = "req_0001";
        Assert.Same(value, mask.Mask(value));
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void A_key_is_found_however_it_is_written(string key)
    {
        string[] forms =
        [
            key,
            JsonSerializer.Serialize(key)[1..^1],
            JsonSerializer.Serialize(key, JsonSerializerOptions.Web)[1..^1],
            key.Replace("\\", "\\\\").Replace("\"", "\\\"").Replace("/", "\\/"),
            Uri.EscapeDataString(key),
            WebUtility.UrlEncode(key).Replace("+", "%20"),
            WebUtility.HtmlEncode(key),
            .. ((string[])[$"Bearer {key}", $"x{key}", $"user:{key}", $"{key}:", $"{key}xy"]).SelectMany(text =>
            {
                var base64 = Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
                return (string[])
                    [
                        base64,
                        base64.Replace('+', '-').Replace('/', '_'),
                        base64.Replace("/", "\\/"),
                        Uri.EscapeDataString(base64),
                        Uri.EscapeDataString(base64).Replace("%2B", "%2b").Replace("%2F", "%2f"),
                    ];
            }),
        ];
        Assert.All(
            forms,
            form =>
            {
                var masked = MaskIn(key, $"[{form}]");
                Assert.Equal(form.Length + 2, masked.Length);
                Assert.Contains("......", masked, StringComparison.Ordinal);
                Assert.DoesNotContain(form[2..^2], masked, StringComparison.Ordinal);
            }
        );
    }

    [Theory]
    [InlineData("sk-proj-good-key-\"0\\1")]
    [InlineData("sk-proj-good\"key-0001")]
    public void A_masked_key_leaves_its_JSON_valid(string key)
    {
        foreach (var options in new[] { JsonSerializerOptions.Default, JsonSerializerOptions.Web })
        {
            using var json = JsonDocument.Parse(MaskIn(key, JsonSerializer.Serialize(new { key }, options)));
            Assert.StartsWith("........", json.RootElement.GetProperty("key").GetString(), StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void A_key_is_found_wherever_the_text_is_cut(string key)
    {
        var text = $"data: {{\"a\":\"{key}\"}}\n\n{key}, sk-proj-s{key}{key}s";
        var expected = MaskIn(key, text);
        using var mask = new KeyMask(key);
        for (var first = 0; first <= text.Length; first++)
        {
            for (var second = first; second <= text.Length; second++)
            {
                Assert.Equal(expected, Pass(mask, text[..first], text[first..second], text[second..]));
            }
        }
        Assert.Equal(expected, Pass(mask, [.. text.Select(character => $"{character}")]));
    }

    [Fact]
    public void A_key_that_overlaps_itself_never_passes_whole()
    {
        const string Overlapping = "ababababab";
        using var mask = new KeyMask(Overlapping);
        var text = string.Concat(Enumerable.Repeat("ab", 20));
        for (var cut = 0; cut <= text.Length; cut++)
        {
            Assert.DoesNotContain(Overlapping, Pass(mask, text[..cut], text[cut..]), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Nothing_but_the_beginning_of_a_key_is_held_back()
    {
        using var mask = new KeyMask(Key);
        var pieces = new MaskedPieces(mask);
        Assert.Equal("data: {\"x\":1}\n\n", Text(pieces.Take("data: {\"x\":1}\n\n"u8)));
        Assert.False(pieces.IsHolding);
        Assert.Equal("Bearer ", Text(pieces.Take("Bearer sk-proj-g"u8)));
        Assert.Equal("sk-proj-go ", Text(pieces.Take("o sk-"u8)));
        Assert.Equal("", Text(pieces.Take("proj"u8)));
        Assert.Equal("sk-proj", Text(pieces.TakeRest()));
        Assert.False(pieces.HasFoundKey);
    }

    private static string MaskIn(string key, string text)
    {
        using var mask = new KeyMask(key);
        return mask.Mask(text);
    }

    private static string Pass(KeyMask mask, params string[] texts)
    {
        var pieces = new MaskedPieces(mask);
        var passed = new StringBuilder();
        foreach (var text in texts)
        {
            passed.Append(Text(pieces.Take(Encoding.Latin1.GetBytes(text))));
        }
        return passed.Append(Text(pieces.TakeRest())).ToString();
    }

    private static string Text(ReadOnlySpan<byte> bytes) => Encoding.Latin1.GetString(bytes);
}
