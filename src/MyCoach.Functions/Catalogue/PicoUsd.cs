using System.Globalization;

namespace MyCoach.Catalogue;

/// <summary>An amount in pico-dollars (10⁻¹² USD). It represents the cost of any number of tokens at any listed price without rounding.</summary>
internal readonly record struct PicoUsd(Int128 Value) : IComparable<PicoUsd>
{
    public static readonly PicoUsd Zero;

    private const long PerDollar = 1_000_000_000_000;
    private const long PerHundredthOfACent = 100_000_000;

    /// <summary>The exact amount in dollars, with up to 12 decimals.</summary>
    public decimal Usd => (decimal)Value / PerDollar;

    /// <summary>The amount in hundredths of a cent, rounded half up.</summary>
    public long HundredthsOfACent => (long)Int128.Clamp((Value + (PerHundredthOfACent / 2)) / PerHundredthOfACent, long.MinValue, long.MaxValue);

    /// <summary>The cost of one token at a price in cents per million tokens. Exact up to four decimals; further decimals round up.</summary>
    public static PicoUsd PerToken(decimal centsPerMTok) => new((Int128)decimal.Ceiling(centsPerMTok * 10_000));

    /// <summary>The cost of one use at a price in cents. Exact up to ten decimals; further decimals round up.</summary>
    public static PicoUsd PerUse(decimal cents) => new((Int128)decimal.Ceiling(cents * (PerDollar / 100)));

    public static PicoUsd OfCents(long cents) => new((Int128)cents * (PerDollar / 100));

    public static PicoUsd Parse(string text) => new(Int128.Parse(text, CultureInfo.InvariantCulture));

    public static PicoUsd? TryParse(string text) =>
        Int128.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) ? new PicoUsd(value) : null;

    public static PicoUsd operator +(PicoUsd left, PicoUsd right) => new(checked(left.Value + right.Value));

    public static PicoUsd operator -(PicoUsd left, PicoUsd right) => new(checked(left.Value - right.Value));

    public static PicoUsd operator *(PicoUsd each, long count) => new(checked(each.Value * count));

    /// <summary>The quotient, truncated to a whole number.</summary>
    public static long operator /(PicoUsd whole, PicoUsd part) => (long)Int128.Min(whole.Value / part.Value, long.MaxValue);

    public static bool operator <(PicoUsd left, PicoUsd right) => left.Value < right.Value;

    public static bool operator >(PicoUsd left, PicoUsd right) => left.Value > right.Value;

    public static bool operator <=(PicoUsd left, PicoUsd right) => left.Value <= right.Value;

    public static bool operator >=(PicoUsd left, PicoUsd right) => left.Value >= right.Value;

    public static PicoUsd Max(PicoUsd left, PicoUsd right) => left > right ? left : right;

    public int CompareTo(PicoUsd other) => Value.CompareTo(other.Value);

    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}
