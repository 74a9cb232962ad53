using System.Diagnostics;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Metering;

/// <summary>However the network splits an answer, the metering is the same.</summary>
public sealed class RecordingsTests(ITestOutputHelper output)
{
    // Up to here each cut is tried separately; the time that takes grows with the square of the length.
    private const int MaxBytesForEachCut = 4 * 1024;

    private static readonly int[] Sizes = [1, 7, 100];

    [Fact(Skip = Recordings.Absence, SkipUnless = nameof(Recordings.ArePresent), SkipType = typeof(Recordings))]
    public async Task Stated_usage_is_metered_exactly()
    {
        foreach (var recording in Recordings.All.Where(sample => sample.Status == 200))
        {
            var call = (
                await new AnswerSample(
                    recording.Operation,
                    recording.Request,
                    recording.Body,
                    recording.MediaType
                ).WholeAsync()
            ).Call;
            Assert.True(call.IsEstimated == recording.Expected is null, recording.Name);
            if (recording.Expected is { } expected)
            {
                var tokens = call.Tokens;
                Assert.Equal(
                    (recording.Name, expected),
                    (recording.Name, new(tokens.Input, tokens.Output, tokens.CachedInput, tokens.CacheWrite))
                );
            }
        }
    }

    [Theory(Skip = Recordings.Absence, SkipUnless = nameof(Recordings.ArePresent), SkipType = typeof(Recordings))]
    [InlineData("\n")]
    [InlineData("\r\n")]
    [InlineData("\r")]
    public Task A_stream_cut_at_any_byte_meters_the_same(string lineEnd) =>
        EachAsync(
            Recordings.Answers.Where(sample => sample.IsStream),
            async (plain, expected) =>
            {
                var stream = lineEnd == "\n" ? plain : plain.WithLineEnd(lineEnd);
                foreach (var size in Sizes)
                {
                    await SameAsync(expected, stream.InPiecesAsync(size), stream, $"in pieces of {size}");
                }
                // With each first piece from 1 to the size of the others, every place is cut once.
                const int many = 97;
                for (var first = 1; first <= many; first++)
                {
                    await SameAsync(
                        expected,
                        stream.InPiecesAsync(many, first),
                        stream,
                        $"in pieces of {many} after one of {first}"
                    );
                }
                for (var at = 0; at <= stream.Length && lineEnd == "\n" && stream.Length <= MaxBytesForEachCut; at++)
                {
                    await SameAsync(expected, stream.CutAtAsync(at), stream, $"cut at {at}");
                }
            }
        );

    [Fact(Skip = Recordings.Absence, SkipUnless = nameof(Recordings.ArePresent), SkipType = typeof(Recordings))]
    public Task A_body_cut_at_any_byte_meters_the_same() =>
        EachAsync(
            Recordings.Answers.Where(sample => !sample.IsStream),
            async (body, expected) =>
            {
                foreach (var size in Sizes)
                {
                    await SameAsync(expected, body.InPiecesAsync(size), body, $"in pieces of {size}");
                }
                for (var at = 0; at <= body.Length && body.Length <= MaxBytesForEachCut; at++)
                {
                    await SameAsync(expected, body.CutAtAsync(at), body, $"cut at {at}");
                }
            }
        );

    [Fact(Skip = Recordings.Absence, SkipUnless = nameof(Recordings.ArePresent), SkipType = typeof(Recordings))]
    public Task A_compressed_answer_meters_as_the_plain_one() =>
        EachAsync(
            Recordings.Answers,
            async (answer, expected) =>
            {
                foreach (var size in new[] { int.MaxValue, 100, 7, 1 })
                {
                    await SameAsync(expected, answer.PackedAsync(size), answer, $"compressed, in pieces of {size}");
                }
            }
        );

    [Fact(Skip = Recordings.Absence, SkipUnless = nameof(Recordings.ArePresent), SkipType = typeof(Recordings))]
    public Task An_aborted_answer_is_estimated_unless_complete() =>
        EachAsync(
            Recordings.Answers,
            async (answer, whole) =>
            {
                // The usage is near the end; the step is shorter than any name there.
                for (var end = Math.Max(0, answer.Length - 3000); end < answer.Length; end += 7)
                {
                    var broken = await answer.BrokenOffAtAsync(end);
                    Assert.True(
                        broken.IsEstimated || (!whole.IsEstimated && broken.Call.Tokens == whole.Call.Tokens),
                        $"{answer.Name}, broken off at {end} of {answer.Length}: {broken.Call} instead of {whole.Call}"
                    );
                }
            }
        );

    private async Task EachAsync(IEnumerable<AnswerSample> answers, Func<AnswerSample, Metered, Task> test)
    {
        var (began, count) = (Stopwatch.GetTimestamp(), 0);
        foreach (var answer in answers)
        {
            await test(answer, await answer.WholeAsync());
            count++;
        }
        Assert.NotEqual(0, count);
        output.WriteLine($"{count} answers in {Stopwatch.GetElapsedTime(began).TotalSeconds:F1} s");
    }

    private static async Task SameAsync(Metered expected, Task<Metered> metering, AnswerSample answer, string how)
    {
        var metered = await metering;
        Assert.True(metered == expected, $"{answer.Name}, {how}: {metered} instead of {expected}");
    }
}
