namespace MyCoach.Bounds;

/// <summary>
/// Why a call has no upper bound: its model has no price, or nothing limits the cost of <paramref name="What"/>.
/// </summary>
internal sealed record MissingBound(string? What, bool IsUnpriced = false);
