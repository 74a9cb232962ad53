using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using MyCoach.Dev.Emulator;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Bounds;

/// <summary>What a budget holds for a call, rule by rule, seen as <c>reservedUsd</c> while the call is under way. Rates are cents a million tokens.</summary>
public sealed partial class CostBoundTests(LocalParts parts)
{
    private const string Chat = "openai/v1/chat/completions";
    private const string Responses = "openai/v1/responses";
    private const string Embeddings = "openai/v1/embeddings";
    private const string Messages = "anthropic/v1/messages";

    private const int Overhead = 1024;

    // Input: 125 where it is written to the cache, 200 where for an hour. Output: 500. The model takes 200,000 tokens.
    private const string Haiku = "claude-haiku-4-5";

    private static string Ask(string content, string more = "") =>
        $$$"""{"model":"{{{Haiku}}}","max_tokens":100,"stream":true,{{{more}}}"messages":[{"role":"user","content":{{{content}}}}]}""";

    // Priority is the dearest tier and costs 25 and 100. The model takes 128,000 tokens.
    private static string AskOpenAi(string content, string more = "") =>
        $$$"""{"model":"gpt-4o-mini","max_completion_tokens":100,"stream":true,{{{more}}}"messages":[{"role":"user","content":{{{content}}}}]}""";

    private static string Respond(string input, string more = "") =>
        $$$"""{"model":"gpt-4o-mini","max_output_tokens":100,"stream":true,{{{more}}}"input":{{{input}}}}""";

    [Theory]
    [InlineData("\"Hello\"")]
    [InlineData("\"Grüße, 世界 🌍\"")]
    [InlineData("""[{"type":"text","text":"Hello"},{"type":"text","text":"again"}]""")]
    [InlineData("""[{"type":"tool_result","tool_use_id":"t","content":[{"type":"text","text":"42"}]}]""")]
    [InlineData("""[{"type":"document","source":{"type":"text","media_type":"text/plain","data":"A text"}}]""")]
    [InlineData("""[{"type":"tool_use","id":"t","name":"f","input":{"type":"image"},"caller":{"type":"direct"}}]""")]
    [InlineData("""[{"type":"thinking","thinking":"Hm","signature":"c2lnbmVk"}]""")]
    public async Task Of_inline_text_every_byte_counts_as_a_token(string content)
    {
        var body = Ask(content);
        Assert.Equal(((Encoding.UTF8.GetByteCount(body) + Overhead) * 125) + (100 * 500), await ReservedAsync(Messages, body));
    }

    [Theory]
    [InlineData("""[{"type":"image","source":{"type":"base64","media_type":"image/png","data":"iVBORw0KGgo="}}]""")]
    [InlineData("""[{"type":"image","source":{"type":"url","url":"https://example.org/a.png"}}]""")]
    [InlineData("""[{"type":"image","source":{"type":"file","file_id":"file_1"}}]""")]
    [InlineData("""[{"type":"document","source":{"type":"base64","media_type":"application/pdf","data":"JVBERi0="}}]""")]
    [InlineData("""[{"type":"document","source":{"type":"url","url":"https://example.org/a.pdf"}}]""")]
    [InlineData("""[{"type":"document","source":{"type":"file","file_id":"file_1"}}]""")]
    [InlineData(
        """[{"type":"tool_result","tool_use_id":"t","content":[{"type":"image","source":{"type":"base64","media_type":"image/png","data":"iVBORw0KGgo="}}]}]"""
    )]
    [InlineData("""[{"type":"something_new","text":"x"}]""")]
    public async Task Of_what_is_not_text_in_the_body_the_models_input_limit_counts(string content) =>
        Assert.Equal((200_000 * 125) + (100 * 500), await ReservedAsync(Messages, Ask(content)));

    [Theory]
    [InlineData(Chat, """[{"type":"image_url","image_url":{"url":"https://example.org/a.png"}}]""")]
    [InlineData(Chat, """[{"type":"image_url","image_url":{"url":"data:image/png;base64,iVBORw0KGgo="}}]""")]
    [InlineData(Chat, """[{"type":"file","file":{"file_id":"file-1"}}]""")]
    [InlineData(Chat, """[{"type":"input_audio","input_audio":{"data":"UklGRg==","format":"wav"}}]""")]
    [InlineData(Responses, """[{"role":"user","content":[{"type":"input_file","file_url":"https://example.org/a.pdf"}]}]""")]
    [InlineData(Responses, """[{"role":"user","content":[{"type":"input_image","file_id":"file-1"}]}]""")]
    [InlineData(Responses, """[{"type":"item_reference","id":"msg_1"}]""")]
    [InlineData(Responses, """[{"id":"msg_1"},{"role":"user","content":"And?"}]""")]
    [InlineData(Responses, """[{"type":null,"id":"msg_1"}]""")]
    [InlineData(Responses, """[{"type":"reasoning","id":"rs_1","summary":[],"encrypted_content":""}]""")]
    [InlineData(Responses, """[{"type":"reasoning","id":"rs_1","summary":[]}]""")]
    public async Task At_openai_too(string path, string content) =>
        Assert.Equal((128_000 * 25) + (100 * 100), await ReservedAsync(path, path == Chat ? AskOpenAi(content) : Respond(content)));

    [Theory]
    [InlineData("\"previous_response_id\":\"resp_1\",")]
    [InlineData("\"conversation\":\"conv_1\",")]
    [InlineData("\"something_new\":true,")]
    public async Task What_the_provider_keeps_can_fill_the_models_input(string more) =>
        Assert.Equal((128_000 * 25) + (100 * 100), await ReservedAsync(Responses, Respond("\"Hello\"", more)));

    [Fact]
    public async Task A_member_that_is_null_is_none()
    {
        var body = Respond("\"Hello\"", "\"previous_response_id\":null,");
        Assert.Equal(((body.Length + Overhead) * 25) + (100 * 100), await ReservedAsync(Responses, body));
    }

    [Theory]
    [InlineData("8", 8)]
    [InlineData("8.0", 8)]
    [InlineData("null", 1)]
    public async Task Each_of_several_answers_may_take_the_whole_limit(string n, int answers)
    {
        var body = AskOpenAi("\"Hello\"", $"\"n\":{n},");
        Assert.Equal(((body.Length + Overhead) * 25) + (answers * 100 * 100), await ReservedAsync(Chat, body));
    }

    [Theory]
    [InlineData("priority", 25, 100)]
    [InlineData("fast", 25, 100)]
    [InlineData("auto", 25, 100)]
    [InlineData("default", 15, 60)]
    [InlineData("flex", 15, 60)]
    public async Task The_dearest_tier_that_the_request_permits_counts(string tier, int input, int output)
    {
        var body = AskOpenAi("\"Hello\"", $"\"service_tier\":\"{tier}\",");
        Assert.Equal(((body.Length + Overhead) * input) + (100 * output), await ReservedAsync(Chat, body));
    }

    [Theory]
    [InlineData("""[{"type":"text","text":"Hello","cache_control":{"type":"ephemeral","ttl":"1h"}}]""", 200)]
    [InlineData("""[{"type":"text","text":"Hello","cache_control":{"type":"ephemeral","ttl":"2d"}}]""", 200)]
    [InlineData("""[{"type":"text","text":"Hello","cache_control":{"type":"ephemeral","ttl":"5m"}}]""", 125)]
    [InlineData("""[{"type":"text","text":"Hello","cache_control":{"type":"ephemeral"}}]""", 125)]
    public async Task Input_may_be_written_to_the_cache_for_as_long_as_the_request_says(string content, int rate)
    {
        var body = Ask(content);
        Assert.Equal(((body.Length + Overhead) * rate) + (100 * 500), await ReservedAsync(Messages, body));
    }

    [Theory]
    [InlineData("\"cache_control\":{\"type\":\"ephemeral\",\"ttl\":\"1h\"},")]
    [InlineData(""" "system":[{"type":"text","text":"Be","cache_control":{"type":"ephemeral","ttl":"1h"}}],""")]
    [InlineData(""" "tools":[{"name":"f","input_schema":{"type":"object"},"cache_control":{"type":"ephemeral","ttl":"1h"}}],""")]
    public async Task It_is_said_anywhere_that_input_is_cached_for_an_hour(string more)
    {
        var body = Ask("\"Hello\"", more);
        Assert.Equal(((body.Length + Overhead) * 200) + (100 * 500), await ReservedAsync(Messages, body));
    }

    [Theory]
    [InlineData("\"prompt_cache_key\":\"k\",\"prompt_cache_retention\":\"24h\",")]
    [InlineData("\"prompt_cache_options\":{\"mode\":\"implicit\",\"ttl\":\"30m\"},")]
    public async Task How_openai_is_to_cache_changes_nothing(string more)
    {
        var body = Respond("\"Hello\"", more);
        Assert.Equal(((body.Length + Overhead) * 25) + (100 * 100), await ReservedAsync(Responses, body));
    }

    // 500 and 2,000 cents, a tenth more in the United States, twice as much for speed.
    [Theory]
    [InlineData("", 550, 2200)]
    [InlineData("\"inference_geo\":\"us\",", 550, 2200)]
    [InlineData("\"inference_geo\":\"global\",", 500, 2000)]
    [InlineData("\"speed\":\"fast\",\"inference_geo\":\"global\",", 1000, 4000)]
    public async Task Where_and_how_fast_it_may_be_served_counts(string more, int input, int output)
    {
        var body = Ask("\"Hello\"", more).Replace(Haiku, "claude-opus-5-5", StringComparison.Ordinal);
        Assert.Equal(((body.Length + Overhead) * input) + (100 * output), await ReservedAsync(Messages, body));
    }

    [Theory]
    [InlineData("o3", 500, 2000)]
    [InlineData("gpt-4.1-mini", 100, 400)]
    public async Task A_tier_that_a_project_may_choose_counts_also_where_its_price_is_not_known(string model, int input, int output)
    {
        var body = AskOpenAi("\"Hello\"").Replace("gpt-4o-mini", model, StringComparison.Ordinal);
        Assert.Equal(((body.Length + Overhead) * input) + (100 * output), await ReservedAsync(Chat, body));
    }

    [Fact]
    public async Task Long_input_costs_what_long_input_costs()
    {
        // Beyond 272,000 tokens a million costs 400 in, 500 where written to the cache, and 1,500 out; priority is twice that.
        var body =
            $$$"""{"model":"gpt-6-sol","max_completion_tokens":100,"stream":true,"messages":[{"role":"user","content":"{{{new string('x', 300_000)}}}"}]}""";
        Assert.Equal(((body.Length + Overhead) * 1000) + (100 * 3000), await ReservedAsync(Chat, body));
    }

    [Fact]
    public async Task A_capped_server_tool_may_fill_the_models_input_at_each_use()
    {
        var body = Ask("\"Hello\"", """ "tools":[{"type":"web_search_20250305","name":"web_search","max_uses":3}],""");
        Assert.Equal(((body.Length + (2 * Overhead) + (3 * 200_000)) * 125) + (100 * 500) + (3 * 1_000_000), await ReservedAsync(Messages, body));
    }

    [Fact]
    public async Task At_openai_one_cap_is_for_all_tools_and_is_spent_on_the_dearest()
    {
        var body = Respond(
            "\"Hello\"",
            """ "max_tool_calls":2,"tools":[{"type":"file_search","vector_store_ids":["vs_1"]},{"type":"web_search"}],"""
        );
        Assert.Equal(((body.Length + (3 * Overhead) + (2 * 128_000)) * 25) + (100 * 100) + (2 * 2_500_000), await ReservedAsync(Responses, body));
    }

    [Fact]
    public async Task The_caps_of_several_tools_add_up()
    {
        var body = Ask(
            "\"Hello\"",
            """ "tools":[{"type":"web_search_20250305","name":"web_search","max_uses":3},{"type":"web_fetch_20250910","name":"web_fetch","max_uses":2}],"""
        );
        Assert.Equal(((body.Length + (3 * Overhead) + (5 * 200_000)) * 125) + (100 * 500) + (3 * 1_000_000), await ReservedAsync(Messages, body));
    }

    [Theory]
    [InlineData("""{"type":"code_interpreter","container":{"type":"auto"}}""", 3)]
    [InlineData("""{"type":"image_generation","size":"1024x1536","quality":"high"}""", 26.16)]
    public async Task What_openais_tools_cost_for_each_use_is_added(string tool, decimal cents)
    {
        var body = Respond("\"Hello\"", $"\"max_tool_calls\":2,\"tools\":[{tool}],");
        Assert.Equal(
            ((body.Length + (2 * Overhead) + (2 * 128_000)) * 25) + (100 * 100) + (2 * cents * 1_000_000),
            await ReservedAsync(Responses, body)
        );
    }

    [Theory]
    [InlineData("""{"type":"local_shell"}""")]
    [InlineData("""{"type":"shell","environment":{"type":"local"}}""")]
    public async Task A_tool_of_the_providers_that_the_caller_runs_needs_no_cap(string tool)
    {
        var body = Respond("\"Hello\"", $"\"tools\":[{tool}],");
        Assert.Equal(((body.Length + (2 * Overhead)) * 25) + (100 * 100), await ReservedAsync(Responses, body));
    }

    [Fact]
    public async Task Of_two_stated_limits_the_larger_counts()
    {
        var body = AskOpenAi("\"Hello\"", "\"max_tokens\":700,");
        Assert.Equal(((body.Length + Overhead) * 25) + (700 * 100), await ReservedAsync(Chat, body));
    }

    [Fact]
    public async Task Tools_that_the_caller_runs_cost_nothing_more_than_their_text()
    {
        var body = Ask(
            "\"Hello\"",
            """ "tools":[{"name":"f","description":"x","input_schema":{"type":"object","properties":{"image":{"type":"image"}}}}],"""
        );
        Assert.Equal(((body.Length + Overhead) * 125) + (100 * 500), await ReservedAsync(Messages, body));
    }

    [Fact]
    public async Task What_is_foretold_may_be_charged_like_output()
    {
        var body = AskOpenAi("\"Hello\"", """ "prediction":{"type":"content","content":"Hello to you"},""");
        Assert.Equal(((body.Length + Overhead) * 25) + (100 * 100) + (body.Length * 100), await ReservedAsync(Chat, body));
    }

    [Fact]
    public async Task An_embedding_has_no_output()
    {
        await using var app = await TestApp.StartAsync(parts);
        using var ann = await GatewayUser.WithKeysAsync(app);
        var body = """{"model":"text-embedding-3-small","input":"Hello"}""";
        // As many cents as the bound, and one short of it: 2 cents a million tokens.
        var tokens = 1_000_000 - 16;
        body = body.Replace("Hello", new string('x', tokens - body.Length + 5), StringComparison.Ordinal);
        await CappedCall.SetBudgetAsync(ann, 1);
        (await ann.Api.PostAsync($"/api/gateway/{Embeddings}", JsonNode.Parse(body)!)).IsRefusal(402, "budget_exceeded");
        await CappedCall.SetBudgetAsync(ann, 2);
        (await ann.Api.PostAsync($"/api/gateway/{Embeddings}", JsonNode.Parse(body)!)).Is(HttpStatusCode.OK);
    }

    /// <summary>What a budget holds for the call, in millionths of a cent.</summary>
    private async Task<decimal> ReservedAsync(string path, string body, params (string, string)[] headers)
    {
        await using var app = await TestApp.StartAsync(parts);
        using var ann = await GatewayUser.WithKeysAsync(app);
        await CappedCall.SetBudgetAsync(ann, 1_000_000);
        var feed = new Feed();
        app.Emulator.Knobs.AnswerNext(feed.Answer());

        using var answer = await ann.SendAsync(path, body, headers);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.False(answer.Headers.Contains("X-MyCoach-Output-Limit"));
        Assert.Equal(body, WithoutAskingForUsage(Assert.Single(app.Emulator.Calls)));
        var (_, reserved) = await CappedCall.BudgetAsync(ann.Api);
        feed.End();
        return reserved * 1_000_000;
    }

    private static string WithoutAskingForUsage(EmulatedCall call) =>
        call.BodyText.Replace(""","stream_options":{"include_usage":true}""", "", StringComparison.Ordinal);
}
