using System.Globalization;
using Azure;
using Azure.Data.Tables;
using MyCoach.Catalogue;

namespace MyCoach.Ledger;

/// <summary>A threshold of a budget that a month's spend has reached, recorded once by the transaction that crosses it.</summary>
/// <param name="IsSilent">True if the spend had already reached it when this budget took effect. Such an alert is never delivered.</param>
internal sealed record Alert(long BudgetCents, int Percent, DateTimeOffset CrossedAt, PicoUsd Spent, bool IsSilent)
{
    /// <summary>How long its delivery is retried.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(3);

    private const string Lapsed = "given up after three days";

    private static readonly TimeSpan FirstBackoff = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan MaxBackoff = TimeSpan.FromHours(6);

    /// <summary>The row's ETag; null before it is stored.</summary>
    public ETag? ETag { get; init; }

    /// <summary>The same in every attempt, so that the receiver can detect repetitions. Empty in rows written before alerts were delivered.</summary>
    public required string MessageId { get; init; }

    public int Attempts { get; init; }

    /// <summary>The earliest time of the next attempt; null before the first.</summary>
    public DateTimeOffset? NextAttemptAt { get; init; }

    public DateTimeOffset? DeliveredAt { get; init; }

    /// <summary>Why the last attempt failed; null if it did not fail.</summary>
    public string? LastError { get; init; }

    public string RowKey => string.Create(CultureInfo.InvariantCulture, $"threshold_{BudgetCents:D12}_{Percent:D3}");

    public static Alert New(MonthLedger ledger, int percent, DateTimeOffset now, bool isSilent) =>
        new(ledger.BudgetCents!.Value, percent, now, ledger.Spent, isSilent) { MessageId = $"msg_{Guid.CreateVersion7(now):N}" };

    private bool IsUndelivered => !IsSilent && MessageId.Length > 0 && DeliveredAt is null;

    /// <summary>Whether its delivery must still be tried, now or later.</summary>
    public bool IsPending(DateTimeOffset now) => IsUndelivered && now < CrossedAt + Lifetime;

    /// <summary>Whether its lifetime ended without a delivery and <see cref="GiveUp"/> has not recorded that yet.</summary>
    public bool HasLapsed(DateTimeOffset now) => IsUndelivered && !IsPending(now) && LastError?.StartsWith(Lapsed, StringComparison.Ordinal) != true;

    public Alert GiveUp() => this with { LastError = $"{Lapsed}: {LastError ?? "never tried"}" };

    public bool IsDue(DateTimeOffset now) => IsPending(now) && !(NextAttemptAt > now);

    /// <summary>The alert with one more attempt begun. If it never ends, the next one follows after a back-off that doubles each time.</summary>
    public Alert BeginAttempt(DateTimeOffset now)
    {
        var backoff = FirstBackoff * Math.Pow(2, Math.Min(Attempts, 16));
        return this with { Attempts = Attempts + 1, NextAttemptAt = now + (backoff < MaxBackoff ? backoff : MaxBackoff) };
    }

    public TableEntity Write(string partition) =>
        new(partition, RowKey)
        {
            [nameof(CrossedAt)] = CrossedAt,
            ["SpentPicoUsd"] = Spent.ToString(),
            [nameof(IsSilent)] = IsSilent,
            [nameof(MessageId)] = MessageId,
            [nameof(Attempts)] = Attempts,
            [nameof(NextAttemptAt)] = NextAttemptAt,
            [nameof(DeliveredAt)] = DeliveredAt,
            [nameof(LastError)] = LastError,
        };

    public static Alert Read(TableEntity row)
    {
        var parts = row.RowKey.Split('_');
        return new Alert(
            long.Parse(parts[1], CultureInfo.InvariantCulture),
            int.Parse(parts[2], CultureInfo.InvariantCulture),
            row.GetDateTimeOffset(nameof(CrossedAt))!.Value,
            row.GetString("SpentPicoUsd") is { } spent ? PicoUsd.Parse(spent) : PicoUsd.Zero,
            row.GetBoolean(nameof(IsSilent))!.Value
        )
        {
            ETag = row.ETag,
            MessageId = row.GetString(nameof(MessageId)) ?? "",
            Attempts = row.GetInt32(nameof(Attempts)) ?? 0,
            NextAttemptAt = row.GetDateTimeOffset(nameof(NextAttemptAt)),
            DeliveredAt = row.GetDateTimeOffset(nameof(DeliveredAt)),
            LastError = row.GetString(nameof(LastError)),
        };
    }
}
