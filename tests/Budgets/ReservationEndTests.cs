using MyCoach.Dev.Emulator;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Budgets;

/// <summary>A reservation ends with its call, however that ends, and is charged for no more than it held.</summary>
public sealed class ReservationEndTests(LocalParts parts)
{
    private const decimal Bound = 1;
    private const string RefusalCutOff = "refused at length, and cut off";

    private static readonly Uri Elsewhere = new("http://127.0.0.1:9/");

    /// <summary>In cents; null for an estimate of something.</summary>
    private sealed record End(decimal? Cost, Action<EmulatorKnobs> Plan);

    private static readonly Dictionary<string, End> AllEnds = new()
    {
        ["answered"] = new(0.5m, knobs => knobs.AnswerNext(CappedCall.Answer(50))),
        ["refused by the provider"] = new(0, knobs => knobs.FailNext(1, 400)),
        ["key refused"] = new(0, knobs => knobs.FailNext(1, 401)),
        ["failed at the provider"] = new(0, knobs => knobs.FailNext(1, 529)),
        [RefusalCutOff] = new(0, knobs => knobs.AnswerNext(LongRefusal())),
        ["connection refused"] = new(0, knobs => knobs.DropNext(1)),
        ["redirected"] = new(0, knobs => knobs.RedirectNext(1, Elsewhere)),
        ["an error in place of an answer"] = new(0, knobs => knobs.AnswerNext(PlannedAnswer.Of(Overloaded.ToArray()))),
        ["an empty answer"] = new(null, knobs => knobs.AnswerNext(PlannedAnswer.Of(default))),
    };

    public static TheoryData<string> Ends => [.. AllEnds.Keys];

    [Theory]
    [MemberData(nameof(Ends))]
    public async Task Every_end_of_a_call_releases_its_reservation(string end)
    {
        await using var ann = await BudgetedUser.StartAsync(parts, cents: 1, [TestApp.NoRollUp]);
        var (cost, plan) = AllEnds[end];
        plan(ann.Emulator.Knobs);

        try
        {
            await CappedCall.MakeAsync(ann);
        }
        catch (HttpRequestException) when (end == RefusalCutOff)
        {
            // So is it to the caller.
        }
        var spent = await ann.SettledAsync();
        Assert.InRange(spent, cost ?? 0.000001m, cost ?? Bound);
        Assert.DoesNotContain(
            await ann.App.RowsAsync("Usage"),
            row => row.RowKey.StartsWith("reservation_", StringComparison.Ordinal)
        );
        Assert.Equal(cost == 0 ? 0 : 1, (await ann.EventsAsync()).Count);
    }

    private static ReadOnlySpan<byte> Overloaded =>
        """{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}"""u8;

    private static PlannedAnswer LongRefusal()
    {
        var refusal = new Feed();
        refusal.Send($$"""{"type":"error","error":{"type":"api_error","message":"{{new string('x', 100_000)}}""");
        refusal.End();
        return refusal.Answer("application/json", breaksOff: true, status: 500);
    }

    [Fact]
    public async Task A_provider_refusal_releases_the_reservation_before_its_body_arrives()
    {
        await using var ann = await BudgetedUser.StartAsync(parts, cents: 1, [TestApp.NoRollUp]);
        var feed = new Feed();
        ann.Emulator.Knobs.AnswerNext(feed.Answer("application/json", status: 500));
        var calling = CappedCall.MakeAsync(ann);
        await Eventually.HoldsAsync(() => ann.Emulator.Calls.Count == 1);
        feed.Send("{");
        Assert.Equal(0, await ann.SettledAsync());
        Assert.False(calling.IsCompleted);
        feed.Send("}");
        feed.End();
        Assert.Equal(System.Net.HttpStatusCode.InternalServerError, (await calling).Status);
    }

    [Fact]
    public async Task A_disconnect_releases_the_unused_part()
    {
        await using var ann = await BudgetedUser.StartAsync(parts, cents: 1, [TestApp.NoRollUp]);
        var feed = new Feed();
        ann.Emulator.Knobs.AnswerNext(feed.Answer());
        using (var answer = await ann.SendAsync(CappedCall.Path, CappedCall.Body(streams: true)))
        {
            feed.Send(CappedCall.StreamStart(50));
            using var reader = await EventReader.OfAsync(answer);
            await reader.ReadAsync();
            Assert.Equal((0, Bound), await ann.BudgetAsync());
        }
        var spent = await ann.SettledAsync();
        Assert.InRange(spent, 0.25m, 0.26m);
        Assert.True((bool)(await ann.EventAsync())["estimated"]!);
    }

    [Fact]
    public async Task An_answer_that_never_came_is_charged_in_full()
    {
        await using var ann = await BudgetedUser.StartAsync(parts, cents: 1, [TestApp.NoRollUp]);
        ann.Emulator.Knobs.Delay = TimeSpan.FromMinutes(1);
        Assert.Equal(
            "use_streaming",
            (await ann.App.WhileTimePassesAsync(CappedCall.MakeAsync(ann), faster: 100)).Code
        );
        Assert.Equal(Bound, await ann.SettledAsync());
        Assert.True((bool)(await ann.EventAsync())["estimated"]!);
    }

    [Fact]
    public async Task An_estimate_never_exceeds_the_reservation()
    {
        await using var ann = await BudgetedUser.StartAsync(parts, cents: 1, [TestApp.NoRollUp]);
        var feed = new Feed();
        ann.Emulator.Knobs.AnswerNext(feed.Answer());
        using (var answer = await ann.SendAsync(CappedCall.Path, CappedCall.Body(streams: true)))
        {
            // A thousand tokens of long words are more bytes than an estimate takes a token for.
            var text =
                $$$"""{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"{{{new string('x', 9_000)}}}"}}""";
            feed.Send($"{CappedCall.StreamStart(100)}event: content_block_delta\ndata: {text}\n\n");
            using var reader = await EventReader.OfAsync(answer);
            await reader.ReadAsync();
            await reader.ReadAsync();
        }
        Assert.Equal(Bound, await ann.SettledAsync());
        var usage = await ann.EventAsync();
        Assert.Equal((true, false), ((bool)usage["estimated"]!, (bool)usage["overBound"]!));
    }

    [Fact]
    public async Task A_posted_event_cannot_take_the_id_of_a_running_call()
    {
        await using var ann = await BudgetedUser.StartAsync(parts, cents: 2, [TestApp.NoRollUp]);
        var feed = new Feed();
        ann.Emulator.Knobs.AnswerNext(feed.Answer());
        using var answer = await ann.SendAsync(CappedCall.Path, CappedCall.Body(streams: true));
        var id = Assert.Single(answer.Headers.GetValues("X-MyCoach-Usage-Id"));
        (await ann.Api.PostAsync("/api/usage", Request.Event(id[7..]))).Blames("id");
        (await ann.Api.PostAsync("/api/usage", Request.Event(id))).Blames("id");

        feed.Send(CappedCall.StreamStart(100));
        feed.Send(CappedCall.StreamEnd(100));
        feed.End();
        _ = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Equal(1, await ann.SettledAsync());
        Assert.Equal(id, (string?)(await ann.EventAsync())["id"]);
    }
}
