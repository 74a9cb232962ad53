namespace MyCoach.Bounds;

/// <summary>What a call may cost. The budget's mode decides which of the two is held.</summary>
/// <param name="Upper">The most that it can cost; null if nothing limits that.</param>
/// <param name="Probable">What it will probably cost.</param>
internal sealed record CallCost(CostBound? Upper, CostBound Probable);
