using MyCoach.Tests.Support;

namespace MyCoach.Tests.Metering;

/// <summary>How an answer that is one JSON object is metered.</summary>
public sealed class JsonMeterTests
{
    private static readonly string Long = new('x', 5000);

    private static readonly string Body = $$$"""
        {"model":"gpt-x","choices":[{"message":{"content":"{{{Long}}}"},"finish_reason":"stop"}],"usage":{"prompt_tokens":8,"completion_tokens":2}}
        """;

    [Theory]
    [InlineData(1)]
    [InlineData(100)]
    [InlineData(1000)]
    public async Task Usage_after_a_long_text_is_read_however_the_body_is_cut(int size)
    {
        var metered = await AnswerSample.JsonOf(AnswerSample.Chat, Body).InPiecesAsync(size);
        Assert.Equal((false, (8L, 2L), "stop"), (metered.IsEstimated, metered.Tokens, metered.FinishReason));
    }

    [Fact]
    public async Task A_body_that_breaks_off_in_its_usage_is_estimated()
    {
        var metered = await AnswerSample
            .JsonOf(AnswerSample.Chat, Body[..Body.IndexOf("\"completion", StringComparison.Ordinal)])
            .WholeAsync();
        Assert.True(metered.IsEstimated);
        Assert.InRange(metered.Tokens.Output, 5000 / 3, 5000);
    }

    [Fact]
    public async Task A_stated_zero_is_no_guess()
    {
        var metered = await AnswerSample
            .JsonOf(AnswerSample.Chat, """{"choices":[],"usage":{"prompt_tokens":0,"completion_tokens":0}}""")
            .WholeAsync();
        Assert.Equal((false, (0L, 0L)), (metered.IsEstimated, metered.Tokens));
    }

    [Fact]
    public async Task Vectors_have_no_output()
    {
        const string Start = """{"data":[{"embedding":[0.25,-1e-3]}],"model":"v",""";
        var stated = await AnswerSample
            .JsonOf(AnswerSample.Embeddings, Start + "\"usage\":{\"prompt_tokens\":8,\"total_tokens\":8}}")
            .WholeAsync();
        Assert.Equal((false, (8L, 0L)), (stated.IsEstimated, stated.Tokens));
        var broken = await AnswerSample.JsonOf(AnswerSample.Embeddings, Start).WholeAsync();
        Assert.Equal((true, (5L, 0L)), (broken.IsEstimated, broken.Tokens));
    }

    [Theory]
    [InlineData("")]
    [InlineData("<html>Bad gateway</html>")]
    [InlineData("[1,2")]
    [InlineData("7")]
    [InlineData("{\"model\":\"\\ud83d\"}")]
    public async Task A_body_that_is_no_answer_is_estimated_from_its_length(string body)
    {
        foreach (var size in new[] { 1, 100 })
        {
            var metered = await AnswerSample.JsonOf(AnswerSample.Chat, body).InPiecesAsync(size);
            Assert.Equal((true, (5L, (body.Length + 2L) / 3)), (metered.IsEstimated, metered.Tokens));
        }
    }

    [Fact]
    public async Task A_too_deep_body_is_estimated_unless_usage_came_first()
    {
        var deep = $"\"deep\":{new string('[', 300)}{new string(']', 300)}";
        const string Usage = """ "usage":{"prompt_tokens":8,"completion_tokens":2} """;
        Assert.True((await AnswerSample.JsonOf(AnswerSample.Chat, $"{{{deep},{Usage}}}").WholeAsync()).IsEstimated);
        Assert.False((await AnswerSample.JsonOf(AnswerSample.Chat, $"{{{Usage},{deep}}}").WholeAsync()).IsEstimated);
    }

    [Fact]
    public void A_compressed_body_that_breaks_off_counts_as_far_as_it_came()
    {
        var sample = AnswerSample.JsonOf(AnswerSample.Chat, Body);
        var packed = AnswerSample.Pack(sample.Bytes.ToArray());
        foreach (
            var (bytes, isEstimated) in new[]
            {
                (packed, false),
                (packed[..(packed.Length / 2)], true),
                ("no gzip"u8.ToArray(), true),
                ([], true),
            }
        )
        {
            var meter = sample.NewMeter("gzip");
            meter.Write(bytes);
            meter.Complete();
            Assert.Equal(isEstimated, !meter.IsExact);
        }
    }
}
