namespace MyCoach.Billing;

/// <summary>A key as its organisation lists it.</summary>
/// <param name="Start">The first characters of the key.</param>
/// <param name="End">The last characters of the key.</param>
internal sealed record OrganisationKey(string Id, string? Name, string Start, string End)
{
    // Fewer characters would match keys by chance.
    private const int MinShown = 6;

    /// <summary>Whether the hint fits the key.</summary>
    public bool Matches(string apiKey) =>
        Start.Length + End.Length >= MinShown
        && apiKey.Length > Start.Length + End.Length
        && apiKey.StartsWith(Start, StringComparison.Ordinal)
        && apiKey.EndsWith(End, StringComparison.Ordinal);

    /// <param name="hint">The start and the end of a key, with dots or asterisks between.</param>
    public static OrganisationKey Of(string id, string? name, string hint)
    {
        var start = hint.IndexOfAny(['*', '.', '…']);
        var end = hint.LastIndexOfAny(['*', '.', '…']);
        return new OrganisationKey(id, name, start < 0 ? "" : hint[..start], start < 0 ? "" : hint[(end + 1)..]);
    }
}
