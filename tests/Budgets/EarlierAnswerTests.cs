using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using MyCoach.Dev;
using MyCoach.Dev.Emulator;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Budgets;

/// <summary>
/// A call that refers to an answer which the same user's budgeted call got counts that answer by the tokens that it
/// stated. Any other answer can be as long as the model's input limit.
/// </summary>
public sealed class EarlierAnswerTests(LocalParts parts)
{
    private const string Path = "openai/v1/responses";

    // Millionths of a cent: input at the rate of the dearest tier, and 100 tokens of output.
    private const decimal InputRate = 25;
    private const decimal Output = 100 * 100;
    private const decimal Limit = (128_000 * InputRate) + Output;

    [Theory]
    [InlineData(false, "")]
    [InlineData(true, "")]
    [InlineData(false, "flexible")]
    public async Task A_previous_response_counts_by_its_tokens(bool streams, string firstMode)
    {
        await using var ann = await BudgetedUser.StartAsync(parts, cents: 500);
        await SetModeAsync(ann, firstMode);
        var first = await MakeAsync(ann, streams, Body("\"Hello\""));
        await SetModeAsync(ann, "strict");

        var second = Body("\"And?\"", Previous(first));
        Assert.Equal(Counted(second, TokensOf(first)), await HeldAsync(ann, second));
    }

    [Fact]
    public async Task A_chain_counts_by_the_tokens_of_its_last_answer_on_every_instance()
    {
        await using var ann = await BudgetedUser.StartAsync(parts, cents: 500);
        await using var other = await TestApp.StartAsync(parts, beside: ann.App);
        using var there = new GatewayUser(other, "ann");
        var first = await MakeAsync(ann, streams: false, Body("\"Hello\""));
        await ann.SettledAsync();
        ann.Emulator.Knobs.AnswerNext(Answer("resp_second", input: 700, output: 300));
        var second = await MakeAsync(there, streams: false, Body("\"And?\"", Previous(first)));
        await ann.SettledAsync();

        var third = Body("\"And then?\"", Previous(second));
        Assert.Equal(Counted(third, 1_000), await HeldAsync(ann, third));
    }

    [Theory]
    [InlineData("""[{"type":"item_reference","id":"rs_1"},{"role":"user","content":"And?"}]""", 300)]
    [InlineData("""[{"type":"reasoning","id":"rs_1","summary":[]},{"id":"msg_1"}]""", 300)]
    [InlineData("""[{"type":"item_reference","id":"msg_1"},{"type":"item_reference","id":"msg_1"}]""", 600)]
    [InlineData("""[{"type":"item_reference","id":"msg_1"},{"type":"item_reference","id":"msg_2"}]""", null)]
    public async Task An_item_counts_at_most_by_the_output_of_its_answer(string input, int? tokens)
    {
        await using var ann = await BudgetedUser.StartAsync(parts, cents: 500);
        ann.Emulator.Knobs.AnswerNext(Answer("resp_1", input: 700, output: 300));
        await MakeAsync(ann, streams: false, Body("\"Hello\""));

        var second = Body(input);
        Assert.Equal(tokens is { } known ? Counted(second, known) : Limit, await HeldAsync(ann, second));
    }

    [Theory]
    [InlineData("\"store\":false,", "\"Hello\"")]
    [InlineData("\"truncation\":\"auto\",", "\"Hello\"")]
    [InlineData("", """[{"role":"user","content":[{"type":"input_image","image_url":"https://x.example/a"}]}]""")]
    [InlineData("\"previous_response_id\":\"resp_of_before\",", "\"Hello\"")]
    public async Task An_answer_whose_input_may_grow_counts_as_the_models_limit(string more, string input)
    {
        await using var ann = await BudgetedUser.StartAsync(parts, cents: 500);
        ann.Emulator.Knobs.AnswerNext(Answer("resp_1", input: 700, output: 300));
        await MakeAsync(ann, streams: false, Body(input, more));
        Assert.Equal(Limit, await HeldAsync(ann, Body("\"And?\"", "\"previous_response_id\":\"resp_1\",")));
    }

    [Fact]
    public async Task Another_users_answer_counts_as_the_models_limit()
    {
        await using var ann = await BudgetedUser.StartAsync(parts, cents: 500);
        using var bob = await GatewayUser.WithKeysAsync(ann.App, "bob");
        await bob.SetBudgetAsync(500);
        var first = await MakeAsync(ann, streams: false, Body("\"Hello\""));
        await ann.SettledAsync();
        Assert.Equal(Limit, await HeldAsync(bob, Body("\"And?\"", Previous(first))));
    }

    [Fact]
    public async Task An_answer_to_another_model_counts_as_the_models_limit()
    {
        await using var ann = await BudgetedUser.StartAsync(parts, cents: 500);
        var other = Body("\"Hello\"").Replace("gpt-4o-mini", "gpt-4.1", StringComparison.Ordinal);
        var first = await MakeAsync(ann, streams: false, other);
        Assert.Equal(Limit, await HeldAsync(ann, Body("\"And?\"", Previous(first))));
    }

    [Theory]
    [InlineData(29, false)]
    [InlineData(31, true)]
    public async Task An_answer_is_known_for_30_days(int days, bool isForgotten)
    {
        await using var ann = await BudgetedUser.StartAsync(parts, cents: 500, [TestApp.NoRollUp]);
        var first = await MakeAsync(ann, streams: false, Body("\"Hello\""));
        await ann.SettledAsync();
        ann.Clock.Advance(TimeSpan.FromDays(days));
        var second = Body("\"And?\"", Previous(first));
        Assert.Equal(isForgotten ? Limit : Counted(second, TokensOf(first)), await HeldAsync(ann, second));
    }

    [Fact]
    public async Task A_call_succeeds_if_its_tokens_cannot_be_kept()
    {
        await using var proxy = await StorageProxy.StartAsync(parts.Port);
        await using var ann = await BudgetedUser.StartAsync(parts, cents: 500, [TestApp.Behind(proxy)]);
        proxy.Fault = call =>
            call.IsTransaction && call.Body.Contains("StoredResponses", StringComparison.Ordinal)
                ? StorageFault.Busy
                : StorageFault.None;
        var first = await MakeAsync(ann, streams: false, Body("\"Hello\""));
        Assert.Equal(Limit, await HeldAsync(ann, Body("\"And?\"", Previous(first))));
    }

    [Fact]
    public async Task A_flexible_budget_holds_the_tokens_of_a_previous_response()
    {
        await using var ann = await BudgetedUser.StartAsync(parts, cents: 500);
        await SetModeAsync(ann, "flexible");
        ann.Emulator.Knobs.AnswerNext(Answer("resp_1", input: 700, output: 300));
        await MakeAsync(ann, streams: false, Body("\"Hello\""));
        var plain = await HeldAsync(ann, Body("\"And?\"", "\"user\":\"resp_0\","));
        var continued = await HeldAsync(ann, Body("\"And?\"", "\"previous_response_id\":\"resp_1\","));
        Assert.InRange(continued - plain, 1_000 * 15, 1_010 * 15);
    }

    private static decimal Counted(string body, long earlier) => ((body.Length + 1_024 + earlier) * InputRate) + Output;

    private static async Task<JsonNode> MakeAsync(GatewayUser user, bool streams, string body)
    {
        body = streams ? body.Insert(1, "\"stream\":true,") : body;
        using var answer = await user.SendAsync(Path, body);
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(answer.StatusCode == HttpStatusCode.OK, text);
        return streams
            ? JsonNode.Parse(text.Split("event: response.completed\ndata: ")[1])!["response"]!
            : JsonNode.Parse(text)!;
    }

    /// <summary>What the budget holds for the call while it runs, in millionths of a cent.</summary>
    private static async Task<decimal> HeldAsync(GatewayUser user, string body)
    {
        await user.SettledAsync();
        var feed = new Feed();
        user.Emulator.Knobs.AnswerNext(feed.Answer());
        using var answer = await user.SendAsync(Path, body);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var (_, reserved) = await user.BudgetAsync();
        feed.Send(
            "event: response.completed\ndata: "
                + """{"type":"response.completed","response":{"id":"resp_end","model":"gpt-4o-mini","usage":{"input_tokens":1,"output_tokens":1}}}"""
                + "\n\n"
        );
        feed.End();
        await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return reserved * 1_000_000;
    }

    private static async Task SetModeAsync(GatewayUser user, string budgetMode)
    {
        if (budgetMode.Length > 0)
        {
            (await user.Api.PatchAsync("/api/settings", new { budgetMode })).Is(HttpStatusCode.OK);
        }
    }

    private static PlannedAnswer Answer(string id, int input, int output) =>
        PlannedAnswer.Of(
            Encoding.UTF8.GetBytes(
                $$$"""{"id":"{{{id}}}","object":"response","status":"completed","model":"gpt-4o-mini","output":[{"type":"reasoning","id":"rs_1","summary":[]},{"type":"message","id":"msg_1","role":"assistant","content":[]}],"usage":{"input_tokens":{{{input}}},"output_tokens":{{{output}}}}}"""
            )
        );

    private static string Body(string input, string more = "") =>
        $$"""{"model":"gpt-4o-mini","max_output_tokens":100,{{more}}"input":{{input}}}""";

    private static string Previous(JsonNode answer) => $"\"previous_response_id\":\"{answer["id"]}\",";

    private static long TokensOf(JsonNode answer) => (long)answer["usage"]!["total_tokens"]!;
}
