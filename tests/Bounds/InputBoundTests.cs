using System.Text;
using static MyCoach.Tests.Bounds.BoundedRequest;

namespace MyCoach.Tests.Bounds;

/// <summary>What the input of a call can cost at most. Rates are cents per million tokens.</summary>
public sealed class InputBoundTests
{
    private static readonly string Data = "data:image/png;base64," + new string('A', 2_000);

    [Theory]
    [InlineData("\"Hello\"")]
    [InlineData("\"Grüße, 世界 🌍\"")]
    [InlineData("""[{"type":"text","text":"Hello"},{"type":"text","text":"again"}]""")]
    [InlineData("""[{"type":"tool_result","tool_use_id":"t","content":[{"type":"text","text":"42"}]}]""")]
    [InlineData("""[{"type":"document","source":{"type":"text","media_type":"text/plain","data":"A text"}}]""")]
    [InlineData("""[{"type":"tool_use","id":"t","name":"f","input":{"type":"image"},"caller":{"type":"direct"}}]""")]
    [InlineData("""[{"type":"thinking","thinking":"Hm","signature":"c2lnbmVk"}]""")]
    public void Every_byte_of_inline_text_counts_as_a_token(string content)
    {
        var body = Ask(content);
        Assert.Equal(((Encoding.UTF8.GetByteCount(body) + Overhead) * 125) + (100 * 500), BoundOf(Messages, body));
    }

    [Theory]
    [InlineData(
        """[{"type":"document","source":{"type":"base64","media_type":"application/pdf","data":"JVBERi0="}}]"""
    )]
    [InlineData("""[{"type":"document","source":{"type":"url","url":"https://example.org/a.pdf"}}]""")]
    [InlineData("""[{"type":"document","source":{"type":"file","file_id":"file_1"}}]""")]
    [InlineData("""[{"type":"something_new","text":"x"}]""")]
    public void Input_that_is_not_inline_text_counts_as_the_models_limit(string content) =>
        Assert.Equal((200_000 * 125) + (100 * 500), BoundOf(Messages, Ask(content)));

    [Theory]
    [InlineData(Chat, """[{"type":"file","file":{"file_id":"file-1"}}]""")]
    [InlineData(
        Responses,
        """[{"role":"user","content":[{"type":"input_file","file_url":"https://example.org/a.pdf"}]}]"""
    )]
    [InlineData(Responses, """[{"type":"item_reference","id":"msg_1"}]""")]
    [InlineData(Responses, """[{"id":"msg_1"},{"role":"user","content":"And?"}]""")]
    [InlineData(Responses, """[{"type":null,"id":"msg_1"}]""")]
    [InlineData(Responses, """[{"type":"reasoning","id":"rs_1","summary":[],"encrypted_content":""}]""")]
    [InlineData(Responses, """[{"type":"reasoning","id":"rs_1","summary":[]}]""")]
    public void OpenAI_input_that_is_not_inline_text_counts_as_the_models_limit(string path, string content) =>
        Assert.Equal((128_000 * 25) + (100 * 100), BoundOf(path, path == Chat ? AskOpenAi(content) : Respond(content)));

    [Theory]
    [InlineData("""[{"type":"image","source":{"type":"base64","media_type":"image/png","data":"DATA"}}]""", 1)]
    [InlineData("""[{"source":{"data":"DATA","media_type":"image/png","type":"base64"},"type":"image"}]""", 1)]
    [InlineData("""[{"type":"image","source":{"type":"url","url":"DATA"}},{"type":"text","text":"Hi"}]""", 1)]
    [InlineData("""[{"type":"image","source":{"type":"file","file_id":"file_1"}}]""", 1)]
    [InlineData(
        """[{"type":"tool_result","tool_use_id":"t","content":[{"type":"image","source":{"type":"base64","media_type":"image/png","data":"DATA"}},{"type":"image","source":{"type":"file","file_id":"f"}}]}]""",
        2
    )]
    public void An_image_counts_as_the_most_that_one_may_take(string content, int images)
    {
        var body = Ask(content.Replace("DATA", Data, StringComparison.Ordinal));
        var text = Ask(content).Replace("\"DATA\"", "", StringComparison.Ordinal);
        Assert.Equal(((text.Length + Overhead + (images * 4_784)) * 125) + (100 * 500), BoundOf(Messages, body));
    }

    [Theory]
    [InlineData(Chat, "gpt-4o-mini", """[{"type":"image_url","image_url":{"url":"DATA"}}]""", 48_169)]
    [InlineData(Chat, "gpt-4o", """[{"image_url":{"detail":"high","url":"DATA"},"type":"image_url"}]""", 10_000)]
    [InlineData(Chat, "gpt-5-nano", """[{"type":"image_url","image_url":{"url":"DATA"}}]""", 24_600)]
    [InlineData(
        Responses,
        "gpt-5.5",
        """[{"role":"user","content":[{"type":"input_image","image_url":"DATA"}]}]""",
        10_000
    )]
    [InlineData(
        Responses,
        "gpt-5.5",
        """[{"type":"function_call_output","call_id":"c","output":[{"type":"input_image","image_url":"DATA"}]}]""",
        10_000
    )]
    public void An_image_at_OpenAI_counts_by_its_model(string path, string model, string content, int tokens)
    {
        var with = BodyOf(path, model, content.Replace("DATA", Data, StringComparison.Ordinal));
        var (bound, fault) = Evaluate(path, with);
        Assert.Null(fault);
        var text = BodyOf(path, model, content).Replace("\"DATA\"", "", StringComparison.Ordinal);
        Assert.Equal(text.Length + Overhead + tokens, bound!.Fixed!.Charges[0].Count);
    }

    [Theory]
    [InlineData(
        """[{"type":"document","source":{"type":"content","content":[{"type":"image","source":{"type":"base64","data":"DATA"}}]}}]""",
        1
    )]
    [InlineData("""[{"type":"text","text":"a","data":"DATA"}]""", 0)]
    [InlineData("""[{"type":"search_result","url":"DATA","content":[]}]""", 0)]
    public void Only_the_data_of_an_image_is_not_text(string content, int images)
    {
        var body = Ask(content.Replace("DATA", Data, StringComparison.Ordinal));
        var less = images * (Data.Length + 2);
        Assert.Equal(((body.Length - less + Overhead + (images * 4_784)) * 125) + (100 * 500), BoundOf(Messages, body));
    }

    [Theory]
    [InlineData("client_metadata")]
    [InlineData("metadata")]
    public void A_member_that_is_no_input_counts_by_its_bytes(string member)
    {
        var body = Respond("\"Hello\"", $$""" "{{member}}":{"x":"u"},""");
        Assert.Equal(((body.Length + Overhead) * 25) + (100 * 100), BoundOf(Responses, body));
    }

    [Fact]
    public void What_long_context_lets_a_model_take_counts_where_the_beta_asks_for_it()
    {
        var (bound, _) = Evaluate(
            Messages,
            Ask("""[{"type":"document","source":{"type":"file","file_id":"f"}}]"""),
            "context-1m-2025-08-07"
        );
        Assert.Equal(1_000_000, bound!.Fixed!.Charges[0].Count);
    }

    [Fact]
    public void A_name_that_ends_in_1m_raises_the_input_limit()
    {
        var body = Ask("""[{"type":"document","source":{"type":"file","file_id":"f"}}]""")
            .Replace(Haiku, $"{Haiku}[1m]", StringComparison.Ordinal);
        Assert.Equal(1_000_000, Evaluate(Messages, body).Bound!.Fixed!.Charges[0].Count);
    }

    [Theory]
    [InlineData("\"previous_response_id\":\"resp_1\",")]
    [InlineData("\"conversation\":\"conv_1\",")]
    [InlineData("\"something_new\":true,")]
    public void Input_stored_at_the_provider_counts_as_the_models_limit(string more) =>
        Assert.Equal((128_000 * 25) + (100 * 100), BoundOf(Responses, Respond("\"Hello\"", more)));

    [Fact]
    public void A_null_field_counts_as_absent()
    {
        var body = Respond("\"Hello\"", "\"previous_response_id\":null,");
        Assert.Equal(((body.Length + Overhead) * 25) + (100 * 100), BoundOf(Responses, body));
    }

    [Theory]
    [InlineData("""[{"type":"text","text":"Hello","cache_control":{"type":"ephemeral","ttl":"1h"}}]""", 200)]
    [InlineData("""[{"type":"text","text":"Hello","cache_control":{"type":"ephemeral","ttl":"2d"}}]""", 200)]
    [InlineData("""[{"type":"text","text":"Hello","cache_control":{"type":"ephemeral","ttl":"5m"}}]""", 125)]
    [InlineData("""[{"type":"text","text":"Hello","cache_control":{"type":"ephemeral"}}]""", 125)]
    public void Cache_writes_are_charged_for_the_requested_duration(string content, int rate)
    {
        var body = Ask(content);
        Assert.Equal(((body.Length + Overhead) * rate) + (100 * 500), BoundOf(Messages, body));
    }

    [Theory]
    [InlineData("\"cache_control\":{\"type\":\"ephemeral\",\"ttl\":\"1h\"},")]
    [InlineData(""" "system":[{"type":"text","text":"Be","cache_control":{"type":"ephemeral","ttl":"1h"}}],""")]
    [InlineData(
        """ "tools":[{"name":"f","input_schema":{"type":"object"},"cache_control":{"type":"ephemeral","ttl":"1h"}}],"""
    )]
    public void An_hour_of_caching_counts_wherever_it_is_requested(string more)
    {
        var body = Ask("\"Hello\"", more);
        Assert.Equal(((body.Length + Overhead) * 200) + (100 * 500), BoundOf(Messages, body));
    }

    [Theory]
    [InlineData("\"prompt_cache_key\":\"k\",\"prompt_cache_retention\":\"24h\",")]
    [InlineData("\"prompt_cache_options\":{\"mode\":\"implicit\",\"ttl\":\"30m\"},")]
    public void OpenAI_cache_options_do_not_change_the_bound(string more)
    {
        var body = Respond("\"Hello\"", more);
        Assert.Equal(((body.Length + Overhead) * 25) + (100 * 100), BoundOf(Responses, body));
    }

    [Fact]
    public void Long_input_is_bounded_at_long_input_rates()
    {
        // Beyond 272,000 tokens a million costs 400 in, 500 where written to the cache, and 1,500 out; priority is
        // twice that.
        var body =
            $$$"""{"model":"gpt-6-sol","max_completion_tokens":100,"stream":true,"messages":[{"role":"user","content":"{{{new string('x', 300_000)}}}"}]}""";
        Assert.Equal(((body.Length + Overhead) * 1000) + (100 * 3000), BoundOf(Chat, body));
    }

    private static string BodyOf(string path, string model, string content) =>
        (path == Chat ? AskOpenAi(content) : Respond(content)).Replace("gpt-4o-mini", model, StringComparison.Ordinal);
}
