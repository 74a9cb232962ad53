using System.IO.Compression;
using System.Net;
using System.Net.ServerSentEvents;
using System.Text;
using System.Text.Json.Nodes;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Dev;

public sealed partial class ProviderEmulatorTests
{
    [Theory]
    [InlineData("/anthropic/v1/messages", AnthropicKey, 0)]
    [InlineData("/anthropic/v1/messages", AnthropicKey, 4)]
    [InlineData("/openai/v1/chat/completions", OpenAiKey, 0)]
    [InlineData("/openai/v1/chat/completions", OpenAiKey, 2)]
    public async Task A_cut_stream_is_reset_after_so_many_events_and_the_next_is_whole(
        string path,
        string key,
        int afterEvents
    )
    {
        emulator.Knobs.CutNext(1, afterEvents);
        var question = Streamed(key == OpenAiKey ? ChatQuestion : Question);
        Assert.Equal(
            HttpStatusCode.OK,
            (await SendAsync(HttpMethod.Get, path[..path.IndexOf('/', 1)] + "/v1/models", key)).Status
        );

        using var request = Request(HttpMethod.Post, path, key, question);
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancellation);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        var arrived = 0;
        await Assert.ThrowsAnyAsync<IOException>(async () =>
        {
            await foreach (
                var _ in SseParser
                    .Create(await response.Content.ReadAsStreamAsync(Cancellation))
                    .EnumerateAsync(Cancellation)
            )
                arrived++;
        });
        Assert.Equal(afterEvents, arrived);
        Assert.False(await emulator.Calls.Last().AnsweredInFull);

        Assert.True((await StreamAsync(path, key, question)).Count > 10);
        Assert.True(await emulator.Calls.Last().AnsweredInFull);
    }

    [Fact]
    public async Task A_stream_that_ends_before_its_cut_is_whole()
    {
        emulator.Knobs.CutNext(1, 1000);
        Assert.Equal(
            "[DONE]",
            (await StreamAsync("/openai/v1/chat/completions", OpenAiKey, Streamed(ChatQuestion)))[^1].Data
        );
        emulator.Knobs.CutNext(1, 0);
        emulator.Knobs.Reset();
        Assert.Equal(
            "[DONE]",
            (await StreamAsync("/openai/v1/chat/completions", OpenAiKey, Streamed(ChatQuestion)))[^1].Data
        );
    }

    [Fact]
    public async Task Answers_are_compressed_only_if_accepted()
    {
        Assert.Empty((await AcceptingGzipAsync(Question)).Encoding);
        emulator.Knobs.Gzip = true;
        Assert.Equal("message", Text((await AskAnthropicAsync(Question)).Body, "type"));

        var (encoding, body) = await AcceptingGzipAsync(Question);
        Assert.Equal(["gzip"], encoding);
        Assert.Equal("message", Text(Unpacked(body), "type"));
        (encoding, body) = await AcceptingGzipAsync("{");
        Assert.Equal(["gzip"], encoding);
        Assert.Equal("error", Text(Unpacked(body), "type"));

        static JsonNode Unpacked(byte[] body)
        {
            using var gzip = new GZipStream(new MemoryStream(body), CompressionMode.Decompress);
            return JsonNode.Parse(gzip)!;
        }
    }

    [Fact]
    public async Task A_planned_answer_is_never_packed()
    {
        emulator.Knobs.Gzip = true;
        emulator.Knobs.AnswerNext(MyCoach.Dev.Emulator.PlannedAnswer.Of("[]"u8.ToArray()));
        var (encoding, body) = await AcceptingGzipAsync(Question);
        Assert.Empty(encoding);
        Assert.Equal("[]", Encoding.UTF8.GetString(body));
    }

    [Fact]
    public async Task Each_event_of_a_packed_stream_can_be_read_when_it_is_sent()
    {
        (emulator.Knobs.Gzip, emulator.Knobs.ChunkDelay) = (true, TimeSpan.FromMinutes(5));
        using var unpacking = new HttpClient(
            new SocketsHttpHandler
            {
                AutomaticDecompression = DecompressionMethods.GZip,
                ResponseDrainTimeout = TimeSpan.Zero,
            }
        );
        using var request = Request(HttpMethod.Post, "/anthropic/v1/messages", AnthropicKey, Streamed(Question));
        using var response = await unpacking.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancellation);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(Cancellation));
        Assert.Equal(
            "event: message_start",
            await reader.ReadLineAsync(Cancellation).AsTask().WaitAsync(Eventually.HangLimit, Cancellation)
        );
        emulator.Knobs.Reset();

        emulator.Knobs.Gzip = true;
        using var again = await unpacking.SendAsync(
            Request(HttpMethod.Post, "/anthropic/v1/messages", AnthropicKey, Streamed(Question)),
            Cancellation
        );
        Assert.EndsWith("{\"type\":\"message_stop\"}\n\n", await again.Content.ReadAsStringAsync(Cancellation));
    }

    [Fact]
    public async Task Cuts_and_packing_can_be_turned_over_http()
    {
        var (_, turned) = await TurnAsync("""{"cutNext":2,"cutAfter":3,"gzip":1}""");
        Assert.Equal((2L, 3L, 1L), (Number(turned, "cutNext"), Number(turned, "cutAfter"), Number(turned, "gzip")));
        Assert.True(emulator.Knobs.Gzip);
        (_, turned) = await TurnAsync("""{"gzip":0,"cutNext":0}""");
        Assert.Equal((0L, 3L, 0L), (Number(turned, "cutNext"), Number(turned, "cutAfter"), Number(turned, "gzip")));
        Assert.Equal(HttpStatusCode.BadRequest, (await TurnAsync("""{"gzip":2}""")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await TurnAsync("""{"cutNext":1,"cutAfter":-1}""")).Status);
    }

    private async Task<(ICollection<string> Encoding, byte[] Body)> AcceptingGzipAsync(string question)
    {
        using var request = Request(HttpMethod.Post, "/anthropic/v1/messages", AnthropicKey, question);
        request.Headers.AcceptEncoding.ParseAdd("br, gzip");
        using var response = await http.SendAsync(request, Cancellation);
        return (response.Content.Headers.ContentEncoding, await response.Content.ReadAsByteArrayAsync(Cancellation));
    }
}
