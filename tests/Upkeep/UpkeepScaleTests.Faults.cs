using System.Net;
using MyCoach.Dev;
using MyCoach.Hosting;
using MyCoach.Tests.Support;
using MyCoach.Upkeep;

namespace MyCoach.Tests.Upkeep;

/// <summary>The roll-up twice at once, late, killed, and in a month that is over.</summary>
public sealed partial class UpkeepScaleTests
{
    [Fact]
    public async Task Concurrent_roll_ups_record_each_threshold_once()
    {
        await using var app = await TestApp.StartAsync(parts, [NoTimer]);
        await using var other = await TestApp.StartAsync(parts, [NoTimer], beside: app);
        await ChangeAsync(app, 0, 20);
        app.Clock.Advance(TimeSpan.FromMinutes(15));

        await Task.WhenAll(RollUpAsync(app), RollUpAsync(other));

        await AssertAlertsOnceAsync(app, 20);
        Assert.DoesNotContain(await app.RowsAsync("ChangedMonths"), row => row.PartitionKey == "changed");
        Assert.DoesNotContain(
            app.Logs.Lines.Concat(other.Logs.Lines),
            line => line.StartsWith("Error", StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task An_overdue_run_makes_up_for_missed_ones()
    {
        await using var app = await TestApp.StartAsync(parts, [TestApp.UnderHost]);
        await ChangeAsync(app, 0, 3);
        app.Clock.Advance(TimeSpan.FromHours(2));

        await Timers.RunForHostAsync(Maintenance.Name, app.Services, TestContext.Current.CancellationToken);

        await AssertAlertsOnceAsync(app, 3);
        Assert.DoesNotContain(await app.RowsAsync("ChangedMonths"), row => row.PartitionKey == "changed");
    }

    [Fact]
    public async Task A_month_that_is_over_is_still_held_against_its_budget()
    {
        await using var app = await TestApp.StartAsync(parts, [NoTimer]);
        var ann = app.As("ann");
        await ann.PatchAsync("/api/settings", new { monthlyBudgetCents = 2 });
        var late = new
        {
            provider = "anthropic",
            model = "claude-sonnet-4-20250514",
            inputTokens = 1000,
            outputTokens = 500,
            createdAt = "2026-10-20T08:00:00Z",
        };
        (await ann.PostAsync("/api/usage", late)).Is(HttpStatusCode.Created);

        await RollUpAsync(app);

        var october = (await ann.GetAsync("/api/budget?month=2026-10")).Is(HttpStatusCode.OK);
        Assert.Equal([50], october["alerts"].AsArray().Select(alert => (int)alert!["thresholdPercent"]!));
        Assert.Empty((await ann.GetAsync("/api/budget"))["alerts"].AsArray());
    }

    [Theory]
    [InlineData(StorageFault.DropBefore)]
    [InlineData(StorageFault.DropAfter)]
    public async Task A_roll_up_killed_at_any_call_loses_no_note(StorageFault fault)
    {
        await using var proxy = await StorageProxy.StartAsync(parts.Port);
        await using var app = await TestApp.StartAsync(parts, [NoTimer]);
        // Warm, so that the calls counted are those of the work and not those that make the tables.
        await using var killed = await TestApp.StartAsync(parts, [NoTimer, TestApp.Behind(proxy)], beside: app);
        await RollUpAsync(killed);
        (await killed.As("idle").GetAsync("/api/budget")).Is(HttpStatusCode.OK);
        var wasKilled = true;
        var call = 0;
        while (wasKilled)
        {
            call++;
            string[] users = [$"a{call}", $"b{call}"];
            foreach (var user in users)
            {
                (await app.As(user).PatchAsync("/api/settings", new { monthlyBudgetCents = call % 2 == 0 ? 1 : 2 })).Is(
                    HttpStatusCode.OK
                );
                (await app.As(user).PostAsync("/api/usage", Request.Event())).Is(HttpStatusCode.Created);
            }
            // Visits settle in minutes, recounts with the day.
            app.Clock.SetUtcNow(app.Clock.GetUtcNow().Date.AddDays(1).AddMinutes(75));

            wasKilled = await KillAtAsync(call, killed, proxy, fault);

            var notes = (await app.RowsAsync("ChangedMonths"))
                .Where(row => row.PartitionKey == "changed")
                .Select(row => row.RowKey)
                .ToArray();
            foreach (var user in users)
            {
                var alerts = await AlertsAsync(app, user);
                Assert.True(
                    alerts.SequenceEqual(Expected(call))
                        || notes.Any(note => note.StartsWith($"{user}_", StringComparison.Ordinal))
                );
            }
            await RollUpAsync(app);
            Assert.Empty(await app.RowsAsync("ChangedMonths"));
            foreach (var user in users)
            {
                Assert.Equal(Expected(call), await AlertsAsync(app, user));
            }
        }
        Assert.True(call > 20, $"A run of two users and two tasks in {call} calls?");

        static int[] Expected(int call) => call % 2 == 0 ? [50, 80, 100] : [50];
    }

    private static async Task<bool> KillAtAsync(int which, TestApp app, StorageProxy proxy, StorageFault fault)
    {
        using var kill = new CancellationTokenSource();
        var calls = 0;
        proxy.Fault = _ =>
        {
            var call = Interlocked.Increment(ref calls);
            if (call == which)
            {
                kill.Cancel();
            }
            return call < which ? StorageFault.None
                : call == which ? fault
                : StorageFault.DropBefore;
        };
        try
        {
            await app.Service<MonthUpkeep>().RunAsync(kill.Token);
        }
        catch (OperationCanceledException)
        {
            Assert.True(calls >= which);
        }
        return calls >= which;
    }

    private static async Task<IReadOnlyList<int>> AlertsAsync(TestApp app, string user) =>
        [
            .. (await app.RowsAsync("Usage"))
                .Where(row =>
                    row.PartitionKey.StartsWith($"{user}_", StringComparison.Ordinal)
                    && row.RowKey.StartsWith("threshold_", StringComparison.Ordinal)
                    && row.GetBoolean("IsSilent") == false
                )
                .Select(row => int.Parse(row.RowKey[^3..], System.Globalization.CultureInfo.InvariantCulture)),
        ];
}
