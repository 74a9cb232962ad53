namespace MyCoach.Upkeep;

/// <summary>How far old events are removed. A scan of all months may take several runs of the timer.</summary>
/// <param name="Through">The month (<c>yyyyMM</c>) up to which everything is removed; null if nothing was.</param>
/// <param name="Scanning">The month up to which the scan in progress removes events; null if none is.</param>
/// <param name="HasLeftovers">Whether that scan had to leave something out, so that another must follow.</param>
internal sealed record RetentionState(string? Through, string? Scanning, bool HasLeftovers)
{
    public static readonly RetentionState None = new(null, null, HasLeftovers: false);

    public bool IsDone(string through) => string.CompareOrdinal(Through, through) >= 0;
}
