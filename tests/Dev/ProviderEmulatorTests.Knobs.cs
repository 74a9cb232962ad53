using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using MyCoach.Dev.Emulator;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Dev;

public sealed partial class ProviderEmulatorTests
{
    [Fact]
    public async Task Planned_failures_come_in_each_providers_shape_and_then_end()
    {
        emulator.Knobs.FailNext(2, 529);
        Assert.Equal("overloaded_error", Text((await AskAnthropicAsync(Question)).Body, "error", "type"));
        var (status, error) = await AskOpenAiAsync(ChatQuestion);
        Assert.Equal((529, "server_error"), ((int)status, Text(error, "error", "type")));
        Assert.Equal(HttpStatusCode.OK, (await AskOpenAiAsync(ChatQuestion)).Status);
    }

    [Fact]
    public async Task A_dropped_call_has_no_answer_but_is_counted()
    {
        await SendAsync(HttpMethod.Get, "/openai/v1/models", OpenAiKey);
        emulator.Knobs.DropNext(2);
        // HttpClient would repeat a call without a body if the connection that it reuses ended in good order.
        await Assert.ThrowsAsync<HttpRequestException>(() => SendAsync(HttpMethod.Get, "/openai/v1/models", OpenAiKey));
        await Assert.ThrowsAsync<HttpRequestException>(() => AskAnthropicAsync(Question));
        var answered = await Task.WhenAll(emulator.Calls.Select(call => call.AnsweredInFull));
        Assert.Equal([true, false, false], answered);
        Assert.Equal(HttpStatusCode.OK, (await AskAnthropicAsync(Question)).Status);
    }

    [Fact]
    public async Task A_redirect_leads_to_the_given_address()
    {
        emulator.Knobs.RedirectNext(1, new Uri("http://127.0.0.1:1/elsewhere"));
        using var request = Request(HttpMethod.Get, "/openai/v1/models", OpenAiKey);
        using var response = await http.SendAsync(request, Cancellation);
        Assert.Equal(
            (HttpStatusCode.Redirect, "http://127.0.0.1:1/elsewhere"),
            (response.StatusCode, response.Headers.Location?.ToString())
        );
    }

    [Fact]
    public async Task The_delays_wait_on_the_clock()
    {
        var clock = new FakeTimeProvider();
        await using var slow = await ProviderEmulator.StartAsync(clock: clock, cancellation: Cancellation);
        (slow.Knobs.Delay, slow.Knobs.ChunkDelay) = (TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(1));
        using var request = Request(HttpMethod.Post, "/", AnthropicKey, Streamed(Question));
        request.RequestUri = new Uri(slow.AnthropicBaseUrl + "/v1/messages");
        var sending = http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancellation);
        await slow.CalledAsync();
        await Eventually.StaysAsync(() => !sending.IsCompleted);

        clock.Advance(TimeSpan.FromMinutes(1));
        using var response = await sending;
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(Cancellation));
        Assert.Equal("event: message_start", await reader.ReadLineAsync(Cancellation));
        var rest = reader.ReadToEndAsync(Cancellation);
        await Eventually.StaysAsync(() => !rest.IsCompleted);
        while (!rest.IsCompleted)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(5, Cancellation);
        }
        Assert.Contains("message_stop", await rest);
    }

    [Fact]
    public async Task A_stream_stops_when_its_client_leaves()
    {
        emulator.Knobs.ChunkDelay = TimeSpan.FromMinutes(1);
        using (var request = Request(HttpMethod.Post, "/anthropic/v1/messages", AnthropicKey, Streamed(Question)))
        using (await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancellation)) { }
        Assert.False(await Assert.Single(emulator.Calls).AnsweredInFull.WaitAsync(Eventually.HangLimit, Cancellation));
    }

    [Fact]
    public async Task Disposing_does_not_wait_for_a_call_that_hangs()
    {
        var hanging = await ProviderEmulator.StartAsync(cancellation: Cancellation);
        hanging.Knobs.Delay = TimeSpan.FromMinutes(5);
        var call = http.GetAsync(new Uri(hanging.OpenAiBaseUrl + "/v1/models"), Cancellation);
        await hanging.CalledAsync();
        var started = Stopwatch.GetTimestamp();
        await hanging.DisposeAsync();
        Assert.True(Stopwatch.GetElapsedTime(started) < Eventually.HangLimit);
        await Assert.ThrowsAnyAsync<Exception>(() => call);
    }

    [Fact]
    public async Task Calls_are_kept_as_they_arrived()
    {
        await SendAsync(HttpMethod.Post, "/anthropic/v1/messages?beta=a%20b", AnthropicKey, Question);
        await SendAsync(HttpMethod.Get, "/_emulator", "");
        var call = Assert.Single(emulator.Calls);
        Assert.Equal(("POST", "/anthropic/v1/messages?beta=a%20b"), (call.Method, call.PathAndQuery));
        Assert.Equal(("Bearer " + AnthropicKey, null), (call.Header("AUTHORIZATION"), call.Header("x-api-key")));
        Assert.Equal(Encoding.UTF8.GetBytes(Question), call.Body.ToArray());
        Assert.True(await call.AnsweredInFull);
        emulator.ClearCalls();
        Assert.Empty(emulator.Calls);
    }

    [Fact]
    public async Task Only_the_last_thousand_calls_are_kept()
    {
        for (var i = 0; i < 1005; i++)
            await SendAsync(HttpMethod.Get, $"/openai/v1/models/{i}", OpenAiKey);
        Assert.Equal(1000, emulator.Calls.Count);
        Assert.Equal("/openai/v1/models/5", emulator.Calls.First().PathAndQuery);
    }

    [Fact]
    public async Task The_knobs_can_be_turned_over_http()
    {
        var turned = await TurnAsync("""{"delayMs":10,"chunkDelayMs":20,"failNext":3,"failStatus":503,"dropNext":0}""");
        Assert.Equal(
            (10L, 20L, 3L),
            (Number(turned.Body, "delayMs"), Number(turned.Body, "chunkDelayMs"), Number(turned.Body, "failNext"))
        );
        Assert.Equal(
            (TimeSpan.FromMilliseconds(10), TimeSpan.FromMilliseconds(20)),
            (emulator.Knobs.Delay, emulator.Knobs.ChunkDelay)
        );
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await AskOpenAiAsync(ChatQuestion)).Status);

        var (_, shown) = await SendAsync(HttpMethod.Get, "/_emulator", "");
        Assert.Equal((2L, 503L, 1L), (Number(shown, "failNext"), Number(shown, "failStatus"), Number(shown, "calls")));
        emulator.Knobs.Reset();
        Assert.Equal(HttpStatusCode.OK, (await AskOpenAiAsync(ChatQuestion)).Status);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("""{"dealyMs":10}""")]
    [InlineData("""{"delayMs":"10"}""")]
    [InlineData("""{"delayMs":-1}""")]
    [InlineData("""{"gzip":2}""")]
    [InlineData("""{"unlistedModels":-1}""")]
    [InlineData("""{"failNext":1,"failStatus":200}""")]
    [InlineData("""{"redirectNext":1}""")]
    [InlineData("""{"redirectNext":1,"redirectTo":"elsewhere"}""")]
    public async Task A_knob_that_does_not_exist_or_turn_so_far_is_400(string body) =>
        Assert.Equal(HttpStatusCode.BadRequest, (await TurnAsync(body)).Status);

    [Fact]
    public async Task Only_this_machine_can_reach_it()
    {
        Assert.Equal("127.0.0.1", emulator.OpenAiBaseUrl.Host);
        using var socket = new Socket(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp);
        await Assert.ThrowsAsync<SocketException>(() =>
            socket.ConnectAsync(IPAddress.IPv6Loopback, emulator.OpenAiBaseUrl.Port, Cancellation).AsTask()
        );
    }

    private Task<(HttpStatusCode Status, JsonNode Body)> TurnAsync(string body) =>
        SendAsync(HttpMethod.Post, "/_emulator", "", body);
}
