using MyCoach.Gateway;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Budgets;

/// <summary>A caller who leaves is charged for what was used as far as anybody can know it, and cannot leave without being charged.</summary>
public sealed class LeavingTests(LocalParts parts)
{
    private const string Responses = "openai/v1/responses";

    [Fact]
    public async Task Who_leaves_before_the_first_byte_is_charged_what_the_provider_says_when_it_begins()
    {
        await using var app = await TestApp.StartAsync(parts, [TestApp.NoRollUp]);
        using var ann = await GatewayUser.WithKeysAsync(app);
        await CappedCall.SetBudgetAsync(ann, 1);
        var feed = new Feed();
        app.Emulator.Knobs.Delay = TimeSpan.FromSeconds(1);
        app.Emulator.Knobs.AnswerNext(feed.Answer());
        await LeaveAsync(ann, CappedCall.Path, CappedCall.Body(streams: true), app);

        feed.Send(CappedCall.StreamStart(50));
        var spent = await CappedCall.SettledAsync(ann.Api);
        // Half of the input, and next to no output.
        Assert.InRange(spent, 0.25m, 0.26m);
        Assert.True((bool)(await ann.EventAsync())["estimated"]!);
        Assert.False(await app.Emulator.Calls.Single().AnsweredInFull.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Where_a_provider_says_nothing_for_ten_seconds_nobody_knows_and_all_is_charged()
    {
        await using var app = await TestApp.StartAsync(parts, [TestApp.NoRollUp]);
        using var ann = await GatewayUser.WithKeysAsync(app);
        await CappedCall.SetBudgetAsync(ann, 1);
        app.Emulator.Knobs.Delay = TimeSpan.FromMinutes(1);
        await LeaveAsync(ann, CappedCall.Path, CappedCall.Body(streams: true), app);
        Assert.Equal((0, 1), await CappedCall.BudgetAsync(ann.Api));

        Assert.Equal(1, await app.WhileTimePassesAsync(CappedCall.SettledAsync(ann.Api), faster: 10));
    }

    public static TheoryData<string, bool> Streams =>
        new()
        {
            { """{"model":"gpt-4o-mini","stream":true,"max_output_tokens":100,"input":"Go on"}""", false },
            { """{"model":"gpt-4o-mini","stream":true,"max_output_tokens":100,"previous_response_id":"resp_1","input":"Go on"}""", true },
            { """{"model":"o3","stream":true,"max_output_tokens":100,"input":"Go on"}""", true },
        };

    [Theory]
    [MemberData(nameof(Streams))]
    public async Task Where_it_can_be_estimated_the_provider_is_left_and_else_it_is_read_to_its_end(string body, bool isReadOn)
    {
        await using var app = await TestApp.StartAsync(parts, [TestApp.NoRollUp]);
        using var ann = await GatewayUser.WithKeysAsync(app);
        await CappedCall.SetBudgetAsync(ann, 1_000);
        var feed = new Feed();
        app.Emulator.Knobs.AnswerNext(feed.Answer());
        using (var answer = await ann.SendAsync(Responses, body))
        {
            using var reader = await EventReader.OfAsync(answer);
            feed.Send("event: response.created\ndata: {\"type\":\"response.created\",\"response\":{\"id\":\"resp_2\"}}\n\n");
            await reader.ReadAsync();
        }
        if (isReadOn)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(500), TestContext.Current.CancellationToken);
            app.Clock.Advance(CallWatch.EndLimit);
            Assert.NotEqual(0, (await CappedCall.BudgetAsync(ann.Api)).Reserved);
            feed.Send(
                """
                event: response.completed
                data: {"type":"response.completed","response":{"id":"resp_2","status":"completed","model":"gpt-4o-mini","usage":{"input_tokens":90000,"input_tokens_details":{"cached_tokens":0},"output_tokens":77,"total_tokens":90077}}}


                """
            );
            feed.End();
        }
        await CappedCall.SettledAsync(ann.Api);
        var one = await ann.EventAsync();
        Assert.Equal((!isReadOn, isReadOn ? 90_000 : 0), ((bool)one["estimated"]!, (long)one["inputTokens"]! / 1_000 * 1_000));
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
