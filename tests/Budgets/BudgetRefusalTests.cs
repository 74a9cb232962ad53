using System.Net;
using Anthropic.Models.Messages;
using MyCoach.Dev;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Budgets;

/// <summary>When a budget refuses a call, what the refusal says, and what lets the next call pass.</summary>
public sealed class BudgetRefusalTests(LocalParts parts)
{
    private const string Small =
        """{"model":"claude-haiku-4-5","max_tokens":50,"messages":[{"role":"user","content":"Hi"}]}""";

    [Fact]
    public async Task A_refusal_says_what_fits_and_when_the_budget_resets()
    {
        await using var ann = await BudgetedUser.StartAsync(parts, cents: 2);
        ann.Emulator.Knobs.AnswerNext(CappedCall.Answer(125));
        Assert.Equal(HttpStatusCode.OK, (await CappedCall.MakeAsync(ann)).Status);
        Assert.Equal(1.25m, await ann.SettledAsync());
        Assert.True((bool)(await ann.EventAsync())["overBound"]!);
        await ann.App.Logs.SaysAsync("Error ", "more than its upper bound");

        var anthropic = await Assert.ThrowsAnyAsync<Anthropic.Exceptions.Anthropic4xxException>(() =>
            ann.Anthropic()
                .Messages.Create(
                    new()
                    {
                        Model = CappedCall.Model,
                        MaxTokens = 2000,
                        Messages = [new UserMessageParam("Hello")],
                    },
                    TestContext.Current.CancellationToken
                )
        );
        Assert.Equal(HttpStatusCode.PaymentRequired, anthropic.StatusCode);
        Assert.Contains(
            "$0.02 for 2026-11 has $0.0125 spent and $0.00 held",
            anthropic.Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "This call is too large for what is left of the budget",
            anthropic.Message,
            StringComparison.Ordinal
        );
        Assert.Matches("With max_tokens of at most 12[0-9]{2} it would fit", anthropic.Message);
        Assert.Contains("resets at 2026-12-01T00:00:00Z", anthropic.Message, StringComparison.Ordinal);
        Assert.Equal(1, ann.Attempts);

        var openAi = await Assert.ThrowsAsync<System.ClientModel.ClientResultException>(() =>
            ann.OpenAi()
                .GetChatClient("gpt-5.5-pro")
                .CompleteChatAsync(["Hello"], cancellationToken: TestContext.Current.CancellationToken)
        );
        Assert.Equal(402, openAi.Status);
        Assert.Equal(2, ann.Attempts);
        // The calls were too large, but the budget is not used up.
        var budget = await ann.Api.GetAsync("/api/budget");
        Assert.Equal("warning", (string)budget["status"]!);
        Assert.Equal([50], budget["alerts"].AsArray().Select(alert => (int)alert!["thresholdPercent"]!));
        Assert.Equal("gpt-5.5-pro", (string)budget["lastRefusal"]!["model"]!);
        Assert.Equal(TestApp.Noon, (DateTimeOffset)budget["lastRefusal"]!["at"]!);
        Assert.InRange((decimal)budget["lastRefusal"]!["boundUsd"]!, 1, 1_000);
    }

    [Fact]
    public async Task The_status_is_exceeded_from_a_refusal_near_the_end_to_the_next_admission()
    {
        await using var ann = await BudgetedUser.StartAsync(parts, cents: 100);
        var most = Request.Event(model: CappedCall.Model, inputTokens: 992_000, outputTokens: 0);
        (await ann.Api.PostAsync("/api/usage", most)).Is(HttpStatusCode.Created);
        Assert.Equal("warning", await StatusAsync());

        Assert.Equal("budget_exceeded", (await CappedCall.MakeAsync(ann)).Code);
        Assert.Equal("exceeded", await StatusAsync());

        using (var small = await ann.SendAsync(CappedCall.Path, Small))
        {
            Assert.Equal(HttpStatusCode.OK, small.StatusCode);
        }
        await ann.SettledAsync();
        Assert.Equal("warning", await StatusAsync());

        async Task<string> StatusAsync() => (string)(await ann.Api.GetAsync("/api/budget"))["status"]!;
    }

    [Fact]
    public async Task A_call_that_only_what_others_hold_keeps_out_waits_for_them_also_on_another_instance()
    {
        await using var ann = await BudgetedUser.StartAsync(parts, cents: 1);
        await using var storage = await StorageProxy.StartAsync(parts.Port);
        await using var other = await TestApp.StartAsync(parts, [TestApp.Behind(storage)], beside: ann.App);
        using var there = new GatewayUser(other, "ann");
        var feed = new Feed();
        ann.Emulator.Knobs.AnswerNext(feed.Answer("application/json"));
        var first = CappedCall.MakeAsync(ann);
        await CappedCall.ReservedAsync(ann.App);

        // Its first reading of the ledger finds everything held, and the second waits until the first call has settled.
        using var settled = new ManualResetEventSlim();
        var readings = 0;
        storage.Fault = call =>
        {
            if (call.Method == "GET" && call.Path.Contains("ledger", StringComparison.Ordinal))
            {
                Assert.True(Interlocked.Increment(ref readings) == 1 || settled.Wait(Eventually.HangLimit));
            }
            return StorageFault.None;
        };
        ann.Emulator.Knobs.AnswerNext(CappedCall.Answer(0));
        var second = CappedCall.MakeAsync(there);
        await Eventually.HoldsAsync(() => readings > 1);
        feed.Send("""{"model":"claude-haiku-4-5","usage":{"input_tokens":0,"output_tokens":0}}""");
        feed.End();
        Assert.Equal(HttpStatusCode.OK, (await first).Status);
        Assert.Equal(0, await ann.SettledAsync());
        settled.Set();

        Assert.Equal((HttpStatusCode.OK, null), await second);
        Assert.Equal(2, ann.Emulator.Calls.Count);
    }

    [Fact]
    public async Task A_zero_budget_admits_no_call()
    {
        await using var ann = await BudgetedUser.StartAsync(parts, cents: 0);
        Assert.Equal((HttpStatusCode.PaymentRequired, "budget_exceeded"), await CappedCall.MakeAsync(ann));
        Assert.Empty(ann.Emulator.Calls);
        Assert.Equal((0, 0), await ann.BudgetAsync());
    }

    [Fact]
    public async Task A_lowered_budget_refuses_until_it_is_raised_or_removed()
    {
        await using var ann = await BudgetedUser.StartAsync(parts, cents: 10);
        for (var i = 0; i < 5; i++)
        {
            ann.Emulator.Knobs.AnswerNext(CappedCall.Answer());
        }
        Assert.Equal(HttpStatusCode.OK, (await CappedCall.MakeAsync(ann)).Status);
        Assert.Equal(HttpStatusCode.OK, (await CappedCall.MakeAsync(ann)).Status);

        await ann.SetBudgetAsync(1);
        Assert.Equal("budget_exceeded", (await CappedCall.MakeAsync(ann)).Code);
        await ann.SetBudgetAsync(3);
        Assert.Equal(HttpStatusCode.OK, (await CappedCall.MakeAsync(ann)).Status);
        Assert.Equal("budget_exceeded", (await CappedCall.MakeAsync(ann)).Code);
        await ann.SetBudgetAsync(null);
        Assert.Equal(HttpStatusCode.OK, (await CappedCall.MakeAsync(ann)).Status);
        Assert.Equal("none", (string)(await ann.Api.GetAsync("/api/budget"))["status"]!);
        Assert.Equal(4, await ann.SettledAsync());
    }

    [Fact]
    public async Task Without_a_budget_calls_are_neither_refused_nor_reserved()
    {
        await using var ann = await GatewayUser.StartAsync(parts);
        ann.Emulator.Knobs.AnswerNext(CappedCall.Answer());
        Assert.Equal(HttpStatusCode.OK, (await CappedCall.MakeAsync(ann)).Status);
        Assert.Equal(1, await ann.SettledAsync());
        var ledger = Assert.Single(await ann.App.RowsAsync("Usage"), row => row.RowKey == "ledger");
        Assert.Equal(0, ledger.GetInt64("Reservations"));
        Assert.Equal("none", (string)(await ann.Api.GetAsync("/api/budget"))["status"]!);
    }
}
