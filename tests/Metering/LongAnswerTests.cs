using System.Text;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Metering;

/// <summary>Answers with parts of any length are metered in bounded memory.</summary>
public sealed class LongAnswerTests
{
    private const int MiB = 1024 * 1024;
    private const string Usage = "\"usage\":{\"prompt_tokens\":8,\"completion_tokens\":2}";
    private static readonly string Long = string.Concat(Enumerable.Repeat("text \\\"\\u00e9\\\\ ü", 6_000));

    public static TheoryData<string, bool> LongParts =>
        new()
        {
            { $"\"image\":\"{Long}\"", false },
            { $"\"{Long}\":1", false },
            { $"\"model\":\"{Long}\"", false },
            { $"\"choices\":[{{\"delta\":{{\"content\":\"{Long}\"}}}},  {{\"delta\":{{\"content\":\"b\"}}}}]", false },
            { $"\"list\":[\"{Long}\" ,\"{Long}\",\t\"{Long}\"]", false },
            { $"\"list\":[{string.Join(',', Enumerable.Range(0, 30_000))}]", false },
            { $"\"space\":{new string(' ', 100_000)}[1 , {new string('\t', 100_000)} \"{Long}\"]", false },
            { $"\"number\":{new string('1', 100_000)}", true },
        };

    [Theory]
    [MemberData(nameof(LongParts))]
    public async Task A_long_part_is_metered_the_same_in_any_pieces(string part, bool isEstimated)
    {
        foreach (
            var sample in new[]
            {
                AnswerSample.StreamOf(AnswerSample.Chat, $"{{{part},{Usage}}}", "[DONE]"),
                AnswerSample.JsonOf(AnswerSample.Chat, $"{{{part},{Usage}}}"),
            }
        )
        {
            var whole = await sample.WholeAsync();
            Assert.Equal(isEstimated, whole.IsEstimated);
            foreach (var size in (int[])[997, 4_096, 65_536, 65_537, 100_003])
            {
                Assert.Equal(whole, await sample.InPiecesAsync(size));
            }
            Assert.Equal(whole, await sample.InPiecesAsync([1, 70_000, 3, 1, 1, 1]));
        }
    }

    [Fact]
    public async Task Images_of_any_number_and_kind_are_counted_in_bounded_memory()
    {
        const int Count = 20_000;
        var items = Enumerable
            .Range(0, Count)
            .Select(i => $$"""{"type":"image_generation_call","quality":"{{i}}","size":"{{Long}}"}""");
        var few = items.Take(60).ToArray();
        var many = items.Select(item => item.Replace(Long, "1024x1024", StringComparison.Ordinal)).ToArray();
        foreach (var (list, count) in new[] { (few, few.Length), (many, many.Length) })
        {
            string[] events =
            [
                .. list.Select(item => $$"""{"type":"response.output_item.done","item":{{item}}}"""),
                $$$"""{"type":"response.completed","response":{"output":[{{{string.Join(',', list)}}}],{{{Usage}}}}}""",
            ];
            var metered = await AnswerSample.StreamOf(AnswerSample.Responses, events).WholeAsync();
            var images = metered.Call.Terms.Images.Finished;
            Assert.Equal(count, images.Sum(image => image.Count));
            Assert.InRange(images.Count, 1, 60);
        }
    }

    [Fact]
    public void A_text_and_a_line_of_any_length_take_no_memory()
    {
        foreach (
            var (sample, before, after) in new[]
            {
                (AnswerSample.JsonOf(AnswerSample.Chat, ""), "{\"x\":\"", $"\",{Usage}}}"),
                (AnswerSample.TextOf(AnswerSample.Chat, ""), "data: {\"x\":\"", $"\",{Usage}}}\n\n"),
                (AnswerSample.TextOf(AnswerSample.Chat, ""), ": ", $"\ndata: {{{Usage}}}\n\n"),
                (AnswerSample.TextOf(AnswerSample.Chat, ""), "data: {\"x\":[", $"[]],{Usage}}}\n\n"),
            }
        )
        {
            var (meter, piece) = (sample.NewMeter(), new byte[64 * 1024]);
            piece.AsSpan().Fill((byte)(before.EndsWith('[') ? ' ' : 'x'));
            var allocated = GC.GetAllocatedBytesForCurrentThread();
            meter.Write(Encoding.UTF8.GetBytes(before));
            for (var count = 0; count < 64 * MiB / piece.Length; count++)
            {
                meter.Write(piece);
            }
            meter.Write(Encoding.UTF8.GetBytes(after));

            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - allocated, 0, 2 * MiB);
            meter.Complete();
            Assert.Equal((before, 8, 2), (before, meter.Usage.InputTokens, meter.Usage.OutputTokens));
        }
    }

    [Fact]
    public void A_small_answer_that_unpacks_to_gigabytes_is_metered_only_in_part()
    {
        var packed = AnswerSample.Pack(Encoding.UTF8.GetBytes($"{{\"x\":\"{new string('x', 320 * MiB)}\",{Usage}}}"));
        var meter = AnswerSample.JsonOf(AnswerSample.Chat, "").NewMeter("gzip");
        foreach (var piece in packed.Chunk(64 * 1024))
        {
            meter.Write(piece);
        }
        meter.Complete();

        Assert.False(meter.IsExact);
        Assert.Equal(packed.Length, meter.Length);
        var most = (16 * MiB) + (32 * packed.Length);
        Assert.InRange(meter.EstimateOutput(1), 16 * MiB, most + (8 * 1024));
    }
}
