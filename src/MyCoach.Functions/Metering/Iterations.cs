using MyCoach.Catalogue;

namespace MyCoach.Metering;

/// <summary>
/// Sums Anthropic's <c>iterations</c>: the samplings of a call that took several, e.g. for compaction or an advisor.
/// The numbers beside the list cover only the last one, but Anthropic charges all of them, each at its model's rates.
/// </summary>
internal sealed class Iterations
{
    // More than any call has. What exceeds it counts for the model that answered.
    private const int MaxModels = 100;

    private readonly Dictionary<string, CallPart> sums = new(StringComparer.Ordinal);
    private string? model;
    private long input;
    private long output;
    private long cached;
    private long written;
    private long writtenForAnHour;

    public void Begin() => (model, input, output, cached, written, writtenForAnHour) = (null, 0, 0, 0, 0, 0);

    public void Name(string name) => model = name;

    public void Add(AnswerField field, long number)
    {
        switch (field)
        {
            case AnswerField.InputTokens:
                input += number;
                break;
            case AnswerField.OutputTokens:
                output += number;
                break;
            case AnswerField.CachedTokens:
                cached += number;
                break;
            case AnswerField.CacheWriteTokens:
                written += number;
                break;
            case AnswerField.CacheWrite1hTokens:
                writtenForAnHour += number;
                break;
        }
    }

    public void End()
    {
        var part = new CallPart(
            model ?? "",
            new TokenCounts(input + cached + written, output, cached, written),
            writtenForAnHour
        );
        if (sums.Count == MaxModels && !sums.ContainsKey(part.Model))
        {
            part = part with { Model = "" };
        }
        sums[part.Model] = sums.TryGetValue(part.Model, out var sum) ? sum + part : part;
    }

    public void Clear() => sums.Clear();

    /// <summary>
    /// Raises the stated numbers to the sums of the model that answered, and lists other models' sums separately.
    /// </summary>
    public void WriteTo(AnswerUsage usage)
    {
        if (sums.Count == 0)
        {
            return;
        }
        var own = sums
            .Values.Where(part => part.Model == "" || part.Model == usage.Model)
            .Aggregate(CallPart.None, (sum, part) => sum + part);
        var fresh = own.Tokens.Input - own.Tokens.CachedInput - own.Tokens.CacheWrite;
        usage.InputTokens = fresh > 0 ? Math.Max(usage.InputTokens ?? 0, fresh) : usage.InputTokens;
        usage.OutputTokens =
            own.Tokens.Output > 0 ? Math.Max(usage.OutputTokens ?? 0, own.Tokens.Output) : usage.OutputTokens;
        usage.Set(AnswerField.CachedTokens, Math.Max(usage.CachedInputTokens, own.Tokens.CachedInput));
        usage.Set(AnswerField.CacheWriteTokens, Math.Max(usage.CacheWriteTokens, own.Tokens.CacheWrite));
        usage.Set(AnswerField.CacheWrite1hTokens, Math.Max(usage.CacheWrite1hTokens, own.CacheWrite1h));
        usage.OtherParts = [.. sums.Values.Where(part => part.Model != "" && part.Model != usage.Model)];
    }
}
