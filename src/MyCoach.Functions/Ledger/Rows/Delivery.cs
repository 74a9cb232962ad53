using Azure.Data.Tables;

namespace MyCoach.Ledger;

/// <summary>The delivery of an alert: at least once, and retried for three days.</summary>
/// <param name="MessageId">The same in every attempt, so that the receiver can detect repetitions. Empty in rows written
/// before alerts were delivered.</param>
internal sealed record Delivery(string MessageId, DateTimeOffset RaisedAt)
{
    private const string Lapsed = "given up after three days";

    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(3);
    private static readonly TimeSpan FirstBackoff = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan MaxBackoff = TimeSpan.FromHours(6);

    /// <summary>Whether the alert is only recorded, and never delivered.</summary>
    public bool IsSilent { get; init; }

    public int Attempts { get; init; }

    /// <summary>The earliest time of the next attempt; null before the first.</summary>
    public DateTimeOffset? NextAttemptAt { get; init; }

    public DateTimeOffset? DeliveredAt { get; init; }

    /// <summary>Why the last attempt failed; null if it did not fail.</summary>
    public string? LastError { get; init; }

    public static Delivery New(DateTimeOffset now) => new($"msg_{Guid.CreateVersion7(now):N}", now);

    private bool IsUndelivered => !IsSilent && MessageId.Length > 0 && DeliveredAt is null;

    /// <summary>Whether it must still be tried, now or later.</summary>
    public bool IsPending(DateTimeOffset now) => IsUndelivered && now < RaisedAt + Lifetime;

    /// <summary>Whether its lifetime ended without success and <see cref="GiveUp"/> has not recorded that yet.</summary>
    public bool HasLapsed(DateTimeOffset now) =>
        IsUndelivered && !IsPending(now) && LastError?.StartsWith(Lapsed, StringComparison.Ordinal) != true;

    public Delivery GiveUp() => this with { LastError = $"{Lapsed}: {LastError ?? "never tried"}" };

    public bool IsDue(DateTimeOffset now) => IsPending(now) && !(NextAttemptAt > now);

    /// <summary>
    /// The delivery with one more attempt begun. If it never ends, the next one follows after a back-off that doubles
    /// each time.
    /// </summary>
    public Delivery BeginAttempt(DateTimeOffset now)
    {
        var backoff = FirstBackoff * Math.Pow(2, Math.Min(Attempts, 16));
        return this with
        {
            Attempts = Attempts + 1,
            NextAttemptAt = now + (backoff < MaxBackoff ? backoff : MaxBackoff),
        };
    }

    /// <summary>Writes all columns but the time of the alert, whose name depends on its kind.</summary>
    public void WriteTo(TableEntity row)
    {
        row[nameof(IsSilent)] = IsSilent;
        row[nameof(MessageId)] = MessageId;
        row[nameof(Attempts)] = Attempts;
        row[nameof(NextAttemptAt)] = NextAttemptAt;
        row[nameof(DeliveredAt)] = DeliveredAt;
        row[nameof(LastError)] = LastError;
    }

    /// <param name="timeColumn">The column with the time of the alert.</param>
    public static Delivery Read(TableEntity row, string timeColumn) =>
        new(row.GetString(nameof(MessageId)) ?? "", row.GetDateTimeOffset(timeColumn)!.Value)
        {
            IsSilent = row.GetBoolean(nameof(IsSilent))!.Value,
            Attempts = row.GetInt32(nameof(Attempts)) ?? 0,
            NextAttemptAt = row.GetDateTimeOffset(nameof(NextAttemptAt)),
            DeliveredAt = row.GetDateTimeOffset(nameof(DeliveredAt)),
            LastError = row.GetString(nameof(LastError)),
        };
}
