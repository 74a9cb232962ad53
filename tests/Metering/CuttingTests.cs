using System.Text;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Metering;

/// <summary>A meter neither minds how an answer is cut nor leaves anything behind for the garbage collector.</summary>
public sealed class CuttingTests
{
    private static readonly AnswerSample[] Written =
    [
        AnswerSample.StreamOf(
            AnswerSample.Chat,
            """{"id":"c","model":"gpt-x","choices":[{"index":0,"delta":{"content":"Grüße \ud83d\ude00\n"}}],"usage":null}""",
            """{"id":"c","model":"gpt-x","choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"usage":null}""",
            """{"id":"c","model":"gpt-x","choices":[],"usage":{"prompt_tokens":8,"completion_tokens":2}}""",
            "[DONE]"
        ),
        AnswerSample.StreamOf(
            AnswerSample.Messages,
            """{"type":"message_start","message":{"model":"claude-x","usage":{"input_tokens":8,"output_tokens":1}}}""",
            """{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Grüße"}}""",
            """{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":2}}""",
            """{"type":"message_stop"}"""
        ),
        AnswerSample.StreamOf(
            AnswerSample.Responses,
            """{"type":"response.output_item.done","item":{"type":"web_search_call","action":{"type":"open_page"}}}""",
            """{"type":"response.output_item.done","item":{"action":{"type":"search"},"type":"web_search_call"}}""",
            """{"type":"response.output_item.done","item":{"type":"image_generation_call","quality":"low","size":"1024x1024"}}""",
            """
            {"type":"response.completed","response":{"output":[],"tools":[{"type":"web_search"},{"type":"image_generation","model":"gpt-image-1"}],"prompt_cache_options":{"ttl":"12h"},"tool_usage":{"image_gen":{"input_tokens":5,"output_tokens":272,"output_tokens_details":{"image_tokens":272}},"web_search":{"num_requests":1}},"usage":{"input_tokens":8,"output_tokens":2}}}
            """.Trim()
        ),
        AnswerSample.StreamOf(
            AnswerSample.Messages,
            """{"type":"message_start","message":{"model":"claude-x","content":[],"usage":{"input_tokens":8,"output_tokens":1}}}""",
            """{"type":"content_block_start","content_block":{"type":"fallback","to":{"model":"claude-y"}}}""",
            """{"type":"message_delta","delta":{"stop_reason":"refusal"},"usage":{"output_tokens":0}}""",
            """{"type":"message_stop"}"""
        ),
    ];

    private static readonly AnswerSample[] All = [.. Written, .. Recordings.ArePresent ? Recordings.Answers : []];

    private static Gen<(AnswerSample Answer, int[] Sizes, string LineEnd)> Cuttings =>
        from answer in Gen.Elements(All.AsEnumerable())
        from sizes in Gen.NonEmptyListOf(Gen.Frequency((3, Gen.Choose(1, 12)), (1, Gen.Choose(0, 3000))))
        from lineEnd in Gen.Elements("\n", "\r\n", "\r")
        select (answer, sizes.Prepend(1).ToArray(), answer.IsStream ? lineEnd : "\n");

    [Property(MaxTest = 1000)]
    public Property However_an_answer_is_cut_it_meters_the_same() =>
        Prop.ForAll(
            Cuttings.ToArbitrary(),
            async cutting =>
            {
                var cut = await cutting.Answer.WithLineEnd(cutting.LineEnd).InPiecesAsync(cutting.Sizes);
                Assert.Equal(await cutting.Answer.WholeAsync(), cut);
            }
        );

    [Theory]
    [InlineData(
        """{"id":"c","model":"gpt-x","service_tier":"default","choices":[{"index":0,"delta":{"content":" wörd\n"},"finish_reason":null}]}"""
    )]
    [InlineData(
        """{"id":"c","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"{\"a\":"}}]}}],"obfuscation":"abc"}"""
    )]
    [InlineData(
        """{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":" wörd \ud83d\ude00"}}"""
    )]
    [InlineData(
        """{"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"{\"a\":"}}"""
    )]
    [InlineData(
        """{"type":"response.output_text.delta","item_id":"m","output_index":0,"delta":" wörd\t","sequence_number":7,"logprobs":[]}"""
    )]
    public void Nothing_is_allocated_for_an_event(string json)
    {
        const int PieceBytes = 4096;
        var events = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat($"event: some\ndata: {json}\n\n", 10_000)));
        var meter = AnswerSample.StreamOf(AnswerSample.Chat).NewMeter();
        // Once before, for what is made once for a stream.
        Feed();

        // The least of a few rounds, because the runtime may allocate once on this thread, for example when it recompiles.
        Assert.Equal(0, Enumerable.Range(0, 5).Min(_ => AllocatedBy(Feed)));
        Assert.Equal(60_000, meter.Usage.TextEvents);

        void Feed()
        {
            for (var at = 0; at < events.Length; at += PieceBytes)
            {
                meter.Write(events.AsSpan(at, Math.Min(PieceBytes, events.Length - at)));
            }
        }

        static long AllocatedBy(Action action)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            action();
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }
}
