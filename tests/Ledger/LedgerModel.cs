namespace MyCoach.Tests.Ledger;

/// <summary>A model call as a caller posts it.</summary>
/// <param name="HoursBack">States when it was: so long ago, or so long before the month began. Null: it does not
/// say.</param>
public sealed record ModelCall(
    string Id,
    string Provider,
    string Model,
    long Input,
    long Output,
    string? Conversation,
    string? Agent,
    int? HoursBack,
    bool LastMonth
)
{
    public DateTimeOffset At(DateTimeOffset now) =>
        (HoursBack is not null && LastMonth ? LedgerModel.MonthOf(now) : now).AddHours(-(HoursBack ?? 0));

    public override string ToString() =>
        $"{Id}: {Provider} {Model} {Input}+{Output}"
        + (Conversation is null ? "" : $" in {Conversation}")
        + (Agent is null ? "" : $" by {Agent}")
        + (HoursBack is null ? "" : $" {HoursBack} h {(LastMonth ? "before the month" : "ago")}");
}

/// <summary>
/// What one user's ledger must be, said as plainly as it can be: what was posted, in dictionaries, added up anew for
/// each question. It shares nothing with the program, its arithmetic of money included.
/// </summary>
public sealed class LedgerModel
{
    private static readonly int[] Thresholds = [50, 80, 100];

    // Where an id was kept out of a month because it is in the next one, the event is null.
    private readonly Dictionary<(DateTimeOffset Month, string Id), Recorded?> marks = [];
    private readonly Dictionary<DateTimeOffset, long?> budgets = [];
    private readonly Dictionary<(DateTimeOffset Month, long Budget, int Percent), bool> alerts = [];
    private long? budget;

    public sealed record Recorded(ModelCall Call, DateTimeOffset At)
    {
        public string? Conversation { get; set; } = Call.Conversation;

        public bool IsDeleted { get; set; }

        /// <summary>The id of the event that it replaced, as it was posted.</summary>
        public string? Replaces { get; init; }

        public string? ReplacedBy { get; set; }

        public string Id => $"{At:yyyyMM}-{Call.Id}";

        /// <summary>Whether a call with this event's id is a repetition of it, as things are now.</summary>
        public bool IsRepeatedBy(ModelCall call, DateTimeOffset now, string? replaces = null) =>
            !IsDeleted
            && replaces == Replaces
            && call with
            {
                Conversation = null,
                HoursBack = null,
                LastMonth = false,
            } == Call with { Conversation = null, HoursBack = null, LastMonth = false }
            && (Conversation is null || call.Conversation == Conversation)
            && (call.HoursBack is null || call.At(now) == At);

        public bool IsPriced => CentsPerMTok is not null;

        // A cent per million tokens is 10,000 pico-dollars a token.
        public long PicoUsd => IsDeleted ? 0 : FirstPicoUsd;

        public long FirstPicoUsd =>
            CentsPerMTok is var (input, output) ? 10_000 * ((input * Call.Input) + (output * Call.Output)) : 0;

        private (long Input, long Output)? CentsPerMTok =>
            (Call.Provider, Call.Model) switch
            {
                ("anthropic", "claude-sonnet-4-20250514") => (300, 1500),
                ("openai", "gpt-4o") => (250, 1000),
                ("openai", "gpt-4o-mini") => (15, 60),
                _ => null,
            };
    }

    public IEnumerable<DateTimeOffset> Months => marks.Keys.Select(mark => mark.Month).Concat(budgets.Keys);

    public static DateTimeOffset MonthOf(DateTimeOffset time) => new(time.Year, time.Month, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Newest first.</summary>
    public IReadOnlyList<Recorded> Events(DateTimeOffset month) =>
        [
            .. marks
                .Where(mark => mark.Key.Month == month)
                .Select(mark => mark.Value)
                .OfType<Recorded>()
                .Where(entry => !entry.IsDeleted)
                .OrderByDescending(entry => entry.At)
                .ThenBy(entry => entry.Call.Id, StringComparer.Ordinal),
        ];

    /// <summary>What deletions took from the cost of the month.</summary>
    public long AdjustmentsPicoUsd(DateTimeOffset month) =>
        -marks
            .Where(mark => mark.Key.Month == month)
            .Select(mark => mark.Value)
            .OfType<Recorded>()
            .Where(entry => entry.IsDeleted)
            .Sum(entry => entry.FirstPicoUsd);

    public Recorded? Find(DateTimeOffset month, string id) => marks.GetValueOrDefault((month, id));

    public long? BudgetOf(DateTimeOffset month) => budgets.GetValueOrDefault(month, budget);

    public IEnumerable<(int Percent, long Budget)> AlertsOf(DateTimeOffset month) =>
        alerts
            .Where(alert => alert.Key.Month == month && !alert.Value)
            .Select(alert => (alert.Key.Percent, alert.Key.Budget));

    public IReadOnlyList<(Recorded Event, bool IsNew)> Post(IReadOnlyList<ModelCall> calls, DateTimeOffset now)
    {
        // All look back before any of them is recorded.
        var firsts = calls.Select(call => FindLastMonths(call, now)).ToArray();
        var taken = new (Recorded, bool)[calls.Count];
        // The later month first: what is kept out of the other one has its event there.
        foreach (var i in Enumerable.Range(0, calls.Count).OrderByDescending(i => MonthOf(calls[i].At(now))))
        {
            taken[i] = firsts[i] is { } first ? (first, false) : Record(calls[i], calls[i].At(now));
        }
        return taken;
    }

    /// <summary>Records the call in place of an event that is not deleted, with the time of that event.</summary>
    public (Recorded Event, bool IsNew) Replace(Recorded old, ModelCall call)
    {
        var month = MonthOf(old.At);
        if (!marks.ContainsKey((month, call.Id)))
        {
            (old.IsDeleted, old.ReplacedBy) = (true, call.Id);
        }
        return Record(call, old.At, old.Call.Id);
    }

    public void Detach(string conversation)
    {
        foreach (var entry in marks.Values.OfType<Recorded>().Where(entry => entry.Conversation == conversation))
        {
            entry.Conversation = null;
        }
    }

    public void SetBudget(long? cents, DateTimeOffset now)
    {
        budget = cents;
        foreach (var month in new[] { MonthOf(now), MonthOf(now.AddMinutes(10)) }.Distinct())
        {
            // Alerts of the old budget are raised before it ends; thresholds of the new one that are already reached
            // were not crossed under it.
            Alert(month, isSilent: false);
            budgets[month] = cents;
            Alert(month, isSilent: true);
        }
    }

    public void RollUp()
    {
        foreach (var month in budgets.Keys)
        {
            Alert(month, isSilent: false);
        }
    }

    public void Erase()
    {
        marks.Clear();
        budgets.Clear();
        alerts.Clear();
        budget = null;
    }

    private Recorded? FindLastMonths(ModelCall call, DateTimeOffset now)
    {
        var month = MonthOf(now);
        if (call.HoursBack is not null || now >= month.AddHours(24))
        {
            return null;
        }
        var last = (month.AddMonths(-1), call.Id);
        if (now < month.AddMinutes(10))
        {
            marks.TryAdd(last, null);
        }
        return marks.GetValueOrDefault(last);
    }

    private (Recorded, bool) Record(ModelCall call, DateTimeOffset at, string? replaces = null)
    {
        var month = MonthOf(at);
        if (marks.TryGetValue((month, call.Id), out var first))
        {
            return (first ?? marks[(month.AddMonths(1), call.Id)]!, false);
        }
        budgets.TryAdd(month, budget);
        var recorded = new Recorded(call, at) { Replaces = replaces };
        marks.Add((month, call.Id), recorded);
        Alert(month, isSilent: false);
        return (recorded, true);
    }

    private void Alert(DateTimeOffset month, bool isSilent)
    {
        if (budgets.GetValueOrDefault(month) is not { } cents)
        {
            return;
        }
        // In pico-dollars, of which a cent has ten thousand million.
        var spent = Events(month).Sum(entry => entry.PicoUsd);
        foreach (
            var percent in Thresholds.Where(percent =>
                spent > 0 && (Int128)spent * 100 >= (Int128)cents * 10_000_000_000 * percent
            )
        )
        {
            alerts.TryAdd((month, cents, percent), isSilent);
        }
    }
}
