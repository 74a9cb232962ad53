using System.Net;
using System.Text;
using System.Threading.Channels;
using MyCoach.Dev.Emulator;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Dev;

public sealed partial class ProviderEmulatorTests
{
    [Fact]
    public async Task Planned_answers_come_byte_for_byte_in_their_order_and_then_end()
    {
        emulator.Knobs.AnswerNext(
            new()
            {
                Status = 418,
                ContentType = "text/odd",
                Headers = new Dictionary<string, string>
                {
                    ["content-encoding"] = "none-such",
                    ["request-id"] = "req_planned",
                },
                Body = PlannedAnswer.Of("{\"not JSON"u8.ToArray(), pieceSize: 3).Body,
                StatesLength = true,
            }
        );
        emulator.Knobs.AnswerNext(PlannedAnswer.Of("[]"u8.ToArray(), status: 202));

        using (
            var response = await http.SendAsync(
                Request(HttpMethod.Post, "/anthropic/v1/messages", AnthropicKey, "{"),
                Cancellation
            )
        )
        {
            Assert.Equal(
                (418, "text/odd"),
                ((int)response.StatusCode, response.Content.Headers.ContentType?.MediaType)
            );
            Assert.Equal(["req_planned"], response.Headers.GetValues("request-id"));
            Assert.Equal(["none-such"], response.Content.Headers.ContentEncoding);
            Assert.Equal(10, response.Content.Headers.ContentLength);
            Assert.Equal("{\"not JSON", await response.Content.ReadAsStringAsync(Cancellation));
        }
        using (
            var response = await http.SendAsync(Request(HttpMethod.Get, "/openai/v1/models", OpenAiKey), Cancellation)
        )
        {
            Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
            Assert.True(response.Headers.TransferEncodingChunked);
            Assert.Equal("[]", await response.Content.ReadAsStringAsync(Cancellation));
        }
        Assert.Equal(HttpStatusCode.OK, (await AskAnthropicAsync(Question)).Status);
        Assert.All(await Task.WhenAll(emulator.Calls.Select(call => call.AnsweredInFull)), Assert.True);
    }

    [Fact]
    public async Task A_planned_answer_waits_for_a_right_key_and_for_the_planned_faults()
    {
        emulator.Knobs.AnswerNext(PlannedAnswer.Of("{\"planned\":true}"u8.ToArray()));
        emulator.Knobs.FailNext(1, 500);
        Assert.Equal(HttpStatusCode.InternalServerError, (await AskAnthropicAsync(Question)).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await AskAnthropicAsync(Question, AnthropicKey + "-wrong")).Status);
        Assert.Equal("{\"planned\":true}", (await AskAnthropicAsync(Question)).Body.ToJsonString());

        emulator.Knobs.AnswerNext(PlannedAnswer.Of("{\"planned\":true}"u8.ToArray()));
        emulator.Knobs.Reset();
        Assert.Equal("message", Text((await AskAnthropicAsync(Question)).Body, "type"));
    }

    [Fact]
    public async Task The_pieces_of_a_planned_answer_are_sent_as_they_come()
    {
        var pieces = Channel.CreateUnbounded<ReadOnlyMemory<byte>>();
        emulator.Knobs.AnswerNext(
            new() { ContentType = "text/event-stream", Body = pieces.Reader.ReadAllAsync(Cancellation) }
        );

        using var request = Request(HttpMethod.Post, "/anthropic/v1/messages", AnthropicKey, Question);
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancellation);
        await using var stream = await response.Content.ReadAsStreamAsync(Cancellation);
        var buffer = new byte[100];
        foreach (var piece in new[] { "da", "ta: Grü", "ße\n\n" })
        {
            pieces.Writer.TryWrite(Encoding.UTF8.GetBytes(piece));
            var read = await stream.ReadAtLeastAsync(
                buffer,
                Encoding.UTF8.GetByteCount(piece),
                cancellationToken: Cancellation
            );
            Assert.Equal(piece, Encoding.UTF8.GetString(buffer, 0, read));
        }
        pieces.Writer.Complete();
        Assert.Equal(0, await stream.ReadAsync(buffer, Cancellation));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_planned_answer_that_breaks_off_arrives_up_to_the_break(bool statesLength)
    {
        // Longer than what the system buffers in one go, so that bytes which are lost on the way would show.
        var body = Enumerable.Range(0, 1_000_000).Select(index => (byte)index).ToArray();
        for (var i = 0; i < 3; i++)
        {
            var pieces = PlannedAnswer.Of(body, pieceSize: 10_007).Body;
            emulator.Knobs.AnswerNext(
                new()
                {
                    Body = pieces,
                    BreaksOff = true,
                    StatesLength = statesLength,
                }
            );
            using var request = Request(HttpMethod.Post, "/openai/v1/responses", OpenAiKey, "{}");
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancellation);
            var arrived = new MemoryStream();
            var stream = await response.Content.ReadAsStreamAsync(Cancellation);
            // A client that is slow to read must not lose anything either.
            await Task.Delay(200, Cancellation);
            await Assert.ThrowsAnyAsync<IOException>(() => stream.CopyToAsync(arrived, 999, Cancellation));
            Assert.Equal(body, arrived.ToArray());
            Assert.False(await emulator.Calls.Last().AnsweredInFull);
        }
    }

    [Fact]
    public async Task Anthropics_sdk_notices_that_its_answer_broke_off()
    {
        emulator.Knobs.AnswerNext(PlannedAnswer.Of("{\"id\":"u8.ToArray(), breaksOff: true));
        await Assert.ThrowsAsync<IOException>(() => Claude().Messages.Create(Ask("Hi"), Cancellation));
    }

    [Fact]
    public async Task A_planned_answer_stops_when_its_client_leaves_while_a_piece_is_awaited()
    {
        var pieces = Channel.CreateUnbounded<ReadOnlyMemory<byte>>();
        pieces.Writer.TryWrite("first"u8.ToArray());
        emulator.Knobs.AnswerNext(new() { Body = pieces.Reader.ReadAllAsync(Cancellation) });
        // HttpClient's usual handler reads on for two seconds before it hangs up.
        using var hasty = new HttpClient(new SocketsHttpHandler { ResponseDrainTimeout = TimeSpan.Zero });
        using (var request = Request(HttpMethod.Post, "/anthropic/v1/messages", AnthropicKey, Question))
        using (await hasty.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancellation)) { }
        Assert.False(await Assert.Single(emulator.Calls).AnsweredInFull.WaitAsync(Eventually.HangLimit, Cancellation));
    }
}
