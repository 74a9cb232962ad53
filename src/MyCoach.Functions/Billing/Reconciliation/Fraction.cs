using System.Numerics;
using MyCoach.Catalogue;

namespace MyCoach.Billing;

/// <summary>An exact quotient. The denominator is positive.</summary>
internal readonly record struct Fraction(BigInteger Numerator, BigInteger Denominator)
{
    public static Fraction Of(BigInteger value) => new(value, 1);

    public static Fraction operator -(Fraction left, Fraction right) =>
        new(
            (left.Numerator * right.Denominator) - (right.Numerator * left.Denominator),
            left.Denominator * right.Denominator
        );

    public static Fraction operator -(PicoUsd left, Fraction right) => Of(left.Value) - right;

    /// <summary>In whole pico-dollars, halves away from zero.</summary>
    public PicoUsd Round()
    {
        var doubled = BigInteger.Abs(Numerator) * 2;
        var rounded = (doubled + Denominator) / (Denominator * 2);
        return new PicoUsd((Int128)(Numerator.Sign * rounded));
    }
}

/// <summary>An average price: an amount for a number of tokens.</summary>
internal readonly record struct Rate(PicoUsd Amount, long Count)
{
    public static Fraction operator *(Rate rate, Fraction count) =>
        new(rate.Amount.Value * count.Numerator, rate.Count * count.Denominator);

    public PicoUsd Of(Fraction count) => (this * count).Round();
}

/// <summary>A part of a whole. The part of nothing is nothing.</summary>
internal readonly record struct Share(long Part, long Whole)
{
    public Fraction Of(long count) => Of((BigInteger)count);

    public Fraction Of(PicoUsd amount) => Of((BigInteger)amount.Value);

    private Fraction Of(BigInteger value) => Whole == 0 ? new Fraction(0, 1) : new Fraction(value * Part, Whole);
}
