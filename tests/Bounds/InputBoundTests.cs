using System.Text;
using static MyCoach.Tests.Bounds.BoundedRequest;

namespace MyCoach.Tests.Bounds;

/// <summary>What the input of a call can cost at most. Rates are cents per million tokens.</summary>
public sealed class InputBoundTests
{
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
    [InlineData("""[{"type":"image","source":{"type":"base64","media_type":"image/png","data":"iVBORw0KGgo="}}]""")]
    [InlineData("""[{"type":"image","source":{"type":"url","url":"https://example.org/a.png"}}]""")]
    [InlineData("""[{"type":"image","source":{"type":"file","file_id":"file_1"}}]""")]
    [InlineData(
        """[{"type":"document","source":{"type":"base64","media_type":"application/pdf","data":"JVBERi0="}}]"""
    )]
    [InlineData("""[{"type":"document","source":{"type":"url","url":"https://example.org/a.pdf"}}]""")]
    [InlineData("""[{"type":"document","source":{"type":"file","file_id":"file_1"}}]""")]
    [InlineData(
        """[{"type":"tool_result","tool_use_id":"t","content":[{"type":"image","source":{"type":"base64","media_type":"image/png","data":"iVBORw0KGgo="}}]}]"""
    )]
    [InlineData("""[{"type":"something_new","text":"x"}]""")]
    public void Input_that_is_not_inline_text_counts_as_the_models_limit(string content) =>
        Assert.Equal((200_000 * 125) + (100 * 500), BoundOf(Messages, Ask(content)));

    [Theory]
    [InlineData(Chat, """[{"type":"image_url","image_url":{"url":"https://example.org/a.png"}}]""")]
    [InlineData(Chat, """[{"type":"image_url","image_url":{"url":"data:image/png;base64,iVBORw0KGgo="}}]""")]
    [InlineData(Chat, """[{"type":"file","file":{"file_id":"file-1"}}]""")]
    [InlineData(Chat, """[{"type":"input_audio","input_audio":{"data":"UklGRg==","format":"wav"}}]""")]
    [InlineData(
        Responses,
        """[{"role":"user","content":[{"type":"input_file","file_url":"https://example.org/a.pdf"}]}]"""
    )]
    [InlineData(Responses, """[{"role":"user","content":[{"type":"input_image","file_id":"file-1"}]}]""")]
    [InlineData(Responses, """[{"type":"item_reference","id":"msg_1"}]""")]
    [InlineData(Responses, """[{"id":"msg_1"},{"role":"user","content":"And?"}]""")]
    [InlineData(Responses, """[{"type":null,"id":"msg_1"}]""")]
    [InlineData(Responses, """[{"type":"reasoning","id":"rs_1","summary":[],"encrypted_content":""}]""")]
    [InlineData(Responses, """[{"type":"reasoning","id":"rs_1","summary":[]}]""")]
    public void OpenAI_input_that_is_not_inline_text_counts_as_the_models_limit(string path, string content) =>
        Assert.Equal((128_000 * 25) + (100 * 100), BoundOf(path, path == Chat ? AskOpenAi(content) : Respond(content)));

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
}
