using System.Text.Json;
using MyCoach.Dev.Emulator;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Gateway;

/// <summary>Answers with status 200, whole and streamed.</summary>
public sealed partial class RepeatedKeyTests
{
    // No event is held back in case it states only the usage.
    private const string StreamedWithUsage =
        """{"model":"gpt-4o-mini","stream":true,"stream_options":{"include_usage":true},"messages":[]}""";
    private const string Streamed = """{"model":"gpt-4o-mini","stream":true,"messages":[]}""";
    private const string Answered =
        """{"model":"gpt-4o-mini","choices":[],"usage":{"prompt_tokens":8,"completion_tokens":2},"error":{"message":"KEY"}}""";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_whole_answer_masks_the_key_and_is_metered(bool isPacked)
    {
        await using var ann = await GatewayUser.StartAsync(parts);
        var text = Answered.Replace("KEY", Key);
        var bytes = isPacked ? AnswerSample.Pack(Bytes(text)) : Bytes(text);
        foreach (var statesLength in new[] { true, false })
        {
            foreach (var size in new[] { 1, 7, 1000 })
            {
                var answer = await AskAsync(ann, Plan(bytes, 200, isPacked ? "gzip" : null, size, statesLength));
                Assert.Equal((text.Replace(Key, Masked), ""), (answer.Text, answer.Encoding));
                Assert.Equal(statesLength && !isPacked ? text.Length : null, answer.Length);
            }
        }
        Assert.Equal(
            Enumerable.Repeat((8, 2), 6),
            (await ann.EventsAsync()).Select(usage => ((int)usage["inputTokens"]!, (int)usage["outputTokens"]!))
        );
    }

    [Fact]
    public async Task An_error_event_masks_the_key_wherever_it_is_cut()
    {
        await using var ann = await GatewayUser.StartAsync(parts);
        const string Next = "data: {\"choices\":[{\"delta\":{\"content\":\"Hello\"}}]}\n\n";
        var error = $"data: {{\"error\":{{\"message\":\"bad key {Key}\"}}}}\n\n";
        var start = error.IndexOf(Key, StringComparison.Ordinal);
        for (var cut = 0; cut <= Key.Length; cut++)
        {
            var feed = new Feed();
            ann.Emulator.Knobs.AnswerNext(feed.Answer());
            using var answer = await SendAsync(ann, StreamedWithUsage);
            using var reader = new StreamReader(
                await answer.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken)
            );
            feed.Send(error[..(start + cut)]);
            // What is before the key passes at once, so the two pieces arrive apart.
            var before = new char[start];
            await reader.ReadBlockAsync(before, TestContext.Current.CancellationToken);
            feed.Send(error[(start + cut)..] + Next);
            feed.End();
            var rest = await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
            Assert.Equal(error.Replace(Key, Masked) + Next, new string(before) + rest);
        }
    }

    [Theory]
    [InlineData(200)]
    [InlineData(500)]
    public async Task Every_event_of_a_stream_masks_the_key_in_pieces_of_a_byte(int status)
    {
        await using var ann = await GatewayUser.StartAsync(parts);
        var text = $"event: error\ndata: {{\"{Key}\":\"{Key}{Key}\"}}\n\n: {Key}\n\ndata: {Key}";
        ann.Emulator.Knobs.AnswerNext(PlannedAnswer.Of(Bytes(text), "text/event-stream", status, pieceSize: 1));
        using var answer = await SendAsync(ann, Streamed);
        Assert.Equal(
            text.Replace(Key, Masked),
            await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)
        );
    }

    [Fact]
    public async Task A_compressed_stream_with_the_key_breaks_off_before_it()
    {
        await using var ann = await GatewayUser.StartAsync(parts);
        var packed = AnswerSample.Pack(Bytes($"data: {{\"error\":{{\"message\":\"{Key}\"}}}}\n\n"));
        ann.Emulator.Knobs.AnswerNext(
            new PlannedAnswer
            {
                ContentType = "text/event-stream",
                Headers = new Dictionary<string, string> { ["content-encoding"] = "gzip" },
                Body = new[] { (ReadOnlyMemory<byte>)packed }.ToAsyncEnumerable(),
            }
        );
        await AssertBreaksOffAsync(ann, Streamed);
    }

    [Fact]
    public async Task A_key_with_characters_that_JSON_escapes_is_masked()
    {
        const string Odd = """sk-"odd\key"/+<&>-0001""";
        await using var ann = await GatewayUser.StartAsync(parts);
        foreach (var status in new[] { 200, 400 })
        {
            await ann.Api.PutAsync("/api/keys/openai", new { apiKey = Odd });
            var text = JsonSerializer.Serialize(new { error = new { message = $"No {Odd}", code = Odd } });
            ann.Emulator.Knobs.AnswerNext(PlannedAnswer.Of(Bytes(text), status: status, pieceSize: 5));
            using var answer = await SendAsync(ann);
            using var json = JsonDocument.Parse(
                await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)
            );
            var error = json.RootElement.GetProperty("error");
            Assert.Matches("^No [.]{20,}0001$", error.GetProperty("message").GetString());
            Assert.Matches("^[.]{20,}0001$", error.GetProperty("code").GetString());
        }
    }
}
