using System.Diagnostics;
using MyCoach.Dev;
using MyCoach.Ledger;
using MyCoach.Settings;
using MyCoach.Storage;
using MyCoach.Upkeep;
using MyCoach.Users;

namespace MyCoach.Bench;

/// <summary>
/// Measures a pass of the roll-up. Its cost should grow with the number of recently changed users, not of stored users.
/// </summary>
internal static class Rollup
{
    private static readonly int[] Held = [1_000, 10_000];
    private static readonly int[] Changed = [10, 100, 1_000];
    private static readonly int[] Calls = [100, 1_000, 10_000];

    private static readonly TimeSpan Soon = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongerThanAWindow = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan Next = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan LongerThanADay = TimeSpan.FromDays(2);

    // A budget that is never reached, so that no pass records an alert.
    private static readonly UserSettings Settings = UserSettings.Default with
    {
        MonthlyBudgetCents = 100_000,
        Version = 1,
    };

    /// <param name="Direct">Records the calls without the proxy.</param>
    /// <param name="Counted">A second instance, behind the proxy, that only runs the roll-up.</param>
    private sealed record Instances(BenchApp Direct, BenchApp Counted, StorageProxy Proxy, ForwardClock Clock);

    public static async Task CountAsync(CancellationToken stopping)
    {
        Console.WriteLine(
            Figures.Head(
                "users held",
                "users changed",
                "pass within the window: transactions, ms",
                "15 min later: visited once more and forgotten",
                "5 min later: nothing new",
                "2 days later: recount, and forgotten",
                "5 min later: nothing noted"
            )
        );
        foreach (var held in Held)
        {
            await WithInstancesAsync(instances => CountPassesAsync(instances, held, stopping), stopping);
        }
        Console.WriteLine();
        Console.WriteLine(Figures.Head("calls in the month", "recount: transactions, ms"));
        await WithInstancesAsync(instances => CountRecountsAsync(instances, stopping), stopping);
    }

    private static async Task WithInstancesAsync(Func<Instances, Task> countAsync, CancellationToken stopping)
    {
        await using var azurite = await Azurite.StartAsync(cancellation: stopping);
        await using var proxy = await StorageProxy.StartAsync(azurite.Port);
        var clock = new ForwardClock();
        // Neither is started: nothing needs HTTP, and their timers must not run.
        await using var direct = new BenchApp(azurite.ConnectionString, "bench", clock);
        await using var counted = new BenchApp(proxy.ConnectionString, "bench", clock);
        await countAsync(new Instances(direct, counted, proxy, clock));
    }

    private static async Task CountPassesAsync(Instances instances, int held, CancellationToken stopping)
    {
        await Console.Error.WriteLineAsync($"Writing the ledgers of {held} users …");
        var month = Month.Of(instances.Clock.GetUtcNow());
        await HoldAsync(instances.Direct, month, held, stopping);
        await MakeTablesAsync(instances, stopping);
        foreach (var changed in Changed)
        {
            await Console.Error.WriteLineAsync($"  {changed} of {held} users change …");
            await ForUsersAsync(
                changed,
                user =>
                    instances
                        .Direct.Service<UsageRecorder>()
                        .RecordAsync(user, [new(BenchApp.Event(instances.Clock.GetUtcNow()))], stopping),
                stopping
            );
            var passes = new List<string>();
            foreach (var pause in new[] { Soon, LongerThanAWindow, Next, LongerThanADay, Next })
            {
                instances.Clock.Advance(pause);
                passes.Add(await PassAsync(instances, stopping));
            }
            Console.WriteLine(
                Figures.Row([$"{held:N0}", $"{changed:N0}", .. passes.Select(pass => (FormattableString)$"{pass}")])
            );
        }
    }

    // Uses another user's calls to create the tables, so that the passes do not count it.
    private static async Task MakeTablesAsync(Instances instances, CancellationToken stopping)
    {
        var now = instances.Clock.GetUtcNow();
        await instances
            .Direct.Service<UsageRecorder>()
            .RecordAsync(BenchApp.User("other"), [new(BenchApp.Event(now))], stopping);
        instances.Clock.Advance(LongerThanADay);
        await PassAsync(instances, stopping);
    }

    private static Task<string> PassAsync(Instances instances, CancellationToken stopping) =>
        CountAsync(instances, () => instances.Counted.Service<MonthUpkeep>().RunAsync(stopping));

    private static async Task CountRecountsAsync(Instances instances, CancellationToken stopping)
    {
        var month = Month.Of(instances.Clock.GetUtcNow());
        foreach (var calls in Calls)
        {
            await Console.Error.WriteLineAsync($"Recounting {calls} calls …");
            var user = BenchApp.User($"caller-of-{calls}");
            await MonthOfCalls.FillAsync(instances.Direct, user, month, calls, stopping);
            var recount = instances.Counted.Service<LedgerRecount>();
            await recount.TryRunAsync(user, month, stopping);
            Console.WriteLine(
                Figures.Row(
                    $"{calls:N0}",
                    $"{await CountAsync(instances, () => recount.TryRunAsync(user, month, stopping))}"
                )
            );
        }
    }

    private static async Task<string> CountAsync(Instances instances, Func<Task> runAsync)
    {
        instances.Proxy.ClearCalls();
        var began = Stopwatch.GetTimestamp();
        await runAsync();
        return FormattableString.Invariant(
            $"{instances.Proxy.Calls.Count:N0}, {Stopwatch.GetElapsedTime(began).TotalMilliseconds:N0} ms"
        );
    }

    // Writes the ledgers as the program would, but without calls. Only users that will change get settings.
    private static async Task HoldAsync(BenchApp app, Month month, int held, CancellationToken stopping)
    {
        var usage = app.Service<TableSource>().Table("Usage");
        await ForUsersAsync(
            held,
            user => usage.WriteAsync(MonthLedger.New(Settings.Budget).Write(user.MonthPartition(month)), stopping),
            stopping
        );
        await ForUsersAsync(
            Changed.Max(),
            user => app.Service<SettingsTable>().TryWriteAsync(user, Settings, stopping),
            stopping
        );
    }

    private static Task ForUsersAsync(int users, Func<UserId, Task> doAsync, CancellationToken stopping) =>
        Parallel.ForEachAsync(
            Enumerable.Range(0, users),
            new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = stopping },
            async (number, _) => await doAsync(BenchApp.User($"u{number:D5}"))
        );
}
