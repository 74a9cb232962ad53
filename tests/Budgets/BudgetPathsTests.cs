using System.Net;
using System.Text.Json.Nodes;
using MyCoach.Dev;
using MyCoach.Providers;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Budgets;

/// <summary>There is no way past the budget, and none that it closes without need.</summary>
public sealed class BudgetPathsTests(LocalParts parts)
{
    private static readonly Dictionary<string, string> Bodies = new()
    {
        ["chat/completions"] = """{"model":"gpt-4o-mini","messages":[{"role":"user","content":"Hi"}]}""",
        ["responses"] = """{"model":"gpt-4o-mini","input":"Hi"}""",
        ["responses/compact"] = """{"model":"gpt-4o-mini","input":"Hi"}""",
        ["responses/input_tokens"] = """{"model":"gpt-4o-mini","input":"Hi"}""",
        ["completions"] = """{"model":"gpt-4o-mini","prompt":"Hi"}""",
        ["embeddings"] = """{"model":"text-embedding-3-small","input":"Hi"}""",
        ["messages"] = """{"model":"claude-haiku-4-5","max_tokens":10,"messages":[{"role":"user","content":"Hi"}]}""",
        ["messages/count_tokens"] = """{"model":"claude-haiku-4-5","messages":[{"role":"user","content":"Hi"}]}""",
        ["moderations"] = """{"input":"Hi"}""",
    };

    [Fact]
    public async Task Only_calls_that_cost_are_checked_against_the_budget()
    {
        await using var ann = await BudgetedUser.StartAsync(parts, cents: 0);
        foreach (var operation in Operation.All)
        {
            var path =
                $"/api/gateway/{operation.Provider.Id}/v1/{operation.Path.Replace("{id}", "some", StringComparison.Ordinal)}";
            var body = Bodies.GetValueOrDefault(operation.Path) is { } text ? JsonNode.Parse(text) : null;
            var answer = await ann.Api.SendAsync(new HttpMethod(operation.Method), path, body);
            Assert.Equal((path, operation.IsMetered), (path, answer.Status == HttpStatusCode.PaymentRequired));
        }
        Assert.DoesNotContain(
            ann.Emulator.Calls,
            call =>
                Operation
                    .All.Where(operation => operation.IsMetered)
                    .Any(operation => call.PathAndQuery == $"/{operation.Provider.Id}/v1/{operation.Path}")
        );
        Assert.Equal((0, 0), await ann.BudgetAsync());
    }

    [Fact]
    public async Task A_default_model_is_bounded_as_the_model_it_names()
    {
        await using var ann = await GatewayUser.StartAsync(parts);
        await ann.Api.PatchAsync("/api/settings", new { monthlyBudgetCents = 1, defaultModel = CappedCall.Model });
        ann.Emulator.Knobs.AnswerNext(CappedCall.Answer());
        var body = CappedCall.Body().Replace(CappedCall.Model, "default", StringComparison.Ordinal);
        using var answer = await ann.SendAsync(CappedCall.Path, body);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(1, await ann.SettledAsync());
    }

    [Fact]
    public async Task Concurrent_first_calls_of_a_month_overwrite_no_spend()
    {
        await using var ann = await BudgetedUser.StartAsync(parts, cents: 8);
        await using var other = await TestApp.StartAsync(parts, beside: ann.App);
        using var there = new GatewayUser(other, "ann");
        ann.Clock.SetUtcNow(new DateTimeOffset(2026, 11, 30, 23, 59, 59, 999, TimeSpan.Zero));
        // The ones that are admitted last longer than the others take to be refused.
        ann.Emulator.Knobs.Delay = TimeSpan.FromSeconds(1);
        for (var i = 0; i < 32; i++)
        {
            ann.Emulator.Knobs.AnswerNext(CappedCall.Answer());
        }

        var before = Enumerable.Range(0, 16).Select(i => CappedCall.MakeAsync(i % 2 == 0 ? ann : there)).ToArray();
        await Eventually.HoldsAsync(() => before.Count(call => call.IsCompleted) >= 8);
        ann.Clock.Advance(TimeSpan.FromMilliseconds(1));
        var after = Enumerable.Range(0, 16).Select(i => CappedCall.MakeAsync(i % 2 == 0 ? ann : there)).ToArray();

        Assert.Equal(8, (await Task.WhenAll(before)).Count(call => call.Status == HttpStatusCode.OK));
        Assert.Equal(8, (await Task.WhenAll(after)).Count(call => call.Status == HttpStatusCode.OK));
        Assert.Equal(8, await ann.SettledAsync("2026-11"));
        Assert.Equal(8, await ann.SettledAsync("2026-12"));
        foreach (var month in (string[])["202611", "202612"])
        {
            await LedgerCheck.BalancesAsync(ann.Api, await ann.App.RowsAsync("Usage"), $"ann_{month}");
        }
    }

    [Fact]
    public async Task A_budgeted_call_is_not_made_while_storage_is_unavailable()
    {
        await using var proxy = await StorageProxy.StartAsync(parts.Port);
        await using var ann = await BudgetedUser.StartAsync(parts, cents: 10, [TestApp.Behind(proxy)]);
        ann.Emulator.Knobs.AnswerNext(CappedCall.Answer());
        Assert.Equal(HttpStatusCode.OK, (await CappedCall.MakeAsync(ann)).Status);
        Assert.Equal(1, await ann.SettledAsync());

        // The change is made, and its answer is lost.
        proxy.Fault = call =>
            call.IsTransaction ? StorageFault.DropAfter
            : call.Path.Contains("reservation_", StringComparison.Ordinal) ? StorageFault.DropBefore
            : StorageFault.None;
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "storage_unavailable"), await CappedCall.MakeAsync(ann));
        Assert.Single(ann.Emulator.Calls);
        proxy.Fault = _ => StorageFault.None;
        // It is given back as soon as that is possible.
        Assert.Equal(1, await ann.App.WhileTimePassesAsync(ann.SettledAsync(), faster: 10));
        ann.Emulator.Knobs.AnswerNext(CappedCall.Answer());
        Assert.Equal(HttpStatusCode.OK, (await CappedCall.MakeAsync(ann)).Status);
    }

    [Fact]
    public async Task A_stopping_program_releases_reservations_of_calls_never_made()
    {
        await using var proxy = await StorageProxy.StartAsync(parts.Port);
        await using var here = await BudgetedUser.StartAsync(parts, cents: 1, [TestApp.NoRollUp]);
        await using (
            var other = await TestApp.StartAsync(parts, [TestApp.Behind(proxy), TestApp.NoRollUp], beside: here.App)
        )
        {
            using var ann = new GatewayUser(other, "ann");
            proxy.Fault = call =>
                call.IsTransaction ? StorageFault.DropAfter
                : call.Path.Contains("reservation_", StringComparison.Ordinal) ? StorageFault.DropBefore
                : StorageFault.None;
            Assert.Equal("storage_unavailable", (await CappedCall.MakeAsync(ann)).Code);
            Assert.Equal(202, Assert.Single(proxy.Calls, call => call.IsTransaction).Status);
            Assert.Equal((0, 1), await here.BudgetAsync());
            proxy.Fault = _ => StorageFault.None;
            await other.StopAsync(TestContext.Current.CancellationToken);
        }
        Assert.Equal((0, 0), await here.BudgetAsync());
        Assert.Empty(here.Emulator.Calls);
    }
}
