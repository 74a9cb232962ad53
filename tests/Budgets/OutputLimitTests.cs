using System.Globalization;
using System.Net;
using System.Text;
using MyCoach.Dev.Emulator;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Budgets;

/// <summary>
/// Only where a request leaves its output limit open and the model's own does not fit is one set, and said.
/// </summary>
public sealed class OutputLimitTests(LocalParts parts)
{
    private const string Chat = "openai/v1/chat/completions";
    private const string Responses = "openai/v1/responses";
    private const string Messages = "anthropic/v1/messages";

    public static TheoryData<string, string, string> Open =>
        new()
        {
            { Chat, """{"model":"gpt-4.1","messages":[{"role":"user","content":"Hi"}]}""", "max_completion_tokens" },
            {
                Chat,
                """{"model":"gpt-4.1","max_completion_tokens":null,"max_tokens":null,"messages":[{"role":"user","content":"Hi"}]}""",
                "max_completion_tokens"
            },
            {
                Chat,
                """{"model":"gpt-4.1","stream":true,"messages":[{"role":"user","content":"Hi"}]}""",
                "max_completion_tokens"
            },
            { Responses, """{"model":"gpt-4.1","input":"Hi"}""", "max_output_tokens" },
            { Messages, """{"model":"claude-haiku-4-5","messages":[{"role":"user","content":"Hi"}]}""", "max_tokens" },
        };

    [Theory]
    [MemberData(nameof(Open))]
    public async Task An_open_limit_is_set_to_what_the_budget_has_left(string path, string body, string member)
    {
        await using var ann = await BudgetedUser.StartAsync(parts, cents: 5);
        ann.Emulator.Knobs.AnswerNext(PlannedAnswer.Of(Encoding.UTF8.GetBytes("{}")));

        using var answer = await ann.SendAsync(path, body);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var limit = long.Parse(
            Assert.Single(answer.Headers.GetValues("X-MyCoach-Output-Limit")),
            CultureInfo.InvariantCulture
        );
        var sent = Assert.Single(ann.Emulator.Calls).BodyJson!;
        Assert.Equal(limit, (long)sent[member]!);
        // 5 cents, of which the input may take (bytes + 1,024) times 125, or 200 × 1.75 cents a million; the output
        // costs 500, or 800 × 1.75.
        var (input, output) = path == Messages ? (125m, 500m) : (350m, 1400m);
        Assert.Equal(Math.Floor((5_000_000 - ((body.Length + 1024) * input)) / output), limit);
        sent.AsObject().Remove(member);
        sent.AsObject().Remove("stream_options");
        var unlimited = System.Text.Json.Nodes.JsonNode.Parse(body)!.AsObject();
        unlimited.Remove(member);
        Assert.Equal(unlimited.ToJsonString(), sent.ToJsonString());
    }

    [Theory]
    [MemberData(nameof(Open))]
    public async Task An_open_limit_that_fits_is_left_open(string path, string body, string member)
    {
        await using var ann = await BudgetedUser.StartAsync(parts, cents: 100);
        ann.Emulator.Knobs.AnswerNext(PlannedAnswer.Of(Encoding.UTF8.GetBytes("{}")));

        using var answer = await ann.SendAsync(path, body);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.False(answer.Headers.Contains("X-MyCoach-Output-Limit"));
        Assert.Null(Assert.Single(ann.Emulator.Calls).BodyJson![member]);
    }

    [Theory]
    [InlineData("", 402)]
    [InlineData("\"max_tokens\":1000,", 200)]
    public async Task No_limit_below_1024_tokens_is_set(string limit, int status)
    {
        await using var ann = await GatewayUser.StartAsync(parts);
        // With 4,000 tokens of input, a budget of a cent has 1,000 tokens of output left.

        var body = CappedCall.Body().Replace("\"max_tokens\":1000,", limit.PadRight(18), StringComparison.Ordinal);
        await ann.SetBudgetAsync(1);
        ann.Emulator.Knobs.AnswerNext(CappedCall.Answer());

        using var answer = await ann.SendAsync(Messages, body);
        Assert.Equal(status, (int)answer.StatusCode);
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        // To state one makes the body longer.
        Assert.Equal(
            status == 402,
            text.Contains("With max_tokens of at most 994 it would fit.", StringComparison.Ordinal)
        );
    }

    // With 2,880 bytes a cent has 1,024 tokens of output left.
    [Theory]
    [InlineData(2_880, 200)]
    [InlineData(2_881, 402)]
    public async Task The_least_limit_that_is_set_is_1024(int bytes, int status)
    {
        await using var ann = await BudgetedUser.StartAsync(parts, cents: 1);
        var empty = """{"model":"claude-haiku-4-5","messages":[{"role":"user","content":""}]}""";
        var body = empty.Insert(
            empty.IndexOf("\"\"", StringComparison.Ordinal) + 1,
            new string('x', bytes - empty.Length)
        );
        using var answer = await ann.SendAsync(Messages, body);
        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal(
            status == 200 ? ["1024"] : [],
            answer.Headers.TryGetValues("X-MyCoach-Output-Limit", out var limits) ? limits : []
        );
    }

    [Theory]
    [InlineData(Messages, "max_tokens", "")]
    [InlineData(Chat, "max_completion_tokens", "")]
    [InlineData(Chat, "max_completion_tokens", "\"n\":4,")]
    [InlineData(Responses, "max_output_tokens", "")]
    public async Task The_limit_named_by_a_refusal_fits(string path, string member, string more)
    {
        await using var ann = await BudgetedUser.StartAsync(parts, cents: 1);
        var model = path == Messages ? "claude-haiku-4-5" : "gpt-4.1";
        var text = new string('x', path == Messages ? 5_000 : 1_500);
        var input =
            path == Responses ? $"\"input\":\"{text}\"" : $$"""  "messages":[{"role":"user","content":"{{text}}"}] """;

        using var refused = await ann.SendAsync(path, $$"""{"model":"{{model}}",{{more}}{{input}}}""");
        Assert.Equal(HttpStatusCode.PaymentRequired, refused.StatusCode);
        var said = await refused.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        var largest = said.Split($"With {member} of at most ")[1].Split(' ')[0];
        using var answer = await ann.SendAsync(
            path,
            $$"""{"model":"{{model}}",{{more}}{{input}},"{{member}}":{{largest}}}"""
        );
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task The_named_limit_never_exceeds_the_models()
    {
        await using var ann = await BudgetedUser.StartAsync(parts, cents: 100);
        using var refused = await ann.SendAsync(
            Messages,
            """{"model":"claude-haiku-4-5","max_tokens":1000000,"messages":[{"role":"user","content":"Hi"}]}"""
        );
        var said = await refused.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Contains("With max_tokens of at most 64000 it would fit.", said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2000")]
    [InlineData("9000")]
    public async Task A_stated_limit_is_never_changed(string limit)
    {
        await using var ann = await GatewayUser.StartAsync(parts);
        // Of 1.4 cents, 0.9 are left for output, 1,800 tokens: more than the least limit that could be set.
        await ann.SetBudgetAsync(2);
        (await ann.Api.PostAsync("/api/usage", Request.Event(inputTokens: 2_000, outputTokens: 0))).Is(
            HttpStatusCode.Created
        );
        Assert.Equal(0.6m, (await ann.BudgetAsync()).Spent);
        var body = CappedCall
            .Body()
            .Replace("\"max_tokens\":1000,", $"\"max_tokens\":{limit},", StringComparison.Ordinal);

        using var answer = await ann.SendAsync(Messages, body);
        Assert.Equal(HttpStatusCode.PaymentRequired, answer.StatusCode);
        Assert.Equal("budget_exceeded", Assert.Single(answer.Headers.GetValues("X-MyCoach-Error")));
        Assert.Equal("false", Assert.Single(answer.Headers.GetValues("x-should-retry")));
        Assert.Empty(ann.Emulator.Calls);
    }

    [Fact]
    public async Task The_set_limit_is_shared_by_all_alternatives()
    {
        await using var ann = await BudgetedUser.StartAsync(parts, cents: 10);
        var body = """{"model":"gpt-4.1","n":4,"messages":[{"role":"user","content":"Hi"}]}""";

        using var answer = await ann.SendAsync(Chat, body);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var limit = long.Parse(
            Assert.Single(answer.Headers.GetValues("X-MyCoach-Output-Limit")),
            CultureInfo.InvariantCulture
        );
        Assert.Equal(Math.Floor((10_000_000 - ((body.Length + 1024) * 350m)) / (4 * 1400m)), limit);
    }
}
