using static MyCoach.Tests.Bounds.BoundedRequest;

namespace MyCoach.Tests.Bounds;

/// <summary>Requests without a maximum cost, and the reason that a refusal names.</summary>
public sealed class UnboundedTests
{
    public static TheoryData<string, string, string> Unbounded =>
        new()
        {
            {
                Messages,
                Ask("\"Hi\"", """ "tools":[{"type":"web_search_20250305","name":"web_search"}],"""),
                "web_search_20250305"
            },
            {
                Messages,
                Ask("\"Hi\"", """ "tools":[{"type":"code_execution_20250825","name":"code_execution"}],"""),
                "code_execution_20250825"
            },
            {
                Messages,
                Ask("\"Hi\"", """ "tools":[{"type":"code_execution_20250825","name":"c","max_uses":1}],"""),
                "code_execution_20250825"
            },
            {
                Messages,
                Ask("\"Hi\"", """ "tools":[{"type":"advisor_20260301","name":"advisor","model":"claude-opus-5-5"}],"""),
                "advisor_20260301"
            },
            {
                Messages,
                Ask("\"Hi\"", """ "mcp_servers":[{"type":"url","url":"https://example.org","name":"m"}],"""),
                "mcp_servers"
            },
            {
                Messages,
                Ask("\"Hi\"", """ "context_management":{"edits":[{"type":"compact_20260112"}]},"""),
                "context_management"
            },
            { Messages, Ask("\"Hi\"", """ "fallbacks":[{"model":"claude-opus-5-5"}],"""), "fallbacks" },
            {
                Messages,
                Ask("""[{"type":"document","source":{"type":"base64","data":"JVBER"}}]""")
                    .Replace(Haiku, "claude-mythos-5-1", StringComparison.Ordinal),
                "claude-mythos-5-1"
            },
            { Responses, Respond("\"Hi\"", """ "tools":[{"type":"shell"}],"""), "shell" },
            {
                Responses,
                Respond(
                    "\"Hi\"",
                    """ "max_tool_calls":3,"tools":[{"type":"mcp","server_label":"m","server_url":"https://example.org"}],"""
                ),
                "mcp"
            },
            { Responses, Respond("\"Hi\"", """ "prompt":{"id":"pmpt_1"},"""), "prompt" },
            { Responses, Respond("""[{"role":"user","content":"Hi"},{"type":"compaction_trigger"}]"""), "input" },
            {
                Messages,
                Ask(
                    "\"Hi\"",
                    """ "tools":[{"type":"tool_search_tool_regex_20251119","name":"tool_search_tool_regex"}],"""
                ),
                "tool_search_tool_regex_20251119"
            },
            {
                Responses,
                Respond("\"Hi\"", """ "context_management":[{"type":"compaction","compact_threshold":1000}],"""),
                "context_management"
            },
            { Chat, AskOpenAi("\"Hi\"", """ "web_search_options":{},"""), "web_search_options" },
            { Chat, AskOpenAi("\"Hi\"", """ "modalities":["text","audio"],"""), "modalities" },
            { Chat, AskOpenAi("\"Hi\"", """ "service_tier":"something_new","""), "something_new" },
            { Responses, Respond("\"Hi\"", """ "prompt_cache_options":{"ttl":"7d"},"""), "prompt_cache_options" },
            {
                Messages,
                Ask("\"Hi\"", """ "tools":[{"type":"web_search_20260209","name":"web_search","max_uses":1}],"""),
                "the tool web_search_20260209 without allowed_callers"
            },
            {
                Responses,
                Respond(
                    "\"Hi\"",
                    """ "max_tool_calls":1,"tools":[{"type":"code_interpreter","container":{"type":"auto","memory_limit":"64g"}}],"""
                ),
                "memory_limit"
            },
            {
                Responses,
                Respond(
                    "\"Hi\"",
                    """ "max_tool_calls":1,"tools":[{"type":"code_interpreter","container":"cntr_1"}],"""
                ),
                "a container whose memory is unknown"
            },
            {
                Responses,
                Respond("\"Hi\"", """ "max_tool_calls":1,"tools":[{"type":"image_generation","size":"3840x2160"}],"""),
                "size"
            },
            {
                Responses,
                Respond("\"Hi\"", """ "max_tool_calls":1,"tools":[{"type":"image_generation","partial_images":3}],"""),
                "partial_images"
            },
            {
                Chat,
                AskOpenAi("\"Hi\"", """ "modalities":["text","audio"],"audio":{"voice":"alloy","format":"wav"},"""),
                "modalities with audio"
            },
            {
                Chat,
                AskOpenAi("""[{"type":"input_audio","input_audio":{"data":"UklGRg==","format":"wav"}}]"""),
                "input_audio, whose price is unknown"
            },
            {
                Chat,
                AskOpenAi("\"And?\"")
                    .Replace(
                        """{"role":"user",""",
                        """{"role":"assistant","audio":{"id":"audio_1"}},{"role":"user",""",
                        StringComparison.Ordinal
                    ),
                "input_audio, whose price is unknown"
            },
        };

    [Theory]
    [MemberData(nameof(Unbounded))]
    public void A_request_without_a_maximum_cost_has_no_bound_and_a_reason(string path, string body, string named)
    {
        var (bound, fault) = Evaluate(path, body);
        Assert.Null(bound);
        Assert.False(fault!.IsUnpriced);
        Assert.Contains(named, fault.What, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Chat, "\"n\":\"8\",", "n")]
    [InlineData(Chat, "\"n\":-1,", "n")]
    [InlineData(Chat, "\"max_tokens\":\"16000\",", "max_tokens")]
    [InlineData(Responses, "\"max_tool_calls\":-1,\"tools\":[{\"type\":\"web_search\"}],", "max_tool_calls")]
    [InlineData(
        Messages,
        "\"tools\":[{\"type\":\"web_search_20250305\",\"name\":\"web_search\",\"max_uses\":0.5}],",
        "max_uses"
    )]
    public void A_field_that_must_be_a_whole_number_is_named_when_malformed(string path, string more, string named)
    {
        var body = path switch
        {
            Chat => AskOpenAi("\"Hi\"", more),
            Responses => Respond("\"Hi\"", more),
            _ => Ask("\"Hi\"", more),
        };
        Assert.Equal(named, Read(path, body).MalformedInteger);
    }

    [Theory]
    [InlineData(1, "")]
    [InlineData(9_300, ",\"stream\":true")]
    public void A_bound_never_overflows_however_many_uses_are_allowed(int tools, string more)
    {
        var fetch = string.Join(
            ',',
            Enumerable.Repeat("""{"type":"web_fetch_20250910","name":"f","max_uses":1000000000}""", tools)
        );
        var (bound, fault) = Evaluate(
            Messages,
            $$"""{"model":"claude-opus-4-6","max_tokens":10{{more}},"messages":[{"role":"user","content":"Hi"}],"tools":[{{fetch}}]}"""
        );
        Assert.Null(bound);
        Assert.Contains("more than 100000 times", fault!.What, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("interleaved-thinking-2025-05-14", null)]
    [InlineData("interleaved-thinking-2025-05-14, context-1m-2025-08-07", null)]
    [InlineData("interleaved-thinking-2025-05-14,something-new-2026-11-01", "something-new-2026-11-01")]
    [InlineData("interleaved-thinking-2031-01-31,claude-code-20310131", null)]
    [InlineData("interleaved-thinking-more-2025-05-14", "interleaved-thinking-more-2025-05-14")]
    [InlineData("interleaved-2025-05-14", "interleaved-2025-05-14")]
    [InlineData("managed-agents-2026-04-01", "managed-agents-2026-04-01")]
    [InlineData(
        "claude-code-20250219,interleaved-thinking-2025-05-14,per-turn-control-2026-07-01,inline-tools-2026-09-15,"
            + "mid-conversation-tool-changes-2026-07-01,afk-mode-2026-01-31,dangerous-tool-use-2026-09-03,"
            + "thinking-display-updates-2026-08-18,fallback-credit-2026-07-01,context-1m-2025-08-07",
        null
    )]
    public void A_beta_missing_from_the_price_book_has_no_bound(string betas, string? named)
    {
        var (bound, fault) = Evaluate(Messages, Ask("\"Hi\""), betas);
        Assert.Equal(named is null, bound is not null);
        Assert.Equal(named is null, fault is null);
        Assert.Contains(named ?? "", fault?.What ?? "", StringComparison.Ordinal);
    }
}
