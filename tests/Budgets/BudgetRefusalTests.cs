using System.Net;
using Anthropic.Models.Messages;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Budgets;

/// <summary>When a budget refuses a call, what the refusal says, and what lets the next call pass.</summary>
public sealed class BudgetRefusalTests(LocalParts parts)
{
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
        Assert.Equal("exceeded", (string)(await ann.Api.GetAsync("/api/budget"))["status"]!);
    }

    [Fact]
    public async Task The_status_is_exceeded_from_a_refusal_to_the_next_admission()
    {
        await using var ann = await BudgetedUser.StartAsync(parts, cents: 1);
        Assert.Equal("ok", await StatusAsync());

        using (
            var refused = await ann.SendAsync(
                CappedCall.Path,
                CappedCall.Body().Replace("1000", "9000", StringComparison.Ordinal)
            )
        )
        {
            Assert.Equal(HttpStatusCode.PaymentRequired, refused.StatusCode);
        }
        Assert.Equal("exceeded", await StatusAsync());

        ann.Emulator.Knobs.AnswerNext(CappedCall.Answer(10));
        Assert.Equal(HttpStatusCode.OK, (await CappedCall.MakeAsync(ann)).Status);
        Assert.Equal("ok", await StatusAsync());

        async Task<string> StatusAsync() => (string)(await ann.Api.GetAsync("/api/budget"))["status"]!;
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
