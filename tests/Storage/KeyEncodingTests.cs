using System.Text;
using System.Text.RegularExpressions;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using MyCoach.Storage;
using MyCoach.Users;

namespace MyCoach.Tests.Storage;

/// <summary>
/// What keeps users apart: no two of them ever share a key, nor does one's range of months hold another's.
/// </summary>
[Properties(Arbitrary = [typeof(Texts)], MaxTest = 1000)]
public sealed partial class KeyEncodingTests
{
    [Property]
    public void Encoded_keys_decode_to_the_original(string text) =>
        Assert.Equal(text, KeyEncoding.Decode(KeyEncoding.Encode(text)));

    [Property]
    public void A_key_holds_nothing_but_letters_digits_equals_signs_and_hyphens(string text) =>
        Assert.Matches(KeyCharacters(), KeyEncoding.Encode(text));

    [Property]
    public void Two_texts_never_share_a_key(TwoTexts texts) =>
        Assert.Equal(
            string.Equals(texts.One, texts.Other, StringComparison.Ordinal),
            string.Equals(KeyEncoding.Encode(texts.One), KeyEncoding.Encode(texts.Other), StringComparison.Ordinal)
        );

    [Theory]
    [InlineData("", "")]
    [InlineData("ann-07", "ann-07")]
    [InlineData("Ann", "Ann")]
    [InlineData("a_b", "a=5Fb")]
    [InlineData("a=5Fb", "a=3D5Fb")]
    [InlineData("a\0b", "a=00b")]
    [InlineData("' or 1 eq 1", "=27=20or=201=20eq=201")]
    [InlineData("/\\#?%", "=2F=5C=23=3F=25")]
    [InlineData("ä", "=C3=A4")]
    [InlineData("😀", "=F0=9F=98=80")]
    public void A_key_is_spelled_as_written_down(string text, string key) =>
        Assert.Equal(key, KeyEncoding.Encode(text));

    [Property]
    public void A_users_months_lie_between_the_first_and_last_key(TwoTexts texts, int number)
    {
        if (UserId.TryCreate(texts.One) is { } user)
        {
            Assert.True(IsOneOfTheMonthsOf(user, user.MonthPartition(AnyMonth(number))));
        }
    }

    [Property]
    public void No_other_users_month_lies_between_them(TwoTexts texts, int number)
    {
        if (
            texts.One != texts.Other
            && UserId.TryCreate(texts.One) is { } user
            && UserId.TryCreate(texts.Other) is { } other
        )
        {
            Assert.False(IsOneOfTheMonthsOf(user, other.MonthPartition(AnyMonth(number))));
            Assert.False(IsOneOfTheMonthsOf(user, other.Key));
        }
    }

    // As the table service compares: by code unit, ends included.
    private static bool IsOneOfTheMonthsOf(UserId user, string partition) =>
        string.CompareOrdinal(partition, $"{user.Key}_000000") >= 0
        && string.CompareOrdinal(partition, $"{user.Key}_999999") <= 0;

    private static Month AnyMonth(int number) =>
        new(1601 + (int)((uint)number / 12 % 8398), 1 + (int)((uint)number % 12));

    [GeneratedRegex(@"^[A-Za-z0-9=-]*\z")]
    private static partial Regex KeyCharacters();

    /// <summary>Two texts that are often nearly the same.</summary>
    public sealed record TwoTexts(string One, string Other);

    private static class Texts
    {
        /// <summary>Any text that UTF-8 can hold, rich in what means something in keys, filters and paths.</summary>
        private static readonly Gen<string> Any = Gen.Frequency(
                (
                    4,
                    Gen.Elements("_-='/\\#?%*()&+ \t\r\n\0aAzZ09".ToCharArray())
                        .Select(character => new Rune(character))
                ),
                (2, Gen.Choose(0, 0x7F).Select(code => new Rune(code))),
                (1, Gen.Choose(0x80, 0xD7FF).Select(code => new Rune(code))),
                (1, Gen.Choose(0xE000, 0xFFFF).Select(code => new Rune(code))),
                (1, Gen.Choose(0x10000, 0x10FFFF).Select(code => new Rune(code)))
            )
            .ArrayOf()
            .Select(string.Concat);

        public static Arbitrary<string> Text() => Arb.From(Any, Shrink);

        public static Arbitrary<TwoTexts> Two() =>
            Gen.OneOf(
                    Any.Two().Select(two => new TwoTexts(two.Item1, two.Item2)),
                    Any.Two().Select(two => new TwoTexts(two.Item1, two.Item1 + two.Item2)),
                    Any.Zip(Gen.Choose(0, 999_999))
                        .Select(two => new TwoTexts(two.Item1, $"{two.Item1}_{two.Item2:D6}")),
                    Any.Select(text => new TwoTexts(text, KeyEncoding.Encode(text))),
                    Any.Select(text => new TwoTexts(text, text.ToUpperInvariant())),
                    Any.Select(text => new TwoTexts(text, text))
                )
                .ToArbitrary();

        private static IEnumerable<string> Shrink(string text)
        {
            var runes = text.EnumerateRunes().ToArray();
            return runes.Select((_, i) => string.Concat(runes.Where((_, other) => other != i)));
        }
    }
}
