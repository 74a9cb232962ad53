using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using MyCoach.Dev;
using MyCoach.Hosting;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Hosting;

public sealed class TimerTests(LocalParts parts)
{
    [Fact]
    public async Task Under_the_host_only_the_host_triggers_timers()
    {
        await using var app = await TestApp.StartAsync(parts, [TestApp.UnderHost]);
        var ann = app.As("ann");
        await ann.PatchAsync("/api/settings", new { monthlyBudgetCents = 1 });
        await ann.PostAsync("/api/usage", Request.Event());
        app.Clock.Advance(TimeSpan.FromHours(1));
        Assert.DoesNotContain(app.Services.GetServices<IHostedService>(), service => service is TimerLoop);

        await Timers.RunForHostAsync(Maintenance.Name, app.Services, TestContext.Current.CancellationToken);

        await app.Logs.SaysAsync("processed", "user-months");
        Assert.Equal(3, (await ann.GetAsync("/api/budget"))["alerts"].AsArray().Count);
    }

    [Fact]
    public async Task A_timer_that_fails_under_the_host_fails_its_run()
    {
        await using var app = await TestApp.StartAsync(
            parts,
            [TestApp.UnderHost, $"Storage:ConnectionString={Azurite.ConnectionStringFor(LocalPort.Closed)}"]
        );

        await Assert.ThrowsAsync<TimerFailedException>(() =>
            Timers.RunForHostAsync(Maintenance.Name, app.Services, TestContext.Current.CancellationToken)
        );

        await app.Logs.SaysAsync("Error ", "BudgetRollup failed");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task No_http_path_reaches_a_timer(bool isUnderHost)
    {
        await using var app = await TestApp.StartAsync(parts, isUnderHost ? [TestApp.UnderHost] : []);

        (await app.As("ann").PostAsync("/BudgetRollup", "{}")).IsProblem(404, "not_found");
    }

    [Fact]
    public async Task Outside_the_host_the_program_runs_the_timer_itself()
    {
        await using var app = await TestApp.StartAsync(parts);

        // The loop may begin later than the program answers, and then waits for the next time of its schedule.
        await Eventually.HoldsAsync(() =>
        {
            app.Clock.Advance(TimeSpan.FromMinutes(5));
            return app.Logs.Lines.Any(line => line.Contains("user-months", StringComparison.Ordinal));
        });
    }

    [Fact]
    public async Task A_timer_may_be_months_away()
    {
        await using var app = await TestApp.StartAsync(parts, ["BudgetRollupSchedule=0 0 0 1 6 *"]);
        app.Clock.Advance(TimeSpan.FromDays(60));
        (await app.Anonymous().GetAsync("/api/health")).Is(HttpStatusCode.OK);
    }

    [Fact]
    public async Task All_steps_of_a_run_together_stay_below_its_limit()
    {
        await using var app = await TestApp.StartAsync(parts);
        var steps = app.Services.GetServices<TimerStep>().ToArray();

        Assert.Equal(
            [
                "erasures",
                "data-keys",
                "conversations",
                "retention",
                "responses",
                "months",
                "price-feed",
                "repricing",
                "bills",
            ],
            steps.Where(step => step.Timer == Maintenance.Name).Select(step => step.Name)
        );
        Assert.All(steps, step => Assert.True(step.Share > TimeSpan.Zero));
        Assert.All(
            steps.GroupBy(step => step.Timer),
            timer => Assert.True(timer.Aggregate(TimeSpan.Zero, (sum, step) => sum + step.Limit) < Timers.RunTimeout)
        );
    }

    [Fact]
    public async Task A_step_that_does_not_stop_is_cancelled_and_the_next_one_runs()
    {
        var hasRun = false;
        await using var app = await TestApp.StartAsync(
            parts,
            [TestApp.UnderHost],
            configure: builder =>
            {
                builder.AddMaintenanceStep(
                    "endless",
                    TimeSpan.FromMilliseconds(50) - TimerStep.Grace,
                    (_, cancellation) => Task.Delay(Timeout.Infinite, cancellation)
                );
                builder.AddMaintenanceStep(
                    "last",
                    TimeSpan.FromMinutes(1),
                    (_, _) =>
                    {
                        hasRun = true;
                        return Task.CompletedTask;
                    }
                );
            }
        );

        await Assert.ThrowsAsync<TimerFailedException>(() =>
            Timers.RunForHostAsync(Maintenance.Name, app.Services, TestContext.Current.CancellationToken)
        );

        Assert.True(hasRun);
        await app.Logs.SaysAsync("Error ", "BudgetRollup failed at endless");
    }
}
