using Azure;
using Azure.Data.Tables;
using MyCoach.Bounds;
using MyCoach.Catalogue;

namespace MyCoach.Ledger;

/// <summary>
/// The upper bound of an open call's cost, or its probable cost, held back from the budget until the call is settled. It
/// is stored as the event that it becomes if it expires unsettled.
/// </summary>
/// <param name="HeldEvent">The call with the tokens and uses of what is held: the most that may be used at the highest
/// rates, or what will probably be used.</param>
/// <param name="OutputLimit">In tokens, if the gateway sets it; null if the request is forwarded unchanged.</param>
internal sealed record Reservation(UsageEvent HeldEvent, long? OutputLimit, DateTimeOffset ExpiresAt)
{
    /// <summary>How often an open call renews its reservation.</summary>
    public static readonly TimeSpan Renewal = TimeSpan.FromMinutes(1);

    /// <summary>How long a reservation lasts after its last renewal.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromMinutes(5);

    /// <summary>How long after its expiry a reservation is acted on, to allow for clock skew.</summary>
    public static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(2);

    /// <summary>The cap on uses of provider tools, if the gateway sets it; null if it does not.</summary>
    public long? ToolLimit { get; init; }

    /// <summary>Whether the probable cost is held, which the call may exceed.</summary>
    public bool IsProbable { get; init; }

    /// <summary>Whether the budget of the call's token holds it too.</summary>
    public bool IsOfTokenBudget { get; init; }

    /// <summary>The totals rows that hold it besides the ledger.</summary>
    public IEnumerable<string> HeldRows =>
        IsOfTokenBudget && HeldEvent.TokenId is { } token ? [MonthRows.TokenKey(token)] : [];

    /// <summary>The row's ETag; null before it is read.</summary>
    public ETag? ETag { get; init; }

    /// <summary>Reserves the upper bound or the probable cost of a call.</summary>
    /// <param name="call">What is known of the call before it is sent.</param>
    public static Reservation Of(UsageEvent call, CostBound bound, DateTimeOffset now)
    {
        var charged = bound
            .MaxReceipt?.Charges.Where(charge => !charge.IsByUse)
            .ToLookup(charge => charge.Kind == "output", charge => charge.Count);
        var held = call with
        {
            Tokens = new TokenCounts(charged?[false].Sum() ?? 0, charged?[true].Sum() ?? 0, 0, 0),
            Receipt = bound.MaxReceipt,
        };
        return new Reservation(held, bound.OutputLimitToSet, now + Lease)
        {
            ToolLimit = bound.ToolLimitToSet,
            IsProbable = bound.IsProbable,
        };
    }

    public string RowKey => KeyOf(HeldEvent.CallerId);

    public PicoUsd Amount => HeldEvent.Cost;

    public static string KeyOf(string callerId) => $"reservation_{callerId}";

    public static bool IsKey(string rowKey) => rowKey.StartsWith("reservation_", StringComparison.Ordinal);

    public bool HasExpired(DateTimeOffset now) => now >= ExpiresAt + ClockSkew;

    public TableEntity Write(string partition, string commitId)
    {
        var row = EventRow.Write(partition, HeldEvent);
        row.RowKey = RowKey;
        row[nameof(OutputLimit)] = OutputLimit;
        row[nameof(ToolLimit)] = ToolLimit;
        row[nameof(IsProbable)] = IsProbable ? true : null;
        row[nameof(IsOfTokenBudget)] = IsOfTokenBudget ? true : null;
        row[nameof(ExpiresAt)] = ExpiresAt;
        row[MonthRows.CommitId] = commitId;
        return row;
    }

    /// <summary>The columns that a renewal merges into the row.</summary>
    public TableEntity WriteRenewal(string partition, DateTimeOffset now) =>
        new(partition, RowKey) { [nameof(ExpiresAt)] = now + Lease };

    public static Reservation Read(TableEntity row) =>
        new(EventRow.Read(row), row.GetInt64(nameof(OutputLimit)), row.GetDateTimeOffset(nameof(ExpiresAt))!.Value)
        {
            ToolLimit = row.GetInt64(nameof(ToolLimit)),
            IsProbable = row.GetBoolean(nameof(IsProbable)) ?? false,
            IsOfTokenBudget = row.GetBoolean(nameof(IsOfTokenBudget)) ?? false,
            ETag = row.ETag,
        };
}
