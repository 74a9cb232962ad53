using System.Diagnostics;
using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace MyCoach.Bench;

/// <summary>A provider that answers with prepared bytes at the pace that was last set.</summary>
internal static class ProviderStub
{
    public const string Model = "gpt-4o-mini";
    public const int InputTokens = 300;
    public const int OutputTokens = 300;

    /// <summary>An answer of 2.2 KB.</summary>
    public static readonly byte[] Answer = Encoding.UTF8.GetBytes(
        $$"""{"id":"chatcmpl-bench","object":"chat.completion","created":1760000000,"model":"{{Model}}-2024-07-18","choices":[{"index":0,"message":{"role":"assistant","content":"{{Words(
            1700
        )}}","refusal":null,"annotations":[]},"logprobs":null,"finish_reason":"stop"}],{{Usage}},"service_tier":"default","system_fingerprint":"fp_bench"}"""
    );

    /// <summary>The events of a 29 KB stream: the role, 100 pieces of text, the finish reason, the usage and the end marker.</summary>
    public static readonly byte[][] Stream =
    [
        Event("""[{"index":0,"delta":{"role":"assistant","content":"","refusal":null},"logprobs":null,"finish_reason":null}]"""),
        .. Enumerable
            .Range(0, 100)
            .Select(_ => Event($$$"""[{"index":0,"delta":{"content":"{{{Words(20)}}}"},"logprobs":null,"finish_reason":null}]""")),
        Event("""[{"index":0,"delta":{},"logprobs":null,"finish_reason":"stop"}]"""),
        Event("[]", Usage),
        "data: [DONE]\n\n"u8.ToArray(),
    ];

    private const string Usage = """
        "usage":{"prompt_tokens":300,"completion_tokens":300,"total_tokens":600,"prompt_tokens_details":{"cached_tokens":0,"audio_tokens":0},"completion_tokens_details":{"reasoning_tokens":0,"audio_tokens":0}}
        """;

    private static readonly byte[] WholeStream = [.. Stream.SelectMany(data => data)];

    // Live streams are shorter, so that a round has more of them.
    private static readonly byte[][] LiveStream = [.. Stream[..20], .. Stream[^3..]];

    private static (TimeSpan First, TimeSpan Step) pace;

    /// <summary>The path that sets how many milliseconds to wait before the first byte and between the events of a stream.</summary>
    public static string Pace(int first, int step) => string.Create(CultureInfo.InvariantCulture, $"/pace/{first}/{step}");

    public static Task RunAsync(int port)
    {
        var app = Part.Build(port);
        app.MapPut(
            "/pace/{first:int}/{step:int}",
            (int first, int step) => pace = (TimeSpan.FromMilliseconds(first), TimeSpan.FromMilliseconds(step))
        );
        app.MapFallback(AnswerAsync);
        return app.RunAsync();
    }

    private static async Task AnswerAsync(HttpContext context)
    {
        var streams = await StreamsAsync(context.Request);
        var ((first, step), began) = (pace, Stopwatch.GetTimestamp());
        await UntilAsync(first);
        context.Response.ContentType = streams ? "text/event-stream" : "application/json";
        if (!streams || step == TimeSpan.Zero)
        {
            var whole = streams ? WholeStream : Answer;
            context.Response.ContentLength = streams ? null : whole.Length;
            await context.Response.BodyWriter.WriteAsync(whole);
            return;
        }
        for (var i = 0; i < LiveStream.Length; i++)
        {
            await UntilAsync(first + (i * step));
            await context.Response.BodyWriter.WriteAsync(LiveStream[i]);
        }

        // Relative to the start of the answer rather than to the last event, so that delays do not add up.
        Task UntilAsync(TimeSpan time) =>
            time - Stopwatch.GetElapsedTime(began) is { Ticks: > 0 } left ? Task.Delay(left, TimeProvider.System) : Task.CompletedTask;
    }

    private static async Task<bool> StreamsAsync(HttpRequest request)
    {
        for (var reader = request.BodyReader; ; )
        {
            var read = await reader.ReadAsync();
            if (read.IsCompleted)
            {
                var streams = Encoding.UTF8.GetString(read.Buffer).Contains("\"stream\":true", StringComparison.Ordinal);
                reader.AdvanceTo(read.Buffer.End);
                return streams;
            }
            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    private static byte[] Event(string choices, string usage = "\"usage\":null") =>
        Encoding.UTF8.GetBytes(
            $$"""data: {"id":"chatcmpl-bench-0123456789","object":"chat.completion.chunk","created":1760000000,"model":"{{Model}}-2024-07-18","service_tier":"default","system_fingerprint":"fp_0123456789","choices":{{choices}},{{usage}}}"""
                + "\n\n"
        );

    private static string Words(int length) => string.Concat(Enumerable.Repeat("a word or two ", (length / 14) + 1))[..length];
}
