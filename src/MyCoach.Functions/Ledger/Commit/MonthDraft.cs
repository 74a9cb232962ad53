using Azure;
using Azure.Data.Tables;
using MyCoach.Storage;

namespace MyCoach.Ledger;

/// <summary>A transaction in the making: what the changes of a group make of a month's rows as they were read.</summary>
internal sealed class MonthDraft(string partition, MonthSnapshot read, string commitId, DateTimeOffset now)
{
    private readonly EntityGroupTransaction transaction = new(partition);
    private readonly Dictionary<string, Totals> added = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TableEntity?> written = new(StringComparer.Ordinal);
    private readonly List<Alert> alerts = [];
    private TableEntity? ledgerRow;
    private bool hasRefused;
    private bool mustExist;

    public MonthLedger Ledger { get; set; } = read.Ledger!;

    public DateTimeOffset Now => now;

    /// <summary>Notes that the budget has refused a call.</summary>
    public void Refuse()
    {
        hasRefused = true;
        Ledger = Ledger with { HasRefused = true };
    }

    /// <summary>Makes the ledger where there is none yet.</summary>
    public void MakeIfMissing() => mustExist = read.Ledger!.ETag is null;

    /// <summary>
    /// Puts later settings in force. What the old budget's thresholds have to tell is told before it goes. Of the new ones, those that the spend has reached
    /// are recorded silently: nothing was crossed, and only the others are armed.
    /// </summary>
    /// <param name="stored">The month's alerts.</param>
    public void PutInForce(BudgetTerms terms, IReadOnlyList<Alert> stored)
    {
        Ledger = Ledger with { Recorded = RecordedUnder(Ledger.BudgetCents) };
        Record(Ledger, isSilent: false);
        Ledger = Ledger.With(terms, RecordedUnder(terms.Cents));
        Record(Ledger, isSilent: true);

        IReadOnlyList<int> RecordedUnder(long? budgetCents) =>
            [.. stored.Concat(alerts).Where(alert => alert.BudgetCents == budgetCents).Select(alert => alert.Percent)];
    }

    public IReadOnlyList<Alert> Alerts => alerts;

    /// <summary>Whether there is anything to write.</summary>
    public bool Writes => ledgerRow is not null;

    public void Add(UsageEvent one)
    {
        Insert(MonthRows.WriteMark(partition, one, commitId));
        var generation = one.ConversationId is { } id ? read.Totals[MonthRows.ConversationKey(id)].Generation : 0;
        Insert(MonthRows.WriteEvent(partition, one with { ConversationGeneration = generation }));
        Count(one with { ConversationGeneration = generation }, Totals.Of(one));
    }

    /// <summary>Puts an event in the place of another of the same id, which was read with <paramref name="etag"/>.</summary>
    public void Replace(UsageEvent old, ETag etag, UsageEvent by)
    {
        transaction.Write(MonthRows.WriteEvent(partition, by), etag);
        Count(old, default(Totals) - Totals.Of(old));
        Count(by, Totals.Of(by));
    }

    /// <summary>Inserts a row that carries the commit id.</summary>
    public void Insert(Reservation reservation) => Insert(reservation.Write(partition, commitId));

    public void Delete(string rowKey, ETag etag) => transaction.Delete(partition, rowKey, etag);

    /// <summary>Adds the ledger, the rows of totals and the thresholds that the spend has reached, unless nothing changed.</summary>
    public EntityGroupTransaction Close()
    {
        Record(Ledger with { HasRefused = hasRefused || Ledger.HasRefused }, isSilent: false);
        if (transaction.Actions.Count == 0 && Ledger == read.Ledger && !mustExist)
        {
            return transaction;
        }
        ledgerRow = Ledger.Write(partition);
        transaction.Write(ledgerRow, read.Ledger!.ETag);
        foreach (var (key, difference) in added)
        {
            var row = read.Totals[key];
            Write(row with { Totals = row.Totals + difference });
        }
        return transaction;
    }

    /// <summary>What the transaction leaves, once it is committed.</summary>
    public MonthSnapshot Left()
    {
        var totals = read.Totals.Where(row => !written.ContainsKey(row.Key)).ToDictionary(StringComparer.Ordinal);
        foreach (var (key, row) in written)
        {
            if (row is not null)
            {
                totals[key] = MonthRows.ReadTotals(row);
            }
        }
        return new MonthSnapshot(ledgerRow is null ? read.Ledger : MonthLedger.Read(ledgerRow), totals);
    }

    private void Record(MonthLedger standing, bool isSilent)
    {
        foreach (var percent in new BudgetStatus(standing).Unrecorded.ToArray())
        {
            var alert = Alert.New(Ledger, percent, now, isSilent);
            alerts.Add(alert);
            Insert(alert.Write(partition));
            Ledger = Ledger with { Recorded = [.. Ledger.Recorded!, percent] };
        }
    }

    private void Insert(TableEntity row) => transaction.Insert(row);

    private void Write(TotalsRow row)
    {
        if (row is { Totals.Requests: 0, Generation: 0, ETag: { } stored })
        {
            // The only event that it counted went elsewhere.
            transaction.Delete(partition, row.Key, stored);
            written[row.Key] = null;
            return;
        }
        written[row.Key] = MonthRows.WriteTotals(partition, row);
        transaction.Write(written[row.Key]!, row.ETag);
    }

    private void Count(UsageEvent one, Totals totals)
    {
        Ledger = Ledger with { Totals = Ledger.Totals + totals };
        foreach (var key in MonthRows.TotalsKeys(one))
        {
            // Of a conversation that was deleted since, the totals are gone.
            if (!MonthRows.IsConversation(key) || one.ConversationGeneration >= read.Totals[key].Generation)
            {
                added[key] = added.GetValueOrDefault(key) + totals;
            }
        }
    }
}
