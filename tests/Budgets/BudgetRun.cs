using System.Collections.Concurrent;
using Azure.Data.Tables;
using MyCoach.Bounds;
using MyCoach.Budgets;
using MyCoach.Catalogue;
using MyCoach.Ledger;
using MyCoach.Providers;
using MyCoach.Settings;
using MyCoach.Storage;
using MyCoach.Tests.Support;
using MyCoach.Upkeep;
using MyCoach.Users;

namespace MyCoach.Tests.Budgets;

/// <summary>Takes the steps of a schedule and holds the ledger against what it may be after each.</summary>
internal sealed class BudgetRun(FaultyInstances instances, string name, BudgetTally tally)
{
    // Every 2,000 tokens of output are a cent.
    private const decimal CentsPerMTok = 500;
    private const long TokensPerCent = 2_000;

    private readonly UserId user = UserId.TryCreate(name)!;
    private readonly Month month = Month.Of(instances.Apps[0].Clock.GetUtcNow());
    private readonly ConcurrentDictionary<string, Call> calls = new();
    private readonly ConcurrentDictionary<string, PicoUsd> doubtful = new();
    private PicoUsd? most;
    private int ids;
    private UserSettings known = UserSettings.Default;

    private sealed class Call(string id, int instance, int cents, HeldReservation? held)
    {
        public string Id => id;
        public int Instance => instance;
        public int Cents => cents;
        public HeldReservation? Held => held;

        /// <summary>In percent; null while it is open.</summary>
        public int? Charged { get; set; }
    }

    public Task BeginAsync() => ChangeAsync(10);

    public async Task TakeAsync(IReadOnlyList<BudgetMove> moves)
    {
        var taken = new HashSet<Call>();
        await (moves is [Start alone] ? StartAloneAsync(alone) : Task.WhenAll(moves.Select(move => MoveAsync(move, taken))));
        await ObserveAsync();
    }

    /// <summary>Ends what is open, lets every lease run out, and holds what is stored against what each call cost.</summary>
    public async Task EndAsync()
    {
        await SweepAsync();
        await ObserveAsync();
        await Task.WhenAll(calls.Values.Where(call => call.Charged is null).Select(call => SettleAsync(call, 50)));
        await ObserveAsync();
        await SweepAsync();
        await ObserveAsync();

        var rows = await RowsAsync();
        Assert.Empty(new BudgetStatus(MonthLedger.Read(rows.Single(row => row.RowKey == MonthRows.LedgerKey))).Unrecorded);
        var events = rows.Where(row => MonthRows.IsEvent(row.RowKey)).Select(MonthRows.ReadEvent).ToDictionary(one => one.CallerId);
        Assert.DoesNotContain(rows, row => row.RowKey.StartsWith("reservation_", StringComparison.Ordinal));
        foreach (var call in calls.Values)
        {
            var cost = Cents(call.Cents) * call.Charged!.Value;
            Assert.Equal(cost, (events.Remove(call.Id, out var one) ? one.Cost : PicoUsd.Zero) * 100);
        }
        Assert.All(events.Values, one => Assert.Equal(doubtful.GetValueOrDefault(one.CallerId), one.Cost));
    }

    /// <summary>Holds what is told of the month against what is stored, once the storage is well.</summary>
    public async Task BalancesAsync()
    {
        using var caller = instances.Apps[0].As(name);
        await LedgerCheck.BalancesAsync(caller, await RowsAsync(), user.MonthPartition(month));
    }

    private Task MoveAsync(BudgetMove move, HashSet<Call> taken) =>
        move switch
        {
            Start start => StartAsync(start),
            Settle settle => WithOpenAsync(settle.Call, taken, call => SettleAsync(call, settle.Percent)),
            Release release => WithOpenAsync(release.Call, taken, call => SettleAsync(call, percent: null)),
            Hang hang => WithOpenAsync(hang.Call, taken, HangAsync),
            Crash crash => WithOpenAsync(crash.Call, taken, CrashAsync),
            Visit visit => VisitAsync(instances.Apps[visit.Instance]),
            Change change => ChangeAsync(change.Cents),
            Pass pass => PassAsync(pass.Minutes),
            Sweep => SweepAsync(),
            _ => throw new ArgumentOutOfRangeException(nameof(move)),
        };

    // Where nothing else happens, what is admitted and what is refused can be told beforehand.
    private async Task StartAloneAsync(Start start)
    {
        var before = await LedgerAsync();
        var fits = before.Budget is not { } budget || before.Spent + before.Reserved + Cents(start.Cents) <= budget;
        if (await StartAsync(start) is { } isAdmitted && doubtful.IsEmpty)
        {
            Assert.Equal(fits, isAdmitted);
        }
    }

    // Null where the storage failed.
    private async Task<bool?> StartAsync(Start start)
    {
        var app = instances.Apps[start.Instance];
        var call = EventOf($"call-{Interlocked.Increment(ref ids)}");
        var bound = new CostBound(ReceiptOf(0) with { Charges = [] }, start.Cents * TokensPerCent, 1, CentsPerMTok);
        try
        {
            var (held, refusal) = await app.Service<BudgetGate>().ReserveAsync(user, call, bound, known);
            if (refusal is not null)
            {
                tally.Refused();
                return false;
            }
            tally.Admitted();
            calls[call.CallerId] = new Call(call.CallerId, start.Instance, start.Cents, held);
            return true;
        }
        catch (Exception fault) when (StorageFaults.IsUnavailable(fault))
        {
            // Not made; where it was reserved all the same, that is given back, or charged when its time has come.
            doubtful[call.CallerId] = Cents(start.Cents);
            tally.Lost();
            return null;
        }
    }

    private async Task SettleAsync(Call call, int? percent)
    {
        call.Charged = percent ?? 0;
        var used = percent is { } part ? EventOf(call.Id) with { Receipt = ReceiptOf(call.Cents * TokensPerCent * part / 100) } : null;
        if (call.Held is not null && (await RowsAsync()).All(row => row.RowKey != Reservation.KeyOf(call.Id)))
        {
            tally.Late();
        }
        if (used is not null || call.Held is not null)
        {
            var recorder = instances.Apps[call.Instance].Service<UsageRecorder>();
            await RepeatAsync(async () =>
            {
                await recorder.SettleAsync(user, [new UnsettledCall(used, call.Held?.Reservation)]);
                return true;
            });
        }
        lock (doubtful)
        {
            if (call.Held is null && most is { } limit && used is not null)
            {
                // Begun without a budget: the one that came meanwhile takes it as spent.
                most = limit + used.Cost;
            }
        }
        call.Held?.Dispose();
    }

    private static Task HangAsync(Call call)
    {
        call.Held?.Dispose();
        return Task.CompletedTask;
    }

    // Of a call without a reservation nothing is known any more.
    private static Task CrashAsync(Call call)
    {
        call.Held?.Dispose();
        call.Charged = call.Held is null ? 0 : 100;
        return Task.CompletedTask;
    }

    private Task VisitAsync(TestApp app) => RepeatAsync(() => app.Service<MonthVisit>().RunAsync(user, month, TestContext.Current.CancellationToken));

    private async Task SweepAsync()
    {
        instances.Apps[0].Clock.Advance(Reservation.Lease + Reservation.Slack);
        var held = (await RowsAsync()).Count(row => Reservation.IsKey(row.RowKey));
        await Task.WhenAll(instances.Apps.Select(VisitAsync));
        tally.Expired(held - (await RowsAsync()).Count(row => Reservation.IsKey(row.RowKey)));
    }

    private async Task ChangeAsync(long? cents)
    {
        var settings = known with { MonthlyBudgetCents = cents, Version = known.Version + 1 };
        known = settings;
        await RepeatAsync(async () =>
        {
            await instances
                .Apps[(int)settings.Version % 3]
                .Service<BudgetSync>()
                .ApplyAsync(user, month, settings.Budget, TestContext.Current.CancellationToken);
            return true;
        });
        var ledger = await LedgerAsync();
        most = MostOf(ledger);
        if (ledger.Budget is { } budget && budget < ledger.Spent + ledger.Reserved)
        {
            tally.Lowered();
        }
    }

    private static PicoUsd? MostOf(MonthLedger ledger) => ledger.Budget is { } budget ? PicoUsd.Max(budget, ledger.Spent + ledger.Reserved) : null;

    private Task PassAsync(int minutes)
    {
        instances.Apps[0].Clock.Advance(TimeSpan.FromMinutes(minutes));
        return Task.CompletedTask;
    }

    private async Task WithOpenAsync(int pick, HashSet<Call> taken, Func<Call, Task> act)
    {
        Call call;
        lock (taken)
        {
            var open = calls
                .Values.Where(call => call.Charged is null && !taken.Contains(call))
                .OrderBy(call => call.Id, StringComparer.Ordinal)
                .ToArray();
            if (open.Length == 0)
            {
                return;
            }
            call = open[pick % open.Length];
            taken.Add(call);
        }
        await act(call);
    }

    private async Task ObserveAsync()
    {
        var rows = await RowsAsync();
        var ledger = MonthLedger.Read(rows.Single(row => row.RowKey == MonthRows.LedgerKey));
        var reservations = rows.Where(row => row.RowKey.StartsWith("reservation_", StringComparison.Ordinal)).Select(Reservation.Read).ToArray();
        var events = rows.Where(row => MonthRows.IsEvent(row.RowKey)).Select(MonthRows.ReadEvent).ToArray();
        Assert.Equal(Totals.Of(events), ledger.Totals);
        Assert.Equal((reservations.Length, Sum(reservations.Select(one => one.Amount))), (ledger.Reservations, ledger.Reserved));
        Assert.Equal(
            events.Length,
            events.Select(one => one.CallerId).Concat(reservations.Select(one => one.Worst.CallerId)).Distinct().Count() - reservations.Length
        );
        if (most is { } limit)
        {
            Assert.True(ledger.Spent + ledger.Reserved <= limit, $"{ledger.Spent} spent and {ledger.Reserved} reserved of {limit}");
            most = MostOf(ledger);
        }
    }

    // One read of the whole partition is one state of it.
    private async Task<IReadOnlyList<TableEntity>> RowsAsync() =>
        await instances
            .Apps[0]
            .Table("Usage")
            .QueryAsync<TableEntity>(
                $"PartitionKey eq '{user.MonthPartition(month)}'",
                1000,
                cancellationToken: TestContext.Current.CancellationToken
            )
            .ToListAsync(TestContext.Current.CancellationToken);

    private async Task<MonthLedger> LedgerAsync() => MonthLedger.Read((await RowsAsync()).Single(row => row.RowKey == MonthRows.LedgerKey));

    private UsageEvent EventOf(string id) =>
        new(id, Provider.Anthropic, "claude-haiku-4-5", default, ConversationId: null, AgentId: null, month.Start.AddDays(14), Receipt: null);

    private static Receipt ReceiptOf(long tokens) =>
        new("claude-haiku-4-5", "a test", new DateOnly(2026, 1, 1), Estimated: false, [new Charge("output", tokens, CentsPerMTok)]);

    private static PicoUsd Cents(long cents) => PicoUsd.OfCents(cents);

    private static PicoUsd Sum(IEnumerable<PicoUsd> amounts) => amounts.Aggregate(PicoUsd.Zero, (sum, amount) => sum + amount);

    // As the program does for as long as it lives.
    private async Task<T> RepeatAsync<T>(Func<Task<T>> work)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await work();
            }
            catch (Exception fault) when (StorageFaults.IsUnavailable(fault) && attempt < 50)
            {
                tally.Repeated();
                await Task.Delay(50, TestContext.Current.CancellationToken);
            }
        }
    }
}
