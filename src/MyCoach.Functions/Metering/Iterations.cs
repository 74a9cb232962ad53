using System.Text.Json;
using MyCoach.Catalogue;

namespace MyCoach.Metering;

/// <summary>
/// Sums Anthropic's <c>iterations</c>: the samplings of a call that took several, e.g. for compaction, an advisor or a
/// fallback after a refusal. The numbers beside the list cover only the last one, but Anthropic charges all of them,
/// each at its model's rates, except those that were refused before any output.
/// </summary>
internal sealed class Iterations
{
    // More than any call has. What exceeds it counts for the model that answered.
    private const int MaxModels = 100;

    private readonly Dictionary<string, CallPart> sums = new(StringComparer.Ordinal);
    private readonly Dictionary<string, CallPart> refused = new(StringComparer.Ordinal);

    // The iteration before, if it has no output. A fallback after it shows that it was refused.
    private CallPart? withoutOutput;
    private string? servedBy;
    private string? model;
    private bool isFallback;
    private bool isMessage;
    private bool hasRefused;
    private long input;
    private long output;
    private long cached;
    private long written;
    private long writtenForAnHour;

    public void Begin()
    {
        (model, isFallback, isMessage, hasRefused) = (null, false, true, false);
        (input, output, cached, written, writtenForAnHour) = (0, 0, 0, 0, 0);
    }

    /// <summary>Reads a text of the iteration.</summary>
    public void Read(AnswerField field, ref Utf8JsonReader json)
    {
        switch (field)
        {
            case AnswerField.PartModel:
                model = json.GetString();
                break;
            case AnswerField.PartType:
                isFallback = json.ValueTextEquals("fallback_message"u8) || json.ValueTextEquals("fallback"u8);
                isMessage = isFallback || json.ValueTextEquals("message"u8);
                break;
            case AnswerField.PartFinishReason:
                hasRefused = json.ValueTextEquals("refusal"u8);
                break;
        }
    }

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
        servedBy = isFallback ? model ?? servedBy : servedBy;
        if (isFallback)
        {
            AddWithoutOutput(isRefused: true);
        }
        if (isMessage && output == 0)
        {
            AddWithoutOutput(isRefused: false);
            withoutOutput = part;
            if (hasRefused)
            {
                AddWithoutOutput(isRefused: true);
            }
        }
        else
        {
            Add(sums, part);
        }
    }

    public void Clear()
    {
        sums.Clear();
        refused.Clear();
        (withoutOutput, servedBy) = (null, null);
    }

    /// <summary>
    /// Raises the stated numbers to the sums of the model that answered, and lists other models' sums separately.
    /// </summary>
    public void WriteTo(AnswerUsage usage)
    {
        AddWithoutOutput(isRefused: false);
        if (sums.Count + refused.Count == 0)
        {
            return;
        }
        // A stream begins with the model that was asked for.
        usage.Model = servedBy ?? usage.Model;
        var own = sums
            .Values.Where(part => part.Model == "" || part.Model == usage.Model)
            .Aggregate(CallPart.None, (sum, part) => sum + part);
        var fresh = own.Tokens.Input - own.Tokens.CachedInput - own.Tokens.CacheWrite;
        usage.InputTokens = fresh > 0 ? Raise(usage.InputTokens, fresh) : usage.InputTokens;
        usage.OutputTokens = own.Tokens.Output > 0 ? Raise(usage.OutputTokens, own.Tokens.Output) : usage.OutputTokens;
        usage.Set(AnswerField.CachedTokens, Raise(usage.CachedInputTokens, own.Tokens.CachedInput));
        usage.Set(AnswerField.CacheWriteTokens, Raise(usage.CacheWriteTokens, own.Tokens.CacheWrite));
        usage.Set(AnswerField.CacheWrite1hTokens, Raise(usage.CacheWrite1hTokens, own.CacheWrite1h));
        usage.OtherParts =
        [
            .. sums.Values.Where(part => part.Model != "" && part.Model != usage.Model),
            .. refused.Values.Select(part => part with { IsRefused = true }),
        ];

        // After a fallback, the numbers that a stream has stated at its start are those of the model that refused.
        long Raise(long? stated, long sum) =>
            servedBy is not null && own.Tokens.Input > 0 ? sum : Math.Max(stated ?? 0, sum);
    }

    private void AddWithoutOutput(bool isRefused)
    {
        if (withoutOutput is { } part)
        {
            Add(isRefused ? refused : sums, part);
            withoutOutput = null;
        }
    }

    private static void Add(Dictionary<string, CallPart> sums, CallPart part)
    {
        if (sums.Count == MaxModels && !sums.ContainsKey(part.Model))
        {
            part = part with { Model = "" };
        }
        sums[part.Model] = sums.TryGetValue(part.Model, out var sum) ? sum + part : part;
    }
}
