using System.Collections.Concurrent;
using MyCoach.Bounds;
using MyCoach.Budgets;
using MyCoach.Catalogue;
using MyCoach.Ledger;
using MyCoach.Settings;
using MyCoach.Storage;
using MyCoach.Tests.Support;
using MyCoach.Upkeep;

namespace MyCoach.Tests.Budgets;

/// <summary>Takes the steps of a schedule and compares the ledger with what it may be after each.</summary>
internal sealed class BudgetRun(FaultyInstances instances, string name, BudgetTally tally)
{
    private readonly BudgetMonth month = new(instances, name);
    private readonly BudgetCalls calls = new();
    private readonly ConcurrentDictionary<string, PicoUsd> doubtful = new();
    private int ids;
    private UserSettings known = UserSettings.Default;

    public Task BeginAsync() => ChangeAsync(10);

    public async Task TakeAsync(IReadOnlyList<BudgetMove> moves)
    {
        var taken = new HashSet<BudgetCall>();
        await (
            moves is [Start alone] ? StartAloneAsync(alone) : Task.WhenAll(moves.Select(move => MoveAsync(move, taken)))
        );
        await month.ObserveAsync();
    }

    /// <summary>
    /// Ends what is open, lets every lease run out, and compares what is stored with what each call cost.
    /// </summary>
    public async Task EndAsync()
    {
        await SweepAsync();
        await month.ObserveAsync();
        await Task.WhenAll(calls.All.Where(call => call.Charged is null).Select(call => SettleAsync(call, 50)));
        await month.ObserveAsync();
        await SweepAsync();
        await month.ObserveAsync();

        var rows = await month.RowsAsync();
        Assert.Empty(
            new BudgetStatus(MonthLedger.Read(rows.Single(row => row.RowKey == MonthRows.LedgerKey))).Unrecorded
        );
        var events = rows.Where(row => MonthRows.IsEvent(row.RowKey))
            .Select(EventRow.Read)
            .ToDictionary(usage => usage.CallerId);
        Assert.DoesNotContain(rows, row => row.RowKey.StartsWith("reservation_", StringComparison.Ordinal));
        foreach (var call in calls.All)
        {
            var cost = Cents(call.Cents) * call.Charged!.Value;
            Assert.Equal(cost, (events.Remove(call.Id, out var usage) ? usage.Cost : PicoUsd.Zero) * 100);
        }
        Assert.All(events.Values, usage => Assert.Equal(doubtful.GetValueOrDefault(usage.CallerId), usage.Cost));
    }

    public Task BalancesAsync() => month.BalancesAsync();

    private Task MoveAsync(BudgetMove move, HashSet<BudgetCall> taken) =>
        move switch
        {
            Start start => StartAsync(start),
            Settle settle => calls.WithOpenAsync(settle.Call, taken, call => SettleAsync(call, settle.Percent)),
            Release release => calls.WithOpenAsync(release.Call, taken, call => SettleAsync(call, percent: null)),
            Hang hang => calls.WithOpenAsync(hang.Call, taken, HangAsync),
            Crash crash => calls.WithOpenAsync(crash.Call, taken, CrashAsync),
            Visit visit => VisitAsync(instances.Apps[visit.Instance]),
            Change change => ChangeAsync(change.Cents),
            Pass pass => PassAsync(pass.Minutes),
            Sweep => SweepAsync(),
            _ => throw new ArgumentOutOfRangeException(nameof(move)),
        };

    // If nothing else happens in the step, whether the call is admitted is known beforehand.
    private async Task StartAloneAsync(Start start)
    {
        var (before, ofToken) = await month.SumsAsync();
        var fits =
            (before.Budget is not { } budget || before.Spent + before.Reserved + Cents(start.Cents) <= budget)
            && (!start.HasToken || ofToken + Cents(start.Cents) <= Cents(BudgetCall.TokenCents));
        if (await StartAsync(start) is { } isAdmitted && doubtful.IsEmpty)
        {
            Assert.Equal(fits, isAdmitted);
        }
    }

    // Null if the storage failed.
    private async Task<bool?> StartAsync(Start start)
    {
        var app = instances.Apps[start.Instance];
        var call = BudgetCall.EventOf(start, $"call-{Interlocked.Increment(ref ids)}", month.Month);
        var bound = new CostBound(
            BudgetCall.Receipt(0) with
            {
                Charges = [],
            },
            start.Cents * BudgetCall.TokensPerCent,
            1,
            BudgetCall.CentsPerMTok
        );
        var cost = new CallCost(bound, bound with { IsProbable = true });
        var budgets = new CallBudgets(known.Budget, start.HasToken ? BudgetCall.TokenCents : null);
        try
        {
            var (held, refusal) = await app.Service<BudgetGate>().ReserveAsync(month.User, call, cost, budgets);
            if (refusal is not null)
            {
                tally.Refused(refusal.Tightest.IsOfToken);
                return false;
            }
            tally.Admitted();
            calls.Add(new BudgetCall(call, start, held));
            return true;
        }
        catch (Exception fault) when (StorageFaults.IsUnavailable(fault))
        {
            // Not sent. If it was reserved anyway, it is released, or charged at expiry.
            doubtful[call.CallerId] = Cents(start.Cents);
            tally.Lost(fault);
            return null;
        }
    }

    private async Task SettleAsync(BudgetCall call, int? percent)
    {
        call.Charged = percent ?? 0;
        var used = percent is { } part
            ? call.Event with
            {
                Receipt = BudgetCall.Receipt(call.Cents * BudgetCall.TokensPerCent * part / 100),
            }
            : null;
        if (call.Held is not null && (await month.RowsAsync()).All(row => row.RowKey != Reservation.KeyOf(call.Id)))
        {
            tally.Late();
        }
        if (used is not null || call.Held is not null)
        {
            var recorder = instances.Apps[call.Instance].Service<UsageRecorder>();
            await tally.RepeatAsync(async () =>
            {
                await recorder.SettleAsync(month.User, [new UnsettledCall(used, call.Held?.Reservation)]);
                return true;
            });
        }
        if (call.Held is null && used is not null)
        {
            // Begun without a budget: the one that was set since counts it as spent.
            month.Exceed(used.Cost);
        }
        call.Held?.Dispose();
    }

    private static Task HangAsync(BudgetCall call)
    {
        call.Held?.Dispose();
        return Task.CompletedTask;
    }

    // Nothing is known any more of a call without a reservation.
    private static Task CrashAsync(BudgetCall call)
    {
        call.Held?.Dispose();
        call.Charged = call.Held is null ? 0 : 100;
        return Task.CompletedTask;
    }

    private Task VisitAsync(TestApp app) =>
        tally.RepeatAsync(() =>
            app.Service<MonthVisit>().RunAsync(month.User, month.Month, TestContext.Current.CancellationToken)
        );

    private async Task SweepAsync()
    {
        instances.Apps[0].Clock.Advance(Reservation.Lease + Reservation.ClockSkew);
        var held = (await month.RowsAsync()).Count(row => Reservation.IsKey(row.RowKey));
        await Task.WhenAll(instances.Apps.Select(VisitAsync));
        tally.Expired(held - (await month.RowsAsync()).Count(row => Reservation.IsKey(row.RowKey)));
    }

    private async Task ChangeAsync(long? cents)
    {
        var settings = known with { MonthlyBudgetCents = cents, Version = known.Version + 1 };
        known = settings;
        await tally.RepeatAsync(async () =>
        {
            await instances
                .Apps[(int)settings.Version % 3]
                .Service<BudgetSync>()
                .ApplyAsync(month.User, month.Month, settings.Budget, TestContext.Current.CancellationToken);
            return true;
        });
        var ledger = await month.LedgerAsync();
        month.LimitTo(ledger);
        if (ledger.Budget is { } budget && budget < ledger.Spent + ledger.Reserved)
        {
            tally.Lowered();
        }
    }

    private Task PassAsync(int minutes)
    {
        instances.Apps[0].Clock.Advance(TimeSpan.FromMinutes(minutes));
        return Task.CompletedTask;
    }

    private static PicoUsd Cents(long cents) => PicoUsd.OfCents(cents);
}
