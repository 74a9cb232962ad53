namespace MyCoach.Usage;

/// <summary>By what a summary groups: by one key, or by day and another one.</summary>
/// <param name="ByDay">Whether each day has its own groups.</param>
/// <param name="Key">What else a group has in common; null for days only.</param>
internal sealed record Grouping(bool ByDay, string? Key)
{
    public const string Model = "model";
    public const string ServedModel = "servedModel";
    public const string Provider = "provider";
    public const string Agent = "agent";
    public const string Token = "token";
    public const string Conversation = "conversation";

    private const string Day = "day";

    /// <summary>Whether the groups are a ranking, which has pages.</summary>
    public bool IsRanking => !ByDay && Key is (Conversation or Agent or Token);

    /// <summary>Whether only events show to which group they belong.</summary>
    public bool NeedsEvents => ByDay && Key is (Agent or Token);

    /// <summary>Null if the text names no grouping. The order of two keys does not matter.</summary>
    public static Grouping? TryParse(string? text) =>
        (text ?? Model).Split(',') switch
        {
            [Day] => new(ByDay: true, Key: null),
            [Model or ServedModel or Provider or Agent or Token or Conversation] and [var key] => new(
                ByDay: false,
                key
            ),
            [Day, Model or ServedModel or Provider or Agent or Token] and [_, var key] => new(ByDay: true, key),
            [Model or ServedModel or Provider or Agent or Token, Day] and [var key, _] => new(ByDay: true, key),
            _ => null,
        };
}
