using MyCoach.Catalogue;

namespace MyCoach.Metering;

/// <summary>
/// What Anthropic lists one by one where a call took several samplings, such as one that compacted the conversation first, or an advisor's. The numbers
/// beside the list are those of the last alone; all are charged, each at its own model's rates.
/// </summary>
internal sealed class Iterations
{
    private readonly Dictionary<string, CallPart> sums = new(StringComparer.Ordinal);
    private string? model;
    private long input;
    private long output;
    private long cached;
    private long written;
    private long writtenForAnHour;

    public void Begin() => (model, input, output, cached, written, writtenForAnHour) = (null, 0, 0, 0, 0, 0);

    public void Name(string name) => model = name;

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

    public void End()
    {
        var one = new CallPart(model ?? "", new TokenCounts(input + cached + written, output, cached, written), writtenForAnHour);
        sums[one.Model] = sums.TryGetValue(one.Model, out var sum) ? sum + one : one;
    }

    public void Clear() => sums.Clear();

    /// <summary>Takes the sums of the model that answered where they are more than what is stated beside them, and those of other models apart.</summary>
    public void WriteTo(AnswerUsage usage)
    {
        if (sums.Count == 0)
        {
            return;
        }
        var own = sums.Values.Where(part => part.Model == "" || part.Model == usage.Model).Aggregate(CallPart.None, (sum, part) => sum + part);
        var fresh = own.Tokens.Input - own.Tokens.CachedInput - own.Tokens.CacheWrite;
        usage.InputTokens = fresh > 0 ? Math.Max(usage.InputTokens ?? 0, fresh) : usage.InputTokens;
        usage.OutputTokens = own.Tokens.Output > 0 ? Math.Max(usage.OutputTokens ?? 0, own.Tokens.Output) : usage.OutputTokens;
        usage.Note(Member.CachedTokens, Math.Max(usage.CachedInputTokens, own.Tokens.CachedInput));
        usage.Note(Member.CacheWriteTokens, Math.Max(usage.CacheWriteTokens, own.Tokens.CacheWrite));
        usage.Note(Member.CacheWrite1hTokens, Math.Max(usage.CacheWrite1hTokens, own.CacheWrite1h));
        usage.OtherParts = [.. sums.Values.Where(part => part.Model != "" && part.Model != usage.Model)];
    }
}
