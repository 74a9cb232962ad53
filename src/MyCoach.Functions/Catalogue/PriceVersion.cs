namespace MyCoach.Catalogue;

/// <summary>A stored version of the corrections. It never changes.</summary>
/// <param name="Number">From 1; version 0 is the embedded book without corrections.</param>
/// <param name="By"><see cref="Operator"/> or <see cref="Feed"/>. Which operator it was, their activity log says.</param>
internal sealed record PriceVersion(
    long Number,
    DateTimeOffset At,
    string By,
    string? Note,
    PriceCorrections Corrections
)
{
    public const string Operator = "operator";

    /// <summary>
    /// False if a later release stored it, so that this one cannot read its corrections, which then are empty.
    /// </summary>
    public bool IsReadable { get; init; } = true;

    /// <summary>The author of a version that the timer made from the feed of prices.</summary>
    public const string Feed = "feed";
}
