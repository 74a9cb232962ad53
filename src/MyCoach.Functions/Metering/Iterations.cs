namespace MyCoach.Metering;

/// <summary>
/// The sum of what Anthropic lists one by one where a call took several samplings, such as one that compacted the conversation first. The numbers beside
/// the list are those of the last alone; all are charged.
/// </summary>
internal struct Iterations
{
    private long input;
    private long output;
    private long cached;
    private long written;
    private long writtenForAnHour;

    public void Add(Member member, long number)
    {
        switch (member)
        {
            case Member.InputTokens:
                input += number;
                break;
            case Member.OutputTokens:
                output += number;
                break;
            case Member.CachedTokens:
                cached += number;
                break;
            case Member.CacheWriteTokens:
                written += number;
                break;
            case Member.CacheWrite1hTokens:
                writtenForAnHour += number;
                break;
        }
    }

    /// <summary>Takes the sums where they are more than what is stated beside them.</summary>
    public readonly void WriteTo(AnswerUsage usage)
    {
        usage.InputTokens = input > 0 ? Math.Max(usage.InputTokens ?? 0, input) : usage.InputTokens;
        usage.OutputTokens = output > 0 ? Math.Max(usage.OutputTokens ?? 0, output) : usage.OutputTokens;
        usage.Note(Member.CachedTokens, Math.Max(usage.CachedInputTokens, cached));
        usage.Note(Member.CacheWriteTokens, Math.Max(usage.CacheWriteTokens, written));
        usage.Note(Member.CacheWrite1hTokens, Math.Max(usage.CacheWrite1hTokens, writtenForAnHour));
    }
}
