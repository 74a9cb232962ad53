using MyCoach.Catalogue;

namespace MyCoach.Billing;

/// <summary>Why a bill differs from the ledger. Together exactly what was billed beyond what was recorded.</summary>
/// <param name="Calls">Calls that only one side knows: made outside MyCoach, or lost here; negative for calls that the
/// provider does not bill.</param>
/// <param name="Tokens">Calls that both sides know, with other numbers of tokens.</param>
/// <param name="Price">The same tokens at another price.</param>
/// <param name="Free">Tokens that are not charged, discounts and refunds.</param>
/// <param name="NotPerCall">Storage, sessions and whatever else no call costs.</param>
/// <param name="Rest">What the bill does not explain, and rounding.</param>
internal readonly record struct Causes(
    PicoUsd Calls,
    PicoUsd Tokens,
    PicoUsd Price,
    PicoUsd Free,
    PicoUsd NotPerCall,
    PicoUsd Rest
)
{
    public static Causes operator +(Causes left, Causes right) =>
        new(
            left.Calls + right.Calls,
            left.Tokens + right.Tokens,
            left.Price + right.Price,
            left.Free + right.Free,
            left.NotPerCall + right.NotPerCall,
            left.Rest + right.Rest
        );

    public PicoUsd Total => Calls + Tokens + Price + Free + NotPerCall + Rest;
}
