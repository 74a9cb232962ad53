using MyCoach.Gateway;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Budgets;

/// <summary>
/// A caller who disconnects is charged for the usage so far if it can be known, and in full otherwise.
/// </summary>
public sealed class LeavingTests(LocalParts parts)
{
    private const string Responses = "openai/v1/responses";

    [Fact]
    public async Task Disconnecting_before_the_first_byte_charges_what_the_first_event_states()
    {
        await using var ann = await BudgetedUser.StartAsync(parts, cents: 1, [TestApp.NoRollUp]);
        var feed = new Feed();
        ann.Emulator.Knobs.Delay = TimeSpan.FromSeconds(1);
        ann.Emulator.Knobs.AnswerNext(feed.Answer());
        await LeaveAsync(ann, CappedCall.Path, CappedCall.Body(streams: true), ann.App);

        feed.Send(CappedCall.StreamStart(50));
        var spent = await ann.SettledAsync();
        // Half of the input, and next to no output.
        Assert.InRange(spent, 0.25m, 0.26m);
        Assert.True((bool)(await ann.EventAsync())["estimated"]!);
        Assert.False(
            await ann
                .Emulator.Calls.Single()
                .AnsweredInFull.WaitAsync(Eventually.HangLimit, TestContext.Current.CancellationToken)
        );
    }

    [Fact]
    public async Task Disconnecting_after_the_headers_charges_what_the_first_event_states()
    {
        await using var ann = await BudgetedUser.StartAsync(parts, cents: 1, [TestApp.NoRollUp]);
        var feed = new Feed();
        ann.Emulator.Knobs.AnswerNext(feed.Answer());
        using (var answer = await ann.SendAsync(CappedCall.Path, CappedCall.Body(streams: true)))
        {
            Assert.Equal(System.Net.HttpStatusCode.OK, answer.StatusCode);
        }
        await Eventually.StaysAsync(async () => await ann.BudgetAsync() == (0, 1));
        // Half an event says nothing yet.
        var start = CappedCall.StreamStart(50);
        feed.Send(start[..60]);
        await Eventually.StaysAsync(async () => await ann.BudgetAsync() == (0, 1));

        feed.Send(start[60..]);
        Assert.InRange(await ann.SettledAsync(), 0.25m, 0.26m);
        Assert.True((bool)(await ann.EventAsync())["estimated"]!);
    }

    [Fact]
    public async Task After_ten_silent_seconds_the_whole_reservation_is_charged()
    {
        await using var ann = await BudgetedUser.StartAsync(parts, cents: 1, [TestApp.NoRollUp]);
        ann.Emulator.Knobs.Delay = TimeSpan.FromMinutes(1);
        await LeaveAsync(ann, CappedCall.Path, CappedCall.Body(streams: true), ann.App);
        Assert.Equal((0, 1), await ann.BudgetAsync());

        Assert.Equal(1, await ann.App.WhileTimePassesAsync(ann.SettledAsync(), faster: 10));
    }

    [Fact]
    public async Task What_a_cut_answer_does_not_state_costs_no_less_than_it_can_have_cost()
    {
        await using var ann = await BudgetedUser.StartAsync(parts, cents: 100, [TestApp.NoRollUp]);
        // A token for each byte, as texts of digits and spaces have.
        var body =
            $$"""{"model":"gpt-4o","max_tokens":100,"stream":true,"messages":[{"role":"user","content":"{{string.Concat(Enumerable.Repeat(" 7", 20_000))}}"}]}""";
        var feed = new Feed();
        ann.Emulator.Knobs.AnswerNext(feed.Answer());
        using (var answer = await ann.SendAsync("openai/v1/chat/completions", body))
        {
            feed.Send(
                """data: {"id":"c","model":"gpt-4o","choices":[{"index":0,"delta":{"content":" 7 7 7"}}]}""" + "\n\n"
            );
            using var reader = await EventReader.OfAsync(answer);
            Assert.Contains(" 7 7 7", await reader.ReadAsync(), StringComparison.Ordinal);
        }

        var spent = await ann.SettledAsync();
        var usage = await ann.EventAsync();
        Assert.True((bool)usage["estimated"]!);
        Assert.InRange((long)usage["inputTokens"]!, 40_000, body.Length + 2_000);
        Assert.Equal(6, (long)usage["outputTokens"]!);
        // Priority processing costs 425 and 1,700 cents per million tokens.
        Assert.Equal((((long)usage["inputTokens"]! * 425m) + (6 * 1_700m)) / 1_000_000, spent);
    }

    // PartialUsageTests has a row for each reason.
    [Theory]
    [InlineData(Responses, "gpt-4o-mini", "", false)]
    [InlineData(Responses, "gpt-of-tomorrow", "", false)]
    [InlineData(Responses, "o3", "", true)]
    [InlineData(CappedCall.Path, "claude-opus-5", "", true)]
    public async Task A_stream_is_drained_only_if_its_usage_cannot_be_estimated(
        string path,
        string model,
        string more,
        bool isReadOn
    )
    {
        await using var ann = await GatewayUser.StartAsync(parts, [TestApp.NoRollUp]);
        var feed = await BeginAndLeaveAsync(ann.App, ann, path, model, more);
        if (isReadOn)
        {
            await Eventually.StaysAsync(async () => (await ann.BudgetAsync()).Reserved > 0);
            ann.Clock.Advance(3 * AbortPolicy.EndLimit);
            Assert.NotEqual(0, (await ann.BudgetAsync()).Reserved);
            feed.Send(path == Responses ? OpenAisEnd : CappedCall.StreamEnd(77));
            feed.End();
        }
        await ann.SettledAsync();
        var usage = await ann.EventAsync();
        Assert.Equal(!isReadOn, (bool)usage["estimated"]!);
        Assert.Equal(isReadOn, (long)usage["outputTokens"]! == 770);
    }

    [Fact]
    public async Task A_stopping_program_aborts_drained_streams_and_records_them()
    {
        await using var here = await GatewayUser.StartAsync(parts, [TestApp.NoRollUp]);
        await using var other = await TestApp.StartAsync(parts, [TestApp.NoRollUp], beside: here.App);
        using var ann = new GatewayUser(other, "ann");
        await BeginAndLeaveAsync(here.App, ann, CappedCall.Path, "claude-opus-5", "");
        await Eventually.StaysAsync(async () => (await here.BudgetAsync()).Reserved > 0);

        await other.StopAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, (await here.BudgetAsync()).Reserved);
        Assert.True((bool)(await here.EventAsync())["estimated"]!);
    }

    private const string OpenAisEnd = """
        event: response.completed
        data: {"type":"response.completed","response":{"id":"resp_2","status":"completed","model":"gpt-4o-mini","usage":{"input_tokens":90000,"input_tokens_details":{"cached_tokens":0},"output_tokens":770,"total_tokens":90770}}}


        """;

    private static async Task<Feed> BeginAndLeaveAsync(
        TestApp app,
        GatewayUser user,
        string path,
        string model,
        string more
    )
    {
        await user.Api.PatchAsync("/api/settings", new { monthlyBudgetCents = 10_000, allowUnpricedModels = true });
        var feed = new Feed();
        app.Emulator.Knobs.AnswerNext(feed.Answer());
        var body =
            path == Responses
                ? $$"""{"model":"{{model}}",{{more}}"stream":true,"max_output_tokens":2000,"input":"Go on"}"""
                : $$"""{"model":"{{model}}",{{more}}"stream":true,"max_tokens":2000,"messages":[{"role":"user","content":"Go on"}]}""";
        using var answer = await user.SendAsync(path, body);
        Assert.Equal(System.Net.HttpStatusCode.OK, answer.StatusCode);
        using var reader = await EventReader.OfAsync(answer);
        feed.Send(
            path == Responses
                ? "event: response.created\ndata: {\"type\":\"response.created\",\"response\":{\"id\":\"resp_2\",\"model\":\"gpt-4o-mini\"}}\n\n"
                : CappedCall.StreamStart(10)
        );
        await reader.ReadAsync();
        return feed;
    }

    private static async Task LeaveAsync(GatewayUser user, string path, string body, TestApp app)
    {
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var calling = user.SendAsync(path, body, leaving: leaving);
        await CappedCall.ReservedAsync(app);
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => calling);
    }
}
