namespace MyCoach.Bounds;

/// <summary>A tool of the request whose type the provider defines.</summary>
/// <param name="MaxUses">Null if the request sets no maximum.</param>
/// <param name="UnknownCost">Why the price of one use is unknown, worded to follow the tool's name; null if it is
/// known.</param>
internal sealed record RequestedTool(string Type, long? MaxUses, string? UnknownCost = null);
