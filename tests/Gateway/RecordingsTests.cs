using System.Diagnostics;
using System.Net;
using System.Text;
using MyCoach.Dev.Emulator;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Gateway;

/// <summary>
/// Recorded traffic of the real providers passes the gateway unchanged and is metered as the providers stated.
/// </summary>
public sealed class RecordingsTests(LocalParts parts, ITestOutputHelper output)
{
    [Fact(Skip = Recordings.Absence, SkipUnless = nameof(Recordings.ArePresent), SkipType = typeof(Recordings))]
    public async Task Every_recorded_exchange_passes_unchanged_and_is_metered_as_stated()
    {
        var total = await ReplayAsync(
            Recordings.All,
            recording => PlannedAnswer.Of(recording.Bytes, recording.ContentType, recording.Status)
        );
        Assert.Equal(Recordings.Lines, total.Replayed);
    }

    [Theory(Skip = Recordings.Absence, SkipUnless = nameof(Recordings.ArePresent), SkipType = typeof(Recordings))]
    [InlineData(1, 8 * 1024)]
    [InlineData(7, int.MaxValue)]
    [InlineData(100, int.MaxValue)]
    public async Task Recorded_streams_pass_unchanged_in_pieces_and_up_to_8_KiB_in_single_bytes(int size, int maxBytes)
    {
        var total = await ReplayAsync(
            [.. Recordings.All.Where(recording => recording.IsStream && recording.Bytes.Length <= maxBytes)],
            recording => PlannedAnswer.Of(recording.Bytes, recording.ContentType, recording.Status, size)
        );
        Assert.InRange(total.Replayed, 50, int.MaxValue);
    }

    [Fact(Skip = Recordings.Absence, SkipUnless = nameof(Recordings.ArePresent), SkipType = typeof(Recordings))]
    public Task Recorded_answers_pass_compressed()
    {
        // No gateway asks for a compressed stream; one that arrives anyway is metered too.
        var some = Recordings
            .All.GroupBy(recording => (recording.Path, recording.IsStream, recording.Status))
            .SelectMany(kind => kind.Take(10));
        return ReplayAsync(
            [.. some],
            recording => new PlannedAnswer
            {
                Status = recording.Status,
                ContentType = recording.ContentType,
                Headers = new Dictionary<string, string> { ["content-encoding"] = "gzip" },
                Body = PlannedAnswer.Of(AnswerSample.Pack(recording.Bytes), pieceSize: 1000).Body,
            },
            isPacked: true
        );
    }

    [Fact]
    public async Task The_usage_that_only_the_gateway_asked_for_is_kept_back()
    {
        const string Word = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hi\"}}],\"usage\":null}\n\n";
        const string Usage = "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":8,\"completion_tokens\":2}}\n\n";
        const string Done = "data: [DONE]\n\n";
        await using var ann = await GatewayUser.StartAsync(parts);
        foreach (var size in new[] { 1, 7, 100, 1000 })
        {
            ann.Emulator.Knobs.AnswerNext(
                PlannedAnswer.Of(Encoding.UTF8.GetBytes(Word + Usage + Done), "text/event-stream", pieceSize: size)
            );
            using var answer = await ann.SendAsync("openai/v1/chat/completions", AnswerSample.Question);
            Assert.Equal(Word + Done, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
            var recorded = (await UsageAsync(ann, answer))!;
            Assert.Equal((new(8, 2, 0, 0), false), (recorded.Value.Usage, recorded.Value.IsEstimated));
        }
    }

    [Fact]
    public async Task Each_event_reaches_the_caller_when_it_is_sent()
    {
        await using var ann = await GatewayUser.StartAsync(parts);
        var feed = new Feed();
        ann.Emulator.Knobs.AnswerNext(feed.Answer());
        using var answer = await ann.SendAsync("openai/v1/chat/completions", AnswerSample.Question);
        using var reader = await EventReader.OfAsync(answer);

        var times = new List<double>();
        for (var i = 0; i < 20; i++)
        {
            var text = $"data: {{\"choices\":[{{\"index\":0,\"delta\":{{\"content\":\"{i}\"}}}}]}}\n\n";
            var sent = Stopwatch.GetTimestamp();
            feed.Send(text);
            Assert.Equal(text, await reader.ReadAsync());
            times.Add(Stopwatch.GetElapsedTime(sent).TotalMilliseconds);
        }
        feed.End();

        times.Sort();
        output.WriteLine($"From the provider to the caller: median {times[10]:F1} ms, most {times[^1]:F1} ms");
        Assert.InRange(times[10], 0, 50);
    }

    private async Task<ReplayCount.Row> ReplayAsync(
        IReadOnlyList<Recording> recordings,
        Func<Recording, PlannedAnswer> plan,
        bool isPacked = false
    )
    {
        await using var ann = await GatewayUser.StartAsync(parts);
        var (began, count) = (Stopwatch.GetTimestamp(), new ReplayCount());
        foreach (var recording in recordings)
        {
            ann.Emulator.Knobs.AnswerNext(plan(recording));
            count.Add(recording, await ReplayAsync(ann, recording, isPacked));
        }
        output.WriteLine($"{count}\nin {Stopwatch.GetElapsedTime(began).TotalSeconds:F1} s");

        var (total, refused) = (count.Total, recordings.Count(recording => recording.Status >= 400));
        Assert.Equal(recordings.Count, total.Replayed);
        Assert.Equal(recordings.Count, total.SameBytes);
        Assert.Equal(recordings.Count(recording => recording.Expected is not null), total.AsStated);
        Assert.Equal(refused, total.Unmetered);
        Assert.Equal(recordings.Count, total.AsStated + total.Estimated + total.Unmetered);
        Assert.Equal(
            recordings.Count - refused,
            (await ann.Api.GetAsync("/api/usage/summary"))["totals"]["requests"]!.GetValue<int>()
        );
        return total;
    }

    private async Task<ReplayCount.Row> ReplayAsync(GatewayUser ann, Recording recording, bool isPacked)
    {
        (string, string)[] headers = isPacked ? [("accept-encoding", "gzip")] : [];
        using var answer = await ann.SendAsync($"{recording.ProviderId}{recording.Path}", recording.Request, headers);
        var bytes = await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        var isSame =
            bytes.AsSpan().SequenceEqual(isPacked ? AnswerSample.Pack(recording.Bytes) : recording.Bytes)
            && ((int)answer.StatusCode, answer.Content.Headers.ContentType?.ToString())
                == (recording.Status, recording.ContentType)
            && answer.Content.Headers.ContentEncoding.SingleOrDefault() == (isPacked ? "gzip" : null);
        var recorded = await UsageAsync(ann, answer);
        var row = new ReplayCount.Row
        {
            Replayed = 1,
            SameBytes = isSame ? 1 : 0,
            AsStated =
                recorded is { IsEstimated: false } stated
                && stated.Usage == recording.Expected
                && (recording.Model is null || stated.Model == recording.Model)
                    ? 1
                    : 0,
            Estimated =
                recorded is { IsEstimated: true, Usage: { InputTokens: > 0, OutputTokens: > 0 } }
                && recording.Expected is null
                    ? 1
                    : 0,
            Unmetered = recorded is null && recording.Expected is null ? 1 : 0,
        };
        if (!isSame || row.AsStated + row.Estimated + row.Unmetered != 1)
        {
            output.WriteLine(
                $"{recording.Name} {recording.Path}: {(int)answer.StatusCode}, {recording.Model} {recording.Expected} was metered as {recorded}"
            );
        }
        return row;
    }

    // What is recorded by the time the caller has the answer; null for a call that is not metered.
    private static async Task<(RecordedUsage Usage, bool IsEstimated, string Model)?> UsageAsync(
        GatewayUser ann,
        HttpResponseMessage answer
    )
    {
        if (!answer.Headers.TryGetValues("X-MyCoach-Usage-Id", out var ids))
        {
            return null;
        }
        var usage = (await ann.Api.GetAsync($"/api/usage/{ids.Single()}")).Is(HttpStatusCode.OK);
        long Count(string name) => usage[name].GetValue<long>();
        return (
            new(Count("inputTokens"), Count("outputTokens"), Count("cachedInputTokens"), Count("cacheWriteTokens")),
            usage["estimated"].GetValue<bool>(),
            usage["model"].GetValue<string>()
        );
    }
}
