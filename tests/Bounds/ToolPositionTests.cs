using static MyCoach.Tests.Bounds.BoundedRequest;

namespace MyCoach.Tests.Bounds;

/// <summary>
/// A tool that the provider runs counts wherever a request can bring it: none makes a call look cheaper than it may be.
/// </summary>
public sealed class ToolPositionTests
{
    private static readonly string[] AnthropicTools =
    [
        """{"type":"web_search_20250305","name":"web_search"}""",
        """{"type":"web_search_20260209","name":"web_search","max_uses":1}""",
        """{"type":"web_fetch_20250910","name":"web_fetch"}""",
        """{"type":"web_fetch_20260209","name":"web_fetch","max_uses":1}""",
        """{"type":"code_execution_20250825","name":"code_execution"}""",
        """{"type":"advisor_20260301","name":"advisor","model":"claude-opus-5-5"}""",
        """{"type":"tool_search_tool_regex_20251119","name":"tool_search_tool_regex"}""",
        """{"type":"mcp_toolset","mcp_server_name":"m"}""",
        """{"type":"a_tool_of_next_year","name":"x"}""",
    ];

    private static readonly string[] OpenAiTools =
    [
        """{"type":"mcp","server_label":"m","server_url":"https://example.org"}""",
        """{"type":"shell","environment":{"type":"container_auto"}}""",
        """{"type":"a_tool_of_next_year"}""",
    ];

    private static readonly string[] CappedOpenAiTools =
    [
        """{"type":"web_search"}""",
        """{"type":"web_search_preview"}""",
        """{"type":"file_search","vector_store_ids":["vs_1"]}""",
        """{"type":"code_interpreter","container":{"type":"auto"}}""",
        """{"type":"image_generation"}""",
        """{"type":"tool_search"}""",
    ];

    private static readonly string[] AnthropicPositions =
    [
        Ask("\"Hi\"", """ "tools":[TOOL],"""),
        Ask("\"Hi\"", """ "tools":TOOL,"""),
        Ask("\"Hi\"", """ "tools":[[TOOL]],"""),
        Ask("""[{"type":"tool_addition","tool":{"type":"tool_definition","definition":TOOL}}]"""),
        Ask("""[{"tool":{"definition":TOOL,"type":"tool_definition"},"type":"tool_addition"}]"""),
        Ask(
            """[{"type":"compaction","content":"a summary","tool_changes":[{"type":"tool_addition","tool":{"type":"tool_definition","definition":TOOL}}]}]"""
        ),
        Ask("\"Hi\"", """ "system":[{"type":"tool_addition","tool":{"type":"tool_definition","definition":TOOL}}],"""),
    ];

    private static readonly string[] OpenAiPositions =
    [
        Respond("\"Hi\"", """ "tools":[TOOL],"""),
        Respond("\"Hi\"", """ "tools":TOOL,"""),
        Respond("\"Hi\"", """ "tools":[[TOOL]],"""),
        Respond("\"Hi\"", """ "tools":[{"type":"namespace","name":"n","tools":[TOOL]}],"""),
        Respond("""[{"type":"additional_tools","role":"developer","tools":[TOOL]},{"role":"user","content":"Hi"}]"""),
        Respond("""[{"type":"tool_search_output","call_id":"c","execution":"client","tools":[TOOL]}]"""),
        Respond("""[{"tools":[{"type":"namespace","name":"n","tools":[TOOL]}],"type":"additional_tools"}]"""),
    ];

    public static TheoryData<string, string, string> Anthropic => All(AnthropicTools, AnthropicPositions);

    public static TheoryData<string, string, string> OpenAi => All(OpenAiTools, OpenAiPositions);

    public static TheoryData<string, string, string> CappedOpenAi => All(CappedOpenAiTools, OpenAiPositions);

    [Theory]
    [MemberData(nameof(Anthropic))]
    public void Every_tool_of_Anthropic_counts_in_every_position(string tool, string position, string type) =>
        AssertNamed(Messages, tool, position, type);

    [Theory]
    [MemberData(nameof(OpenAi))]
    public void Every_tool_of_OpenAI_counts_in_every_position(string tool, string position, string type) =>
        AssertNamed(Responses, tool, position, type);

    [Theory]
    [MemberData(nameof(CappedOpenAi))]
    public void A_tool_that_OpenAI_caps_gets_a_cap_in_every_position(string tool, string position, string type)
    {
        var (bound, fault) = Evaluate(Responses, position.Replace("TOOL", tool, StringComparison.Ordinal));
        Assert.Null(fault);
        for (var uses = 10; uses > 0; uses--)
        {
            Assert.Equal(uses, bound!.ToolLimitToSet);
            Assert.InRange(bound.Fixed!.Charges[0].Count, uses * 128_000, (uses * 128_000) + 10_000);
            var charges = bound.Fixed!.Charges.Where(charge => charge.IsByUse);
            Assert.Equal(type == "tool_search" ? [] : [uses], charges.Select(charge => charge.Count));
            bound = bound.WithFewerUses;
        }
        Assert.Null(bound);
    }

    [Theory]
    [InlineData("""{"type":"tool_search","execution":"client","description":"d","parameters":{"type":"object"}}""")]
    [InlineData("""{"type":"function","name":"f","parameters":{"type":"object"}}""")]
    [InlineData("""{"type":"custom","name":"c"}""")]
    [InlineData("""{"type":"shell","environment":{"type":"local"}}""")]
    [InlineData("""{"type":"apply_patch"}""")]
    public void A_tool_that_the_caller_runs_costs_nothing_in_any_position(string tool)
    {
        foreach (var position in OpenAiPositions)
        {
            var body = position.Replace("TOOL", tool, StringComparison.Ordinal);
            var (bound, fault) = Evaluate(Responses, body);
            Assert.Null(fault);
            Assert.InRange(bound!.Fixed!.Charges[0].Count, body.Length, body.Length + (4 * Overhead));
        }
    }

    [Fact]
    public void The_arguments_of_a_tool_are_no_tools() =>
        Assert.Null(
            Evaluate(
                Messages,
                Ask("""[{"type":"tool_use","id":"t","name":"f","input":{"tools":[{"type":"web_search_20250305"}]}}]""")
            ).Fault
        );

    private static void AssertNamed(string path, string tool, string position, string type)
    {
        var (bound, fault) = Evaluate(path, position.Replace("TOOL", tool, StringComparison.Ordinal));
        Assert.Null(bound);
        Assert.Contains(type, fault!.What, StringComparison.Ordinal);
    }

    private static TheoryData<string, string, string> All(string[] tools, string[] positions)
    {
        var all = new TheoryData<string, string, string>();
        foreach (var tool in tools)
        {
            foreach (var position in positions)
            {
                all.Add(tool, position, tool.Split('"')[3]);
            }
        }
        return all;
    }
}
