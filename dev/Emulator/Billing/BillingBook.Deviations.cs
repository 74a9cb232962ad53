namespace MyCoach.Dev.Emulator.Billing;

/// <summary>How the bill deviates from the answers.</summary>
public sealed partial class BillingBook
{
    private readonly List<PriceRule> priceRules = [];
    private readonly Dictionary<DateOnly, int> tokenOffsets = [];
    private TimeSpan lag;
    private string currency = "usd";
    private bool amountsAsNumbers;
    private int forgotten;
    private int repeatedPages;

    /// <summary>A call or line is reported only when it is older than this.</summary>
    public TimeSpan Lag
    {
        get => Read(() => lag);
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero);
            Turn(() => lag = value);
        }
    }

    /// <summary>Of all amounts, in OpenAI's lower case. The amounts themselves do not change.</summary>
    public string Currency
    {
        get => Read(() => currency);
        set => Turn(() => currency = value);
    }

    /// <summary>Whether OpenAI's amounts are JSON numbers, as its description says, and not strings.</summary>
    public bool AmountsAsNumbers
    {
        get => Read(() => amountsAsNumbers);
        set => Turn(() => amountsAsNumbers = value);
    }

    /// <summary>The next calls that the emulator answers are not entered. Calls added directly are.</summary>
    public void ForgetNext(int times)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(times);
        Turn(() => forgotten = times);
    }

    /// <summary>
    /// Multiplies the cost of what matches; null matches all. Several factors multiply each other. Lines match as
    /// <see cref="BilledKind.Other"/>.
    /// </summary>
    public void PriceFactor(decimal factor, string? model = null, BilledKind? kind = null, DateOnly? day = null) =>
        Turn(() => priceRules.Add(new PriceRule(factor, model, kind, day)));

    /// <summary>
    /// Changes each token count of the calls of a day, rounded per call: the provider counts otherwise than its answers
    /// said. 0 ends it.
    /// </summary>
    public void TokenOffset(DateOnly day, int perMille)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(perMille, -1000);
        Turn(() => tokenOffsets[day] = perMille);
    }

    /// <summary>
    /// The next reads of a further page begin one bucket too early, so that a bucket is on two pages, as when data
    /// arrive between two reads.
    /// </summary>
    public void RepeatBucketNext(int pages)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(pages);
        Turn(() => repeatedPages = pages);
    }

    internal int Forgotten => Read(() => forgotten);

    internal int RepeatedPages => Read(() => repeatedPages);

    internal bool TakeRepeatedPage() => Read(() => Take(ref repeatedPages));

    private bool TakeForgotten() => Read(() => Take(ref forgotten));

    private static bool Take(ref int count)
    {
        if (count == 0)
            return false;
        count--;
        return true;
    }

    private void ResetDeviations()
    {
        priceRules.Clear();
        tokenOffsets.Clear();
        lag = TimeSpan.Zero;
        currency = "usd";
        amountsAsNumbers = false;
        forgotten = repeatedPages = 0;
    }

    private decimal FactorOf(string? model, BilledKind kind, DateOnly day) =>
        priceRules
            .Where(rule =>
                (rule.Model is null || rule.Model == model)
                && (rule.Kind is null || rule.Kind == kind)
                && (rule.Day is null || rule.Day == day)
            )
            .Aggregate(1m, (product, rule) => product * rule.Factor);

    private sealed record PriceRule(decimal Factor, string? Model, BilledKind? Kind, DateOnly? Day);
}
