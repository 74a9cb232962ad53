using MyCoach.Dev.Emulator;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Ledger;

/// <summary>
/// The program is killed at each storage call of the recording path in turn, started again, and the request repeated.
/// Each case uses existing tables and a user that no process has cached.
/// </summary>
public sealed class LedgerKillTests(LocalParts parts)
{
    [Fact]
    public Task A_call_is_counted_once_wherever_the_program_is_killed() =>
        LedgerKillSeries.RunAsync(parts, KilledRequest.Post, minReads: 5, changes: 3);
}

/// <summary>As <see cref="LedgerKillTests"/>; a separate class runs in parallel with it.</summary>
public sealed class LedgerBatchKillTests(LocalParts parts)
{
    [Fact]
    public Task A_batch_over_two_months_is_counted_once_wherever_the_program_is_killed() =>
        LedgerKillSeries.RunAsync(parts, KilledRequest.Batch, minReads: 8, changes: 6);
}

/// <summary>As <see cref="LedgerKillTests"/>.</summary>
public sealed class CorrectionKillTests(LocalParts parts)
{
    // A transaction and the entry of the activity log.
    [Fact]
    public Task An_event_is_deleted_once_wherever_the_program_is_killed() =>
        LedgerKillSeries.RunAsync(parts, KilledRequest.Delete, minReads: 2, changes: 2);

    [Fact]
    public Task An_event_is_replaced_once_wherever_the_program_is_killed() =>
        LedgerKillSeries.RunAsync(parts, KilledRequest.Replace, minReads: 2, changes: 2);
}

internal static class LedgerKillSeries
{
    private const int MaxCallsOfAnyPath = 60;

    // Two programs at a time. Each call is lost once. Done and Late apply only to changes: each month's transaction and
    // two notes.
    public static async Task RunAsync(LocalParts parts, KilledRequest request, int minReads, int changes)
    {
        await using var emulator = await ProviderEmulator.StartAsync(
            cancellation: TestContext.Current.CancellationToken
        );
        var kills = await Task.WhenAll(KillAsync(KillFate.Lost), KillAsync(KillFate.Done, KillFate.Late));

        var (lost, done, late) = (kills[0][0], kills[1][0], kills[1][1]);
        Assert.InRange(lost, minReads + changes, MaxCallsOfAnyPath);
        // A window may end during the test, which takes two more notes.
        Assert.InRange(done, changes, changes + 2);
        Assert.InRange(late, changes, changes + 2);

        async Task<int[]> KillAsync(params KillFate[] fates)
        {
            await using var app = await KillableApp.StartAsync(parts, emulator);
            var killed = new int[fates.Length];
            foreach (var (i, fate) in fates.Index())
            {
                while (await new LedgerKill(app, fate, killed[i] + 1, request).KillAsync())
                {
                    killed[i]++;
                    Assert.InRange(killed[i], 1, MaxCallsOfAnyPath);
                }
            }
            return killed;
        }
    }
}
