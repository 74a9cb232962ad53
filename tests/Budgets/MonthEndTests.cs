using System.Net;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Budgets;

/// <summary>A budget is one of a month: what begins in one is charged there.</summary>
public sealed class MonthEndTests(LocalParts parts)
{
    private static readonly int[] OneThreshold = [42];

    [Fact]
    public async Task A_call_is_charged_to_the_month_in_which_it_began()
    {
        await using var ann = await GatewayUser.StartAsync(parts, [TestApp.NoRollUp]);
        await ann.Api.PatchAsync("/api/settings", new { monthlyBudgetCents = 1, alertThresholds = OneThreshold });
        ann.Clock.SetUtcNow(new DateTimeOffset(2026, 11, 30, 23, 59, 59, TimeSpan.Zero));
        var feed = new Feed();
        ann.Emulator.Knobs.AnswerNext(feed.Answer("application/json"));
        var running = CappedCall.MakeAsync(ann);
        await CappedCall.ReservedAsync(ann.App);

        ann.Clock.SetUtcNow(new DateTimeOffset(2026, 12, 1, 0, 0, 0, TimeSpan.Zero));
        ann.Emulator.Knobs.AnswerNext(CappedCall.Answer(80));
        Assert.Equal(HttpStatusCode.OK, (await CappedCall.MakeAsync(ann)).Status);
        Assert.Equal("budget_exceeded", (await CappedCall.MakeAsync(ann)).Code);
        feed.Send("""{"model":"claude-haiku-4-5","usage":{"input_tokens":0,"output_tokens":1400}}""");
        feed.End();
        await running;

        Assert.Equal(0.7m, await ann.SettledAsync("2026-11"));
        Assert.Equal(0.8m, await ann.SettledAsync("2026-12"));
        var budget = await ann.Api.GetAsync("/api/budget");
        Assert.Equal(
            ("2026-12", 1, "2027-01-01T00:00:00Z"),
            ((string)budget["month"]!, (int)budget["budgetCents"]!, (string)budget["resetsAt"]!)
        );
        Assert.Equal(42, (int)Assert.Single(budget["alerts"].AsArray())!["thresholdPercent"]!);
    }
}
