namespace MyCoach.Dev.Emulator.Billing;

/// <summary>A call as it is reported.</summary>
internal sealed record ReportedCall(BilledKey Key, BilledCall Call);

/// <summary>A cost as it is reported. Only a line has no call.</summary>
internal sealed record Charge(
    BilledKey Key,
    DateTimeOffset At,
    BilledKind Kind,
    long Quantity,
    decimal Amount,
    decimal ListAmount,
    BilledCall? Call = null,
    BilledLine? Line = null
)
{
    public string Unit => Line?.QuantityUnit ?? (Kind is BilledKind.WebSearch ? "calls" : "tokens");
}

/// <summary>What an organisation's reports are made of.</summary>
public sealed partial class BillingBook
{
    internal IReadOnlyList<ReportedCall> CallsOf(BilledKey reader, DateTimeOffset from, DateTimeOffset until) =>
        Read(() => ReportedCalls(reader, from, until).ToArray());

    internal IReadOnlyList<Charge> ChargesOf(BilledKey reader, DateTimeOffset from, DateTimeOffset until) =>
        Read(() =>
            ReportedCalls(reader, from, until).SelectMany(ChargesOf).Concat(Lines(reader, from, until)).ToArray()
        );

    private IEnumerable<ReportedCall> ReportedCalls(BilledKey reader, DateTimeOffset from, DateTimeOffset until) =>
        callsOfOrganizations
            .GetValueOrDefault(Organization.Of(reader), [])
            .Where(call => call.At >= from && call.At < until && IsReported(call.At, call.ReportedFrom))
            .Select(call => new ReportedCall(keys[call.ApiKey], Recounted(call)));

    private IEnumerable<Charge> ChargesOf(ReportedCall reported)
    {
        var (key, call) = reported;
        var isFree = call.IsFree || call.Tier is "incentivized-tier";
        return call
            .Quantities.Where(item => item.Quantity > 0)
            .Select(item =>
            {
                var list = item.Quantity * ListPrices.Of(call, key, item.Kind);
                var amount = isFree ? 0 : list * FactorOf(call.Model, item.Kind, DayOf(call.At));
                return new Charge(key, call.At, item.Kind, item.Quantity, amount, list, call);
            });
    }

    private IEnumerable<Charge> Lines(BilledKey reader, DateTimeOffset from, DateTimeOffset until) =>
        lines
            .Where(line => line.At >= from && line.At < until && IsReported(line.At, from: null))
            .Select(line => new Charge(
                keys[line.ApiKey],
                line.At,
                BilledKind.Other,
                line.Quantity,
                line.Amount * FactorOf(model: null, BilledKind.Other, DayOf(line.At)),
                line.Amount,
                Line: line
            ))
            .Where(charge => AreOfOne(charge.Key, reader));

    private bool IsReported(DateTimeOffset at, DateTimeOffset? from) => at + lag <= Now && (from ?? at) <= Now;

    private BilledCall Recounted(BilledCall call)
    {
        var offset = tokenOffsets.GetValueOrDefault(DayOf(call.At));
        return offset == 0
            ? call
            : call with
            {
                Input = Count(call.Input),
                CachedInput = Count(call.CachedInput),
                CacheWrites = Count(call.CacheWrites),
                CacheWrites1h = Count(call.CacheWrites1h),
                Output = Count(call.Output),
            };

        long Count(long tokens) => (long)Math.Round(tokens * (1000m + offset) / 1000m);
    }

    private static DateOnly DayOf(DateTimeOffset at) => DateOnly.FromDateTime(at.UtcDateTime);
}
