using Azure;
using Azure.Data.Tables;
using MyCoach.Catalogue;
using MyCoach.Storage;

namespace MyCoach.Ledger;

/// <summary>Builds a transaction: applies a group of changes to a month's rows as they were read.</summary>
internal sealed class MonthDraft(string partition, MonthSnapshot read, string commitId, DateTimeOffset now)
{
    private readonly EntityGroupTransaction transaction = new(partition);
    private readonly TotalsDraft totals = new(partition, read.Totals);
    private readonly List<ThresholdAlert> alerts = [];
    private TableEntity? ledgerRow;
    private bool hasRefused;
    private bool mustCreate;

    public MonthLedger Ledger { get; set; } = read.Ledger!;

    public DateTimeOffset Now => now;

    /// <summary>Records in the ledger that the budget has refused a call.</summary>
    public void RecordRefusal(LastRefusal refusal)
    {
        hasRefused |= Ledger.IsNearlySpent;
        Ledger = Ledger with { HasRefused = Ledger.IsNearlySpent, LastRefusal = refusal.After(Ledger.LastRefusal) };
    }

    /// <summary>Writes the ledger even without other changes, if it does not exist yet.</summary>
    public void CreateIfMissing() => mustCreate = read.Ledger!.ETag is null;

    /// <summary>
    /// Applies later terms. First records the thresholds that the spend has crossed under the old budget. Then silently
    /// records those of the new budget that the spend has already reached, so that only the remaining ones can still
    /// raise an alert.
    /// </summary>
    /// <param name="stored">All alerts that are recorded in the month.</param>
    public void ApplyTerms(BudgetTerms terms, IReadOnlyList<ThresholdAlert> stored)
    {
        Ledger = Ledger with { Recorded = RecordedUnder(Ledger.BudgetCents) };
        RecordThresholds(Ledger, isSilent: false);
        Ledger = Ledger.With(terms, RecordedUnder(terms.Cents));
        RecordThresholds(Ledger, isSilent: true);

        IReadOnlyList<int> RecordedUnder(long? budgetCents) =>
            [.. stored.Concat(alerts).Where(alert => alert.BudgetCents == budgetCents).Select(alert => alert.Percent)];
    }

    public IReadOnlyList<ThresholdAlert> Alerts => alerts;

    /// <summary>Whether there is anything to write. Valid after <see cref="Close"/>.</summary>
    public bool HasChanges => ledgerRow is not null;

    public void Add(UsageEvent usageEvent)
    {
        var generation = usageEvent.ConversationId is { } id
            ? read.Totals[MonthRows.ConversationKey(id)].Generation
            : 0;
        var counted = Assign(usageEvent with { ConversationGeneration = generation });
        var row = EventRow.Write(partition, counted);
        if (MonthRows.NeedsMark(usageEvent))
        {
            Insert(MonthRows.WriteMark(partition, usageEvent, commitId));
        }
        else
        {
            row[MonthRows.CommitId] = commitId;
        }
        Insert(row);
        Count(counted, Totals.Of(counted));
    }

    /// <summary>Replaces an event of the same id that was read with <paramref name="etag"/>.</summary>
    public void Replace(UsageEvent old, ETag etag, UsageEvent replacement)
    {
        var counted = Assign(replacement);
        transaction.Write(EventRow.Write(partition, counted), etag);
        Count(old, default(Totals) - Totals.Of(old));
        Count(counted, Totals.Of(counted));
    }

    /// <summary>
    /// Replaces an event by itself with further adjustments, under the ETag that it was read with. It counts in the same
    /// totals rows as before.
    /// </summary>
    public void Adjust(UsageEvent stored, UsageEvent adjusted)
    {
        transaction.Write(EventRow.Write(partition, adjusted), stored.ETag!.Value);
        Count(stored, Totals.Of(adjusted) - Totals.Of(stored));
        // An earlier refusal says nothing about a budget of which more is left now.
        Ledger = Ledger with
        {
            HasRefused = Ledger.HasRefused && Ledger.IsNearlySpent,
        };
    }

    /// <summary>A totals row with the changes so far.</summary>
    public TotalsRow FindTotals(string key) => totals.Find(key);

    /// <summary>Inserts a reservation with the commit id, and holds its amount.</summary>
    public void Reserve(Reservation reservation)
    {
        Insert(reservation.Write(partition, commitId));
        Ledger = Ledger.Reserve(reservation.Amount);
        Hold(reservation, reservation.Amount);
    }

    /// <summary>Deletes a reservation that has this ETag, and releases its amount.</summary>
    public void Release(Reservation reservation, ETag etag)
    {
        transaction.Delete(partition, reservation.RowKey, etag);
        Ledger = Ledger.Release(reservation.Amount);
        Hold(reservation, PicoUsd.Zero - reservation.Amount);
    }

    /// <summary>
    /// Adds the ledger, the totals rows and the thresholds that the spend has reached, unless nothing changed.
    /// </summary>
    public EntityGroupTransaction Close()
    {
        RecordThresholds(Ledger with { HasRefused = hasRefused || Ledger.HasRefused }, isSilent: false);
        if (transaction.Actions.Count == 0 && Ledger == read.Ledger && !mustCreate)
        {
            return transaction;
        }
        ledgerRow = Ledger.Write(partition);
        transaction.Write(ledgerRow, read.Ledger!.ETag);
        totals.WriteTo(transaction);
        return transaction;
    }

    /// <summary>The rows as they are once the transaction has committed.</summary>
    public MonthSnapshot ToSnapshot() =>
        new(ledgerRow is null ? read.Ledger : MonthLedger.Read(ledgerRow), totals.ToRows());

    private void RecordThresholds(MonthLedger state, bool isSilent)
    {
        foreach (var percent in new BudgetStatus(state).Unrecorded.ToArray())
        {
            var alert = ThresholdAlert.New(Ledger, percent, now, isSilent);
            alerts.Add(alert);
            Insert(alert.Write(partition));
            Ledger = Ledger with { Recorded = [.. Ledger.Recorded!, percent] };
        }
    }

    private UsageEvent Assign(UsageEvent usageEvent)
    {
        (var counted, Ledger) = ModelNames.Assign(usageEvent, Ledger);
        return counted;
    }

    private void Insert(TableEntity row) => transaction.Insert(row);

    private void Hold(Reservation reservation, PicoUsd amount)
    {
        foreach (var key in reservation.HeldRows)
        {
            totals.Hold(key, amount);
        }
    }

    private void Count(UsageEvent usageEvent, Totals difference)
    {
        Ledger = Ledger with { Totals = Ledger.Totals + difference };
        totals.Count(usageEvent, difference);
    }
}
