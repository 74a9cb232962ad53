using System.Net;
using Azure.Data.Tables;
using MyCoach.Tests.Alerts;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Tokens;

/// <summary>A token's budget limits its calls beside the user's, in the same transaction.</summary>
public sealed class TokenBudgetTests(LocalParts parts)
{
    private const int Calls = 64;

    private static readonly (HttpStatusCode, string?) Passed = (HttpStatusCode.OK, null);
    private static readonly (HttpStatusCode, string?) Refused = (HttpStatusCode.PaymentRequired, "budget_exceeded");

    [Theory]
    [InlineData(null)]
    [InlineData(1_000)]
    public async Task Sixty_four_calls_on_three_instances_spend_a_tokens_budget_to_the_cent(int? budgetOfUser)
    {
        await using var ann = await BudgetedUser.StartAsync(parts, budgetOfUser);
        await using var second = await TestApp.StartAsync(parts, beside: ann.App);
        await using var third = await TestApp.StartAsync(parts, beside: ann.App);
        using var there = new GatewayUser(second, "ann");
        using var elsewhere = new GatewayUser(third, "ann");
        GatewayUser[] everywhere = [ann, there, elsewhere];
        var (id, text) = await ann.Api.CreateAsync(WithBudget(10));
        ann.Emulator.Knobs.Delay = TimeSpan.FromMilliseconds(500);
        for (var i = 0; i < Calls; i++)
        {
            ann.Emulator.Knobs.AnswerNext(CappedCall.Answer());
        }

        var calls = Task.WhenAll(
            Enumerable.Range(0, Calls).Select(i => CappedCall.InsistAsync(everywhere[i % 3], text))
        );
        var observations = 0;
        while (!calls.IsCompleted)
        {
            var (spent, reserved) = await MonthAsync(everywhere[++observations % 3], id);
            Assert.InRange(spent + reserved, 0, 10);
        }

        Assert.Equal(10, (await calls).Count(call => call == Passed));
        Assert.All((await calls).Where(call => call != Passed), call => Assert.Equal(Refused, call));
        Assert.Equal(10, ann.Emulator.Calls.Count);
        Assert.True(observations > 2, $"{observations} observations");
        Assert.Equal(10, await ann.SettledAsync());
        Assert.Equal((10, 0), await MonthAsync(ann, id));
        await LedgerCheck.BalancesAsync(ann.Api, await ann.App.RowsAsync("Usage"), "ann_202611");
    }

    [Fact]
    public async Task A_refusal_says_that_the_tokens_budget_is_used_up_and_other_calls_pass()
    {
        await using var ann = await BudgetedUser.StartAsync(parts, cents: 100);
        var (_, text) = await ann.Api.CreateAsync(WithBudget(1));
        var (_, other) = await ann.Api.CreateAsync();
        ann.Emulator.Knobs.AnswerNext(CappedCall.Answer());
        Assert.Equal(Passed, await CappedCall.MakeAsync(ann, text));
        await ann.SettledAsync();

        using var refused = await ann.SendAsync(
            CappedCall.Path,
            CappedCall.Body(),
            [("Authorization", $"Bearer {text}")]
        );
        Assert.Equal(HttpStatusCode.PaymentRequired, refused.StatusCode);
        Assert.Contains(
            "The budget of this token is used up: the token budget of $0.01 for 2026-11 has $0.01 spent and $0.00 held",
            await refused.Content.ReadAsStringAsync(TestContext.Current.CancellationToken),
            StringComparison.Ordinal
        );
        // The user's budget has refused nothing.
        var budget = await ann.Api.GetAsync("/api/budget");
        Assert.Null(budget.Body!["lastRefusal"]);
        Assert.Equal("ok", (string)budget["status"]!);
        Assert.Equal(Passed, await CappedCall.MakeAsync(ann, other));
        Assert.Equal(Passed, await CappedCall.MakeAsync(ann));
    }

    [Fact]
    public async Task The_budget_of_which_less_is_left_decides()
    {
        await using var ann = await BudgetedUser.StartAsync(parts, cents: 1);
        var (id, text) = await ann.Api.CreateAsync(WithBudget(50));
        ann.Emulator.Knobs.AnswerNext(CappedCall.Answer());
        Assert.Equal(Passed, await CappedCall.MakeAsync(ann, text));
        await ann.SettledAsync();

        Assert.Equal(Refused, await CappedCall.MakeAsync(ann, text));
        Assert.Equal(CappedCall.Model, (string)(await ann.Api.GetAsync("/api/budget"))["lastRefusal"]!["model"]!);
        Assert.Equal((1, 0), await MonthAsync(ann, id));
    }

    [Fact]
    public async Task A_changed_budget_binds_the_next_call_and_null_removes_it()
    {
        await using var ann = await GatewayUser.StartAsync(parts);
        var (id, text) = await ann.Api.CreateAsync(WithBudget(0));
        Assert.Equal(Refused, await CappedCall.MakeAsync(ann, text));

        await PatchAsync(1);
        ann.Emulator.Knobs.AnswerNext(CappedCall.Answer());
        Assert.Equal(Passed, await CappedCall.MakeAsync(ann, text));
        await ann.SettledAsync();
        Assert.Equal(Refused, await CappedCall.MakeAsync(ann, text));

        await PatchAsync(null);
        Assert.Equal(Passed, await CappedCall.MakeAsync(ann, text));

        async Task PatchAsync(long? cents)
        {
            var path = $"{TokenSteps.Path}/{id}";
            (await ann.Api.PatchAsync(path, new { monthlyBudgetCents = cents })).Is(HttpStatusCode.OK);
            Assert.Equal(cents, (long?)(await ann.Api.GetAsync(path)).Body!["monthlyBudgetCents"]);
        }
    }

    [Fact]
    public async Task What_a_call_holds_is_released_if_it_cost_nothing_and_a_new_month_has_the_whole_budget()
    {
        await using var ann = await GatewayUser.StartAsync(parts);
        var (id, text) = await ann.Api.CreateAsync(WithBudget(1));
        var feed = new Feed();
        ann.Emulator.Knobs.AnswerNext(feed.Answer("application/json"));
        var call = CappedCall.MakeAsync(ann, text);
        await CappedCall.ReservedAsync(ann.App);
        Assert.Equal((0, 1), await MonthAsync(ann, id));
        feed.Send("""{"model":"claude-haiku-4-5","usage":{"input_tokens":0,"output_tokens":0}}""");
        feed.End();
        Assert.Equal(Passed, await call);
        Assert.Equal(0, await ann.SettledAsync());
        Assert.Equal((0, 0), await MonthAsync(ann, id));

        ann.Emulator.Knobs.AnswerNext(CappedCall.Answer());
        Assert.Equal(Passed, await CappedCall.MakeAsync(ann, text));
        await ann.SettledAsync();
        Assert.Equal(Refused, await CappedCall.MakeAsync(ann, text));
        ann.Clock.SetUtcNow(new DateTimeOffset(2026, 12, 1, 0, 0, 1, TimeSpan.Zero));
        Assert.Equal(Passed, await CappedCall.MakeAsync(ann, text));
    }

    [Fact]
    public async Task A_token_budget_follows_the_users_mode_and_needs_a_price()
    {
        await using var ann = await GatewayUser.StartAsync(parts);
        (await ann.Api.PatchAsync("/api/settings", new { budgetMode = "flexible" })).Is(HttpStatusCode.OK);
        var (id, text) = await ann.Api.CreateAsync(WithBudget(1));
        var answer = await ann.App.With(text).ChatAsync("gpt-of-tomorrow");
        Assert.Equal("model_unpriced", (string)answer["error"]!["code"]!);

        // Each will probably cost less than the cent that is left, and then costs one.
        ann.Emulator.Knobs.AnswerNext(CappedCall.Answer(50));
        ann.Emulator.Knobs.AnswerNext(CappedCall.Answer(100));
        Assert.Equal(Passed, await CappedCall.MakeAsync(ann, text));
        await ann.SettledAsync();
        Assert.Equal(Passed, await CappedCall.MakeAsync(ann, text));
        await ann.SettledAsync();
        Assert.Equal((1.5m, 0), await MonthAsync(ann, id));
        Assert.Equal(Refused, await CappedCall.MakeAsync(ann, text));
    }

    [Fact]
    public async Task The_daily_recount_corrects_what_a_token_holds()
    {
        await using var ann = await GatewayUser.StartAsync(parts, [TestApp.NoRollUp]);
        var (id, text) = await ann.Api.CreateAsync(WithBudget(2));
        ann.Emulator.Knobs.AnswerNext(CappedCall.Answer());
        Assert.Equal(Passed, await CappedCall.MakeAsync(ann, text));
        await ann.SettledAsync();
        var row = Assert.Single(await ann.App.RowsAsync("Usage"), row => row.RowKey == $"token_{id}");
        row["ReservedPicoUsd"] = "10000000000";
        await ann
            .App.Table("Usage")
            .UpdateEntityAsync(row, row.ETag, TableUpdateMode.Replace, TestContext.Current.CancellationToken);
        Assert.Equal((1, 1), await MonthAsync(ann, id));

        ann.Clock.Advance(TimeSpan.FromDays(1.5));
        await AlertSteps.RollUpAsync(ann.App);

        Assert.Equal((1, 0), await MonthAsync(ann, id));
    }

    private static object WithBudget(long cents) =>
        new
        {
            name = "CI",
            scopes = TokenSteps.Gateway,
            monthlyBudgetCents = cents,
        };

    // Spent and reserved, in cents.
    private static async Task<(decimal Spent, decimal Reserved)> MonthAsync(GatewayUser user, string id)
    {
        var token = (await user.Api.GetAsync($"{TokenSteps.Path}/{id}")).Is(HttpStatusCode.OK);
        return ((decimal)token["spentUsd"]! * 100, (decimal)token["reservedUsd"]! * 100);
    }
}
