using static MyCoach.Tests.Bounds.BoundedRequest;

namespace MyCoach.Tests.Bounds;

/// <summary>
/// The upper bound of text completions and of compactions. Input costs 25 cents per million tokens, output 100.
/// </summary>
public sealed class TextCompletionBoundTests
{
    private const string Completions = "openai/v1/completions";
    private const string Compact = "openai/v1/responses/compact";

    [Theory]
    [InlineData("\"Once upon a time\"", "", 1)]
    [InlineData("\"Once\"", "\"n\":3,", 3)]
    [InlineData("\"Once\"", "\"n\":3,\"best_of\":5,", 5)]
    [InlineData("\"Once\"", "\"n\":5,\"best_of\":3,", 5)]
    [InlineData("\"Once\"", "\"best_of\":4,", 4)]
    [InlineData("\"Once\"", "\"best_of\":null,\"n\":null,", 1)]
    [InlineData("[\"Once\",\"Twice\"]", "", 2)]
    [InlineData("[\"Once\",\"Twice\"]", "\"n\":2,\"best_of\":3,", 6)]
    [InlineData("[1212,318,257]", "", 1)]
    [InlineData("[[1212,318],[257]]", "\"n\":2,", 4)]
    [InlineData("[1212,\"Once\"]", "", 2)]
    [InlineData("[]", "", 1)]
    [InlineData("\"Once\"", "\"suffix\":\"the end\",\"logprobs\":2,\"stop\":[\".\"],", 1)]
    public void Each_answer_to_each_prompt_may_use_the_whole_limit(string prompt, string more, int answers)
    {
        var body = Complete(prompt, more);
        Assert.Equal(((body.Length + Overhead) * 25) + (answers * 100 * 100), BoundOf(Completions, body));
    }

    [Theory]
    [InlineData("")]
    [InlineData("\"max_tokens\":null,")]
    public void Without_a_limit_an_answer_has_sixteen_tokens(string more)
    {
        var body = Complete("\"Once\"", more, limit: "");
        Assert.Equal(((body.Length + Overhead) * 25) + (16 * 100), BoundOf(Completions, body));
        Assert.False(Evaluate(Completions, body).Bound!.MayBeLowered);
    }

    [Theory]
    [InlineData("\"Once\"", "", 1)]
    [InlineData("\"Once\"", "\"best_of\":3,", 3)]
    [InlineData("[\"Once\",\"Twice\"]", "\"n\":2,", 2)]
    public void A_repeated_prompt_counts_as_output(string prompt, string more, int times)
    {
        var body = Complete(prompt, $"\"echo\":true,{more}");
        var silent = Complete(prompt, $"\"echo\":false,{more}");
        Assert.Equal(
            BoundOf(Completions, silent) - (silent.Length * 25) + (body.Length * (25 + (times * 100))),
            BoundOf(Completions, body)
        );
    }

    [Theory]
    [InlineData("best_of", "\"best_of\":-1,")]
    [InlineData("best_of", "\"best_of\":\"3\",")]
    [InlineData("n", "\"n\":1.5,")]
    [InlineData("max_tokens", "")]
    public void A_count_has_to_be_a_whole_number(string member, string more) =>
        Assert.Equal(
            member,
            Read(
                Completions,
                Complete("\"Once\"", more, more.Length == 0 ? "\"max_tokens\":true," : "")
            ).MalformedInteger
        );

    [Fact]
    public void Very_many_answers_have_no_bound()
    {
        var prompts = string.Join(',', Enumerable.Repeat("\"\"", 2_000));
        Assert.Contains(
            "answers",
            Evaluate(Completions, Complete($"[{prompts}]", "\"n\":128,")).Fault!.What,
            StringComparison.Ordinal
        );
        Assert.NotNull(Evaluate(Completions, Complete("\"\"", "\"n\":9000000000000000000,")).Fault);
    }

    [Fact]
    public void Members_of_text_completions_are_unknown_elsewhere()
    {
        Assert.False(Read(Chat, AskOpenAi("\"Hi\"", "\"suffix\":\"x\",")).IsInline);
        Assert.False(Read(Completions, Complete("\"Hi\"", "\"documents\":[\"x\"],")).IsInline);
        Assert.Contains("prompt", Read(Responses, Respond("\"Hi\"", "\"prompt\":{\"id\":\"p\"},")).UnboundedFields);
    }

    [Fact]
    public void A_compaction_may_write_as_much_as_its_model()
    {
        var body = """{"model":"gpt-4o-mini","instructions":"Be brief.","input":[{"role":"user","content":"Hello"}]}""";
        Assert.Equal(((body.Length + Overhead) * 25) + (16_384 * 100), BoundOf(Compact, body));
        Assert.False(Evaluate(Compact, body).Bound!.MayBeLowered);

        var stored = body.Replace("\"instructions\":\"Be brief.\"", "\"previous_response_id\":\"resp_1\"");
        Assert.Equal((128_000 * 25) + (16_384 * 100), BoundOf(Compact, stored));
    }

    private static string Complete(string prompt, string more = "", string limit = "\"max_tokens\":100,") =>
        $$$"""{"model":"gpt-4o-mini",{{{limit}}}{{{more}}}"prompt":{{{prompt}}}}""";
}
