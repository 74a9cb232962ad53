using System.Net;
using MyCoach.Dev.Emulator;
using MyCoach.Tests.Support;
using MyCoach.Upkeep;

namespace MyCoach.Tests.Budgets;

public sealed class ReservationKillTests(LocalParts parts)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_killed_call_is_charged_once_after_its_lease(bool isStartedAgain)
    {
        await using var emulator = await ProviderEmulator.StartAsync(
            cancellation: TestContext.Current.CancellationToken
        );
        await using var killable = await KillableApp.StartAsync(parts, emulator);
        using var ann = killable.As("ann");
        (await ann.PutAsync("/api/keys/anthropic", new { apiKey = GatewayUser.AnthropicKey })).Is(
            HttpStatusCode.Created
        );
        (await ann.PatchAsync("/api/settings", new { monthlyBudgetCents = 1 })).Is(HttpStatusCode.OK);
        var feed = new Feed();
        emulator.Knobs.AnswerNext(feed.Answer());
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/gateway/{CappedCall.Path}")
        {
            Content = new StringContent(
                CappedCall.Body(streams: true),
                new System.Net.Http.Headers.MediaTypeHeaderValue("application/json")
            ),
        };
        using var answer = await ann.Http.SendAsync(
            request,
            HttpCompletionOption.ResponseHeadersRead,
            TestContext.Current.CancellationToken
        );
        feed.Send(CappedCall.StreamStart(50));
        using var reader = await EventReader.OfAsync(answer);
        await reader.ReadAsync();
        var began = TimeProvider.System.GetUtcNow();

        await killable.KillAsync();
        feed.Send(CappedCall.StreamEnd(50));
        feed.End();
        await (isStartedAgain ? killable.StartAsync() : Task.CompletedTask);

        // Another instance, at first within the lease and then after it.
        await using var other = await TestApp.StartAsync(
            parts,
            [TestApp.NoRollUp, $"Storage:TablePrefix={killable.TablePrefix}"]
        );
        other.Clock.SetUtcNow(began + TimeSpan.FromMinutes(5));
        using var there = other.As("ann");
        var month = $"{began:yyyy-MM}";
        await other.Service<MonthUpkeep>().RunAsync(TestContext.Current.CancellationToken);
        Assert.Equal((0, 1), await CappedCall.BudgetAsync(there, month));
        other.Clock.Advance(TimeSpan.FromMinutes(5));
        await other.Service<MonthUpkeep>().RunAsync(TestContext.Current.CancellationToken);
        Assert.Equal((1, 0), await CappedCall.BudgetAsync(there, month));
        await other.Service<MonthUpkeep>().RunAsync(TestContext.Current.CancellationToken);

        Assert.Equal((1, 0), await CappedCall.BudgetAsync(there, month));
        var usage = Assert.Single((await there.GetAsync($"/api/usage?month={month}"))["events"].AsArray())!;
        Assert.True((bool)usage["estimated"]!);
        Assert.Equal(Assert.Single(answer.Headers.GetValues("X-MyCoach-Usage-Id")), (string)usage["id"]!);
        await LedgerCheck.BalancesAsync(there, await killable.UsageAsync("ann"), $"ann_{began:yyyyMM}");
    }
}
