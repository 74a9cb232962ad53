using MyCoach.Tests.Support;

namespace MyCoach.Tests.Metering;

/// <summary>How a stream of events is metered.</summary>
public sealed partial class EventStreamMeterTests
{
    private const string Usage =
        """{"choices":[],"usage":{"prompt_tokens":8,"completion_tokens":2,"prompt_tokens_details":{"cached_tokens":4}}}""";
    private const string Word =
        """{"model":"gpt-x","choices":[{"index":0,"delta":{"content":"word"},"finish_reason":null}],"usage":null}""";
    private const string Done = "[DONE]";

    [Theory]
    [InlineData("data:{0}\n\n")]
    [InlineData("data: {0}\r\n\r\n")]
    [InlineData("data: {0}\r\r")]
    [InlineData(": a comment\ndata: {0}\n: another\n\n")]
    [InlineData("event: some.event\nid: 7\nretry: 10\ndata: {0}\n\n")]
    [InlineData("\n\n\ndata: {0}\n\n\n")]
    [InlineData("data\ndata : {1}\nxdata: {1}\ndata: {0}\n\n")]
    public async Task An_event_is_read_in_whatever_form_it_comes(string form)
    {
        var events = new[] { Word, Usage, Done }.Select(text => string.Format(null, form, text, Word));
        var metered = await AnswerSample.TextOf(AnswerSample.Chat, string.Concat(events)).WholeAsync();
        Assert.Equal((false, (8L, 2L)), Seen(metered));
        Assert.Equal((4, "gpt-x", true), (metered.Call.Tokens.CachedInput, metered.Call.Model, metered.HasFinished));
    }

    [Fact]
    public async Task A_byte_order_mark_before_the_first_event_is_skipped_however_it_is_cut()
    {
        var answer = AnswerSample.TextOf(AnswerSample.Chat, $"\uFEFFdata: {Usage}\n\n");
        for (var end = 0; end < 8; end++)
        {
            Assert.Equal((false, (8L, 2L)), Seen(await answer.CutAtAsync(end)));
        }
    }

    [Fact]
    public async Task Data_on_several_lines_is_one_text()
    {
        var lines = Usage.Replace(",", ",\ndata: ", StringComparison.Ordinal);
        Assert.Equal(
            (false, (8L, 2L)),
            Seen(await AnswerSample.TextOf(AnswerSample.Chat, $"data: {lines}\n\n").WholeAsync())
        );
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    [InlineData("\r")]
    public async Task A_stream_may_lack_its_last_line_ends(string end) =>
        Assert.Equal(
            (false, (8L, 2L)),
            Seen(await AnswerSample.TextOf(AnswerSample.Chat, $"data: {Word}\n\ndata: {Usage}{end}").WholeAsync())
        );

    [Theory]
    [InlineData(
        """{"type":"some.new.event","usage":"none","choices":7,"delta":[],"model":{"a":1},"response":"x","output":{}}"""
    )]
    [InlineData("""{"type":"ping"}""")]
    [InlineData("null")]
    [InlineData("[{\"usage\":{\"prompt_tokens\":1}}]")]
    [InlineData("no JSON at all")]
    [InlineData("{\"choices\":[")]
    [InlineData("")]
    public async Task An_unknown_event_changes_nothing(string strange)
    {
        Assert.Equal((false, (8L, 2L)), Seen(await ChatAsync(strange, Word, strange, Usage, strange, Done)));
        Assert.Equal((true, (5L, 2L)), Seen(await ChatAsync(strange, Word, strange)));
    }

    [Fact]
    public async Task An_event_deeper_than_can_be_followed_is_left_out()
    {
        var deep =
            $$$"""{"usage":{"prompt_tokens":1,"completion_tokens":1},"deep":{{{new string('[', 300)}}}{{{new string(']', 300)}}}}""";
        Assert.Equal((true, (5L, 2L)), Seen(await ChatAsync(Word, deep)));
        Assert.Equal((false, (8L, 2L)), Seen(await ChatAsync(Word, deep, Usage)));
    }

    [Fact]
    public async Task An_unpaired_surrogate_counts_as_text()
    {
        string Say(string text) => Word.Replace("word", text, StringComparison.Ordinal);

        Assert.Equal((false, (8L, 2L)), Seen(await ChatAsync(Say(@"\ud83d"), Say(@"\ude00"), Usage, Done)));
        // 4 bytes of the pair, 2 and 3 of the escaped letters, 1 each of the others: 13.
        Assert.Equal((true, (5L, 5L)), Seen(await ChatAsync(Say(@"\ud83d\ude00\u00e9\u20ac\n\\\u0041\t"))));
        var request = AnswerSample.Question.Replace("How are u", @"\ud83d 67 9", StringComparison.Ordinal);
        Assert.Equal(
            (true, (4L, 2L)),
            Seen(await AnswerSample.TextOf(AnswerSample.Chat, $"data: {Word}\n\n", request).WholeAsync())
        );
    }

    [Fact]
    public async Task A_name_that_is_no_text_does_not_disturb_the_rest() =>
        Assert.Equal(
            (false, (8L, 2L)),
            Seen(await ChatAsync("""{"model":"\ud83d"}""", """{"\ud83d":1,"id":"\udead"}""", Word, Usage, Done))
        );

    private static Task<Metered> ChatAsync(params string[] events) =>
        AnswerSample.StreamOf(AnswerSample.Chat, events).WholeAsync();

    private static (bool IsEstimated, (long Input, long Output) Tokens) Seen(Metered metered) =>
        (metered.IsEstimated, metered.Tokens);
}
