using System.Text.Json.Nodes;
using MyCoach.Tests.Support;
using static MyCoach.Tests.Support.ChargedCall;

namespace MyCoach.Tests.Gateway;

/// <summary>A call that hears or speaks is charged as its answer states.</summary>
public sealed class AudioChargeTests(SharedGatewayUser shared) : IClassFixture<SharedGatewayUser>
{
    private const string Request =
        """{"model":"gpt-audio","modalities":["text","audio"],"audio":{"voice":"alloy","format":"wav"},"messages":[]}""";
    private const string Usage = """
        "usage":{"prompt_tokens":1000,"prompt_tokens_details":{"cached_tokens":0,"audio_tokens":700,"text_tokens":300},"completion_tokens":100,"completion_tokens_details":{"audio_tokens":90,"text_tokens":10,"reasoning_tokens":0}}
        """;

    // 300 at 250, 700 at 3,200, 10 at 1,000 and 90 at 6,400 cents per million.
    private const decimal Usd = 0.02901m;

    public static TheoryData<string> Answers =>
        [
            $$$$"""{"model":"gpt-audio-2025-08-28","choices":[{"message":{"audio":{"id":"audio_1","data":"UklGRg=="}}}],{{{{Usage}}}}}""",
            Stream(
                """{"model":"gpt-audio-2025-08-28","choices":[{"delta":{"audio":{"id":"audio_1","data":"UklGRg=="}}}]}""",
                $$$"""{"model":"gpt-audio-2025-08-28","choices":[],{{{Usage}}}}""",
                "[DONE]"
            ),
        ];

    [Theory]
    [MemberData(nameof(Answers))]
    public async Task Audio_is_metered_and_a_posted_call_costs_the_same(string answer)
    {
        var call = await ReceiveAsync(shared.User, Chat, Request, answer);
        Assert.Equal(
            ["input 300", "audioInput 700", "output 10", "audioOutput 90"],
            call["receipt"]!["charges"]!.AsArray().Select(line => $"{line!["kind"]} {line["tokens"]}")
        );
        Assert.Equal((Usd, false), ((decimal)call["costUsd"]!, (bool)call["priceEstimated"]!));
        Assert.Equal((1000, 100), ((int)call["inputTokens"]!, (int)call["outputTokens"]!));

        var posted = JsonNode.Parse(
            """{"provider":"openai","model":"gpt-audio","inputTokens":1000,"outputTokens":100,"audioInputTokens":700,"audioOutputTokens":90}"""
        );
        Assert.Equal(Usd, (decimal)(await shared.User.Api.PostAsync("/api/usage", posted)).Body!["costUsd"]!);
    }

    [Theory]
    [InlineData("audioInputTokens", 11)]
    [InlineData("audioOutputTokens", 6)]
    public async Task More_audio_than_tokens_is_refused(string field, long tokens)
    {
        var body = JsonNode.Parse("""{"provider":"openai","model":"gpt-audio","inputTokens":10,"outputTokens":5}""")!;
        body[field] = tokens;
        (await shared.User.Api.PostAsync("/api/usage", body)).Blames(field);
    }
}
