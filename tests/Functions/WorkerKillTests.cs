using System.Net;
using System.Text;
using MyCoach.Dev.Emulator;
using MyCoach.Tests.Support;
using MyCoach.Upkeep;

namespace MyCoach.Tests.Functions;

public sealed class WorkerKillTests(LocalParts parts)
{
    [Fact]
    public async Task A_worker_killed_in_the_middle_of_a_budgeted_stream_leaves_one_event_and_nothing_reserved_after_the_lease()
    {
        await using var emulator = await ProviderEmulator.StartAsync(
            cancellation: TestContext.Current.CancellationToken
        );
        await using var app = await WorkerApp.StartAsync(parts, emulator);
        using var ann = app.As("ann");
        (await ann.PutAsync("/api/keys/anthropic", new { apiKey = GatewayUser.AnthropicKey })).Is(
            HttpStatusCode.Created
        );
        (await ann.PatchAsync("/api/settings", new { monthlyBudgetCents = 1 })).Is(HttpStatusCode.OK);
        var feed = new Feed();
        // The host sends an answer's headers on with its first bytes.
        feed.Send(CappedCall.StreamStart(50));
        emulator.Knobs.AnswerNext(feed.Answer());
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/gateway/{CappedCall.Path}")
        {
            Content = new StringContent(CappedCall.Body(streams: true), Encoding.UTF8, "application/json"),
        };
        using var answer = await ann.Http.SendAsync(
            request,
            HttpCompletionOption.ResponseHeadersRead,
            TestContext.Current.CancellationToken
        );
        using var reader = await EventReader.OfAsync(answer);
        await reader.ReadAsync();
        var began = TimeProvider.System.GetUtcNow();
        var killed = app.Host.WorkerProcessId;

        app.Host.KillWorker();
        await Assert.ThrowsAnyAsync<IOException>(() => reader.ReadAsync());
        feed.End();
        await app.RestartedAsync();

        Assert.NotEqual(killed, app.Host.WorkerProcessId);
        var month = $"{began:yyyy-MM}";
        Assert.Null(await app.Host.RunTimerAsync("BudgetRollup"));
        // Held for as long as its lease runs; the worker that is there now knows of it from the storage.
        Assert.Equal((0, 1), await CappedCall.BudgetAsync(ann, month));
        (await ann.PostAsync($"/api/gateway/{CappedCall.Path}", CappedCall.Body())).IsRefusal(402, "budget_exceeded");

        // Time passes for an instance beside, with a clock that can be set.
        await using var later = await TestApp.StartAsync(
            parts,
            [TestApp.NoRollUp, $"Storage:TablePrefix={app.TablePrefix}"]
        );
        later.Clock.SetUtcNow(began + TimeSpan.FromMinutes(10));
        using var there = later.As("ann");
        await later.Service<MonthUpkeep>().RunAsync(TestContext.Current.CancellationToken);
        Assert.Equal((1, 0), await CappedCall.BudgetAsync(there, month));
        Assert.Null(await app.Host.RunTimerAsync("BudgetRollup"));

        Assert.Equal((1, 0), await CappedCall.BudgetAsync(ann, month));
        var usage = Assert.Single((await ann.GetAsync($"/api/usage?month={month}"))["events"].AsArray())!;
        Assert.True((bool)usage["estimated"]!);
        Assert.Equal(Assert.Single(answer.Headers.GetValues("X-MyCoach-Usage-Id")), (string)usage["id"]!);
        await LedgerCheck.BalancesAsync(ann, await app.UsageAsync("ann"), $"ann_{began:yyyyMM}");
    }
}
