using System.Globalization;

namespace MyCoach.Catalogue;

/// <summary>Money as a whole number of pico-dollars (10⁻¹² USD): the cost of any number of tokens at any listed price, without rounding.</summary>
internal readonly record struct PicoUsd(Int128 Value) : IComparable<PicoUsd>
{
    public static readonly PicoUsd Zero;

    private const long PerDollar = 1_000_000_000_000;
    private const long PerHundredthOfACent = 100_000_000;

    /// <summary>In dollars, exact, at most 12 decimals.</summary>
    public decimal Usd => (decimal)Value / PerDollar;

    /// <summary>In hundredths of a cent, half rounded up.</summary>
    public long HundredthsOfACent => (long)Int128.Clamp((Value + (PerHundredthOfACent / 2)) / PerHundredthOfACent, long.MinValue, long.MaxValue);

    /// <summary>What one token costs at a price in cents per million tokens: exact up to four decimals, beyond them rounded up, never down.</summary>
    public static PicoUsd PerToken(decimal centsPerMTok) => new((Int128)decimal.Ceiling(centsPerMTok * 10_000));

    /// <summary>What one use costs at a price in cents: exact up to ten decimals, beyond them rounded up, never down.</summary>
    public static PicoUsd PerUse(decimal cents) => new((Int128)decimal.Ceiling(cents * (PerDollar / 100)));

    public static PicoUsd OfCents(long cents) => new((Int128)cents * (PerDollar / 100));

    public static PicoUsd Parse(string text) => new(Int128.Parse(text, CultureInfo.InvariantCulture));

    public static PicoUsd? TryParse(string text) =>
        Int128.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) ? new PicoUsd(value) : null;

    public static PicoUsd operator +(PicoUsd left, PicoUsd right) => new(checked(left.Value + right.Value));

    public static PicoUsd operator -(PicoUsd left, PicoUsd right) => new(checked(left.Value - right.Value));

    public static PicoUsd operator *(PicoUsd each, long count) => new(checked(each.Value * count));

    /// <summary>How many times one goes into the other, cut off.</summary>
    public static long operator /(PicoUsd whole, PicoUsd part) => (long)Int128.Min(whole.Value / part.Value, long.MaxValue);

    public static bool operator <(PicoUsd left, PicoUsd right) => left.Value < right.Value;

    public static bool operator >(PicoUsd left, PicoUsd right) => left.Value > right.Value;

    public static bool operator <=(PicoUsd left, PicoUsd right) => left.Value <= right.Value;

    public static bool operator >=(PicoUsd left, PicoUsd right) => left.Value >= right.Value;

    public static PicoUsd Max(PicoUsd left, PicoUsd right) => left > right ? left : right;

    public int CompareTo(PicoUsd other) => Value.CompareTo(other.Value);

    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}
