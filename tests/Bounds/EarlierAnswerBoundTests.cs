using static MyCoach.Tests.Bounds.BoundedRequest;

namespace MyCoach.Tests.Bounds;

/// <summary>What input from earlier answers can cost at most, and which answers may become such input.</summary>
public sealed class EarlierAnswerBoundTests
{
    [Theory]
    [InlineData("\"previous_response_id\":\"resp_1\",", "\"And?\"", "resp_1")]
    [InlineData("", """[{"type":"item_reference","id":"msg_1"},{"role":"user","content":"And?"}]""", "msg_1")]
    [InlineData("", """[{"id":"msg_1"},{"type":"item_reference","id":"msg_1"}]""", "msg_1 msg_1")]
    [InlineData("", """[{"type":"reasoning","id":"rs_1","summary":[],"encrypted_content":null}]""", "rs_1")]
    [InlineData(
        "\"previous_response_id\":\"resp_1\",",
        """[{"type":"item_reference","id":"fc_1"},{"type":"function_call_output","call_id":"c","output":"20"}]""",
        "resp_1 fc_1"
    )]
    public void Earlier_answers_count_by_their_tokens_where_known(string more, string input, string ids)
    {
        var body = Respond(input, more);
        var factors = Read(Responses, body);
        Assert.Equal(ids.Split(' '), factors.EarlierAnswers);
        Assert.True(factors.CanBeContinued);
        Assert.Equal((128_000 * 25) + (100 * 100), BoundOf(Responses, body));
        Assert.Equal(
            ((body.Length + Overhead + 5_000) * 25) + (100 * 100),
            BoundOf(Responses, body, earlierTokens: 5_000)
        );
    }

    [Theory]
    [InlineData("\"conversation\":\"conv_1\",", """[{"type":"item_reference","id":"msg_1"}]""")]
    [InlineData("\"previous_response_id\":{\"id\":\"resp_1\"},", "\"And?\"")]
    [InlineData("", """[{"type":"item_reference"}]""")]
    [InlineData("", """[{"type":"item_reference","id":"a"},{"type":"input_file","file_id":"file-1"}]""")]
    [InlineData("", """[{"role":"user","content":[{"type":"item_reference","id":"msg_1"}]}]""")]
    public void Earlier_answers_beside_other_stored_input_are_unknown(string more, string input) =>
        Assert.Empty(Read(Responses, Respond(input, more)).EarlierAnswers);

    // What the provider reads later can be longer than what it read now.
    [Theory]
    [InlineData("\"store\":false,", "\"Hi\"", false)]
    [InlineData("\"truncation\":\"auto\",", "\"Hi\"", false)]
    [InlineData("\"context_management\":[{\"type\":\"compaction\"}],", "\"Hi\"", false)]
    [InlineData("\"tools\":[{\"type\":\"web_search\"}],", "\"Hi\"", false)]
    [InlineData("\"tools\":[{\"type\":\"mcp\"}],", "\"Hi\"", false)]
    [InlineData("\"prompt\":{\"id\":\"pmpt_1\"},", "\"Hi\"", false)]
    [InlineData("\"conversation\":\"conv_1\",", "\"Hi\"", false)]
    [InlineData(
        "",
        """[{"role":"user","content":[{"type":"input_image","image_url":"https://x.example/a"}]}]""",
        false
    )]
    [InlineData("", """[{"role":"user","content":[{"type":"input_image","file_id":"file-1"}]}]""", false)]
    [InlineData("", """[{"role":"user","content":[{"type":"input_file","file_id":"file-1"}]}]""", false)]
    [InlineData(
        "",
        """[{"role":"user","content":[{"type":"input_image","image_url":"data:image/png;base64,AA"}]}]""",
        true
    )]
    [InlineData("\"store\":true,\"truncation\":\"disabled\",", "\"Hi\"", true)]
    [InlineData("\"tools\":[{\"type\":\"function\",\"name\":\"f\"},{\"type\":\"local_shell\"}],", "\"Hi\"", true)]
    public void An_answer_can_be_continued_if_its_input_cannot_grow(string more, string input, bool canBe) =>
        Assert.Equal(canBe, Read(Responses, Respond(input, more)).CanBeContinued);
}
