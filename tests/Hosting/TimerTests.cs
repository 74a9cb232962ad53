using System.Net;
using MyCoach.Dev;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Hosting;

public sealed class TimerTests(LocalParts parts)
{
    private const string Payload =
        """{"Data":{"timer":{"Schedule":{"AdjustForDST":true},"ScheduleStatus":null,"IsPastDue":true}},"Metadata":{"sys":{"MethodName":"BudgetRollup","UtcNow":"2026-11-22T12:53:45Z","RandGuid":"d96ecd24"}}}""";

    [Fact]
    public async Task Under_the_host_a_timer_call_does_the_work_and_gets_a_JSON_object()
    {
        await using var app = await TestApp.StartAsync(parts, [UnderHost()]);
        var ann = app.As("ann");
        await ann.PatchAsync("/api/settings", new { monthlyBudgetCents = 1 });
        await ann.PostAsync("/api/usage", Request.Event());

        var answer = (await app.Anonymous().PostAsync("/BudgetRollup", Payload)).Is(HttpStatusCode.OK);

        Assert.Equal("application/json", answer.ContentType?.MediaType);
        Assert.Equal("""{"Outputs":{},"Logs":["BudgetRollup succeeded"],"ReturnValue":null}""", answer.Text);
        Assert.Equal(3, (await ann.GetAsync("/api/budget"))["alerts"].AsArray().Count);
    }

    [Fact]
    public async Task A_timer_that_fails_still_answers_with_a_JSON_object()
    {
        await using var app = await TestApp.StartAsync(
            parts,
            [UnderHost(), $"Storage:ConnectionString={Azurite.ConnectionStringFor(LocalPort.Closed)}"]
        );

        var answer = (await app.Anonymous().PostAsync("/BudgetRollup", Payload)).Is(HttpStatusCode.OK);

        Assert.Equal("""{"Outputs":{},"Logs":["BudgetRollup failed"],"ReturnValue":null}""", answer.Text);
        await app.Logs.SaysAsync("Error ", "BudgetRollup failed");
    }

    [Theory]
    [InlineData("X-Forwarded-For", "127.0.0.1")]
    [InlineData("x-forwarded-host", "app.example")]
    [InlineData("X-MS-Invocation-Id", "b6069f84")]
    public async Task A_request_that_came_through_the_hosts_proxy_does_not_reach_a_timer(string header, string value)
    {
        await using var app = await TestApp.StartAsync(parts, [UnderHost()]);

        (await app.Anonymous().SendAsync(HttpMethod.Post, "/BudgetRollup", Payload, headers: [(header, value)])).IsProblem(404, "not_found");
    }

    [Fact]
    public async Task Outside_the_host_there_is_no_timer_address_and_the_program_runs_the_timer_itself()
    {
        await using var app = await TestApp.StartAsync(parts);
        (await app.As("ann").PostAsync("/BudgetRollup", Payload)).IsProblem(404, "not_found");

        app.Clock.SetUtcNow(new(2026, 11, 15, 12, 5, 1, TimeSpan.Zero));

        await app.Logs.SaysAsync("Saw to");
    }

    [Fact]
    public async Task A_timer_may_be_months_away()
    {
        await using var app = await TestApp.StartAsync(parts, ["BudgetRollupSchedule=0 0 0 1 6 *"]);
        app.Clock.Advance(TimeSpan.FromDays(60));
        (await app.Anonymous().GetAsync("/api/health")).Is(HttpStatusCode.OK);
    }

    private static string UnderHost() => $"FUNCTIONS_CUSTOMHANDLER_PORT={LocalPort.Free()}";
}
