using MyCoach.Dev.Emulator;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Budgets;

/// <summary>A reservation ends with its call, however that ends, and is charged for no more than it held.</summary>
public sealed class ReservationEndTests(LocalParts parts)
{
    private const decimal Bound = 1;

    public static TheoryData<string, decimal> Ends =>
        new()
        {
            { "answered", 0.5m },
            { "refused by the provider", 0 },
            { "key refused", 0 },
            { "failed at the provider", 0 },
            { "refused at length, and broken off", 0 },
            { "connection refused", 0 },
            { "redirected", 0 },
            { "an error in place of an answer", 0 },
            { "an empty answer", -1 },
        };

    [Theory]
    [MemberData(nameof(Ends))]
    public async Task Whatever_way_a_call_ends_nothing_stays_reserved(string way, decimal cents)
    {
        await using var ann = await BudgetedUser.StartAsync(parts, cents: 1, [TestApp.NoRollUp]);
        Plan(ann.Emulator, way);

        try
        {
            await CappedCall.MakeAsync(ann);
        }
        catch (HttpRequestException) when (way.EndsWith("broken off", StringComparison.Ordinal))
        {
            // So is it to the caller.
        }
        var spent = await ann.SettledAsync();
        Assert.InRange(spent, cents < 0 ? 0.000001m : cents, cents < 0 ? Bound : cents);
        Assert.DoesNotContain(await ann.App.RowsAsync("Usage"), row => row.RowKey.StartsWith("reservation_", StringComparison.Ordinal));
        Assert.Equal(cents == 0 ? 0 : 1, (await ann.EventsAsync()).Count);
    }

    private static void Plan(ProviderEmulator emulator, string way)
    {
        switch (way)
        {
            case "answered":
                emulator.Knobs.AnswerNext(CappedCall.Answer(50));
                break;
            case "refused by the provider":
                emulator.Knobs.FailNext(1, 400);
                break;
            case "key refused":
                emulator.Knobs.FailNext(1, 401);
                break;
            case "failed at the provider":
                emulator.Knobs.FailNext(1, 529);
                break;
            case "refused at length, and broken off":
                var refusal = new Feed();
                refusal.Send($$"""{"type":"error","error":{"type":"api_error","message":"{{new string('x', 100_000)}}""");
                refusal.End();
                emulator.Knobs.AnswerNext(refusal.Answer("application/json", breaksOff: true, status: 500));
                break;
            case "connection refused":
                emulator.Knobs.DropNext(1);
                break;
            case "redirected":
                emulator.Knobs.RedirectNext(1, new Uri("http://127.0.0.1:9/"));
                break;
            case "an error in place of an answer":
                emulator.Knobs.AnswerNext(
                    PlannedAnswer.Of("""{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}"""u8.ToArray())
                );
                break;
            case "an empty answer":
                emulator.Knobs.AnswerNext(PlannedAnswer.Of(default));
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(way), way, null);
        }
    }

    [Fact]
    public async Task A_refusal_frees_what_was_reserved_before_its_text_has_come()
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
    public async Task A_client_that_leaves_frees_what_is_not_used()
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
    public async Task A_provider_that_was_at_work_and_never_answered_may_have_charged_all_that_was_reserved()
    {
        await using var ann = await BudgetedUser.StartAsync(parts, cents: 1, [TestApp.NoRollUp]);
        ann.Emulator.Knobs.Delay = TimeSpan.FromMinutes(1);
        Assert.Equal("use_streaming", (await ann.App.WhileTimePassesAsync(CappedCall.MakeAsync(ann), faster: 100)).Code);
        Assert.Equal(Bound, await ann.SettledAsync());
        Assert.True((bool)(await ann.EventAsync())["estimated"]!);
    }

    [Fact]
    public async Task An_estimate_is_never_more_than_what_was_reserved()
    {
        await using var ann = await BudgetedUser.StartAsync(parts, cents: 1, [TestApp.NoRollUp]);
        var feed = new Feed();
        ann.Emulator.Knobs.AnswerNext(feed.Answer());
        using (var answer = await ann.SendAsync(CappedCall.Path, CappedCall.Body(streams: true)))
        {
            // A thousand tokens of long words are more bytes than an estimate takes a token for.
            var text = $$$"""{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"{{{new string('x', 9_000)}}}"}}""";
            feed.Send($"{CappedCall.StreamStart(100)}event: content_block_delta\ndata: {text}\n\n");
            using var reader = await EventReader.OfAsync(answer);
            await reader.ReadAsync();
            await reader.ReadAsync();
        }
        Assert.Equal(Bound, await ann.SettledAsync());
        var one = await ann.EventAsync();
        Assert.Equal((true, false), ((bool)one["estimated"]!, (bool)one["overBound"]!));
    }

    [Fact]
    public async Task The_id_of_a_call_under_way_cannot_be_taken_by_its_user()
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
