using MyCoach.Bounds;
using MyCoach.Providers;
using static MyCoach.Tests.Bounds.BoundedRequest;

namespace MyCoach.Tests.Bounds;

/// <summary>Whether a stream whose caller disconnects can be charged by what came of it, or must be drained.</summary>
public sealed class PartialUsageTests
{
    [Theory]
    [InlineData(Responses, "gpt-4o-mini", "", true)]
    [InlineData(Responses, "gpt-4o-mini", """ "previous_response_id":"resp_1", """, false)]
    [InlineData(Responses, "gpt-4o-mini", """ "max_tool_calls":1,"tools":[{"type":"web_search"}], """, false)]
    [InlineData(Chat, "gpt-4o-mini", "", true)]
    [InlineData(Chat, "gpt-4o-mini", """ "modalities":["text","audio"], """, false)]
    [InlineData(Chat, "gpt-4o-audio-preview", """ "audio":{"voice":"alloy"}, """, false)]
    [InlineData(Responses, "o3", "", false)]
    [InlineData(Messages, "claude-haiku-4-5", "", true)]
    [InlineData(Messages, "claude-haiku-4-5", """ "thinking":{"type":"disabled"}, """, true)]
    [InlineData(Messages, "claude-haiku-4-5", """ "thinking":{"type":"enabled","budget_tokens":1024}, """, false)]
    [InlineData(Messages, "claude-opus-5", "", false)]
    public void Usage_so_far_can_be_estimated_unless_hidden(string path, string model, string more, bool expected)
    {
        var body =
            path == Responses
                ? $$"""{"model":"{{model}}",{{more}}"stream":true,"max_output_tokens":2000,"input":"Go on"}"""
                : $$"""{"model":"{{model}}",{{more}}"stream":true,"max_tokens":2000,"messages":[{"role":"user","content":"Go on"}]}""";
        var provider = path == Messages ? Provider.Anthropic : Provider.OpenAi;
        Assert.Equal(expected, PartialUsage.CanBeEstimated(provider, model, Read(path, body)));
    }
}
