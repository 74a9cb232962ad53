using System.Net;
using MyCoach.Dev.Emulator.Billing;

namespace MyCoach.Tests.Dev;

public sealed partial class EmulatorBillingTests
{
    private const string Costs = "/openai/v1/organization/costs?start_time=1794700800";
    private const string Projects = "/openai/v1/organization/projects";
    private const string CostReport = "/anthropic/v1/organizations/cost_report?starting_at=2026-11-15T00:00:00Z";
    private const string Keys = "/anthropic/v1/organizations/api_keys";

    [Theory]
    [InlineData(Costs, OpenAiAdmin, 200)]
    [InlineData(Costs, "sk-admin-wrong-0001", 401)]
    [InlineData(Costs, "sk-ant-admin01-good-0001", 401)]
    [InlineData(Costs, "sk-admin-noscope-0001", 403)]
    [InlineData(Costs, "sk-admin-usageonly-0001", 200)]
    [InlineData(Costs, OpenAiKey, 403)]
    [InlineData(Projects, OpenAiAdmin, 200)]
    [InlineData(Projects, "sk-admin-usageonly-0001", 403)]
    [InlineData(Projects + "/proj_default/api_keys", "sk-admin-usageonly-0001", 403)]
    [InlineData(Projects + "/proj_default/api_keys", OpenAiAdmin, 200)]
    [InlineData(Projects + "/proj_elsewhere/api_keys", OpenAiAdmin, 404)]
    [InlineData("/openai/v1/models", OpenAiAdmin, 403)]
    [InlineData(CostReport, AnthropicAdmin, 200)]
    [InlineData(CostReport, "sk-ant-admin01-wrong-0001", 401)]
    [InlineData(CostReport, "sk-admin-good-0001", 401)]
    [InlineData(CostReport, "sk-ant-admin01-noscope-0001", 403)]
    [InlineData(CostReport, AnthropicKey, 403)]
    [InlineData(CostReport, "sk-ant-api03-orgwide-0001", 200)]
    [InlineData(Keys, AnthropicAdmin, 200)]
    [InlineData("/anthropic/v1/organizations/me", "sk-ant-api03-orgwide-0001", 200)]
    [InlineData("/anthropic/v1/organizations/me", AnthropicKey, 403)]
    [InlineData("/anthropic/v1/models", AnthropicAdmin, 401)]
    [InlineData("/anthropic/v1/models", "sk-ant-api03-orgwide-0001", 200)]
    public async Task A_keys_text_decides_what_it_may_read(string path, string key, int expected)
    {
        var (status, body, _) = await SendAsync(HttpMethod.Get, path, key);
        Assert.True((int)status == expected, body);
        if (status is HttpStatusCode.Forbidden && path == Costs)
            Assert.Contains("Missing scopes: api.usage.read.", body);
    }

    [Fact]
    public async Task An_admin_key_sees_only_its_organisation()
    {
        await SendAsync(HttpMethod.Post, "/openai/v1/chat/completions", "sk-orgbeta-0001", ChatQuestion);
        await SendAsync(HttpMethod.Post, "/anthropic/v1/messages", "sk-ant-api03-orgbeta-0001", MessageQuestion);

        Assert.Empty(Results(await OpenAiAsync($"costs?{From(Today)}")));
        Assert.Empty(Results(await AnthropicAsync($"cost_report?{Since(Today)}")));
        Only(await OpenAiAsync($"costs?{From(Today)}", "sk-admin-orgbeta-0001"));
        Only(await AnthropicAsync($"usage_report/messages?{Since(Today)}", "sk-ant-admin01-orgbeta-0001"));
        Assert.Empty((await ReadAsync(Keys, AnthropicAdmin))["data"]!.AsArray());
        Assert.Single((await ReadAsync(Keys, "sk-ant-admin01-orgbeta-0001"))["data"]!.AsArray());
    }

    [Fact]
    public async Task Answers_name_the_organisation()
    {
        var (_, _, openAi) = await SendAsync(HttpMethod.Get, "/openai/v1/models", "sk-orgbeta-projone-0001");
        Assert.Equal(["org-beta"], openAi.GetValues("openai-organization"));
        Assert.Equal(["proj_one"], openAi.GetValues("openai-project"));

        var key = "sk-ant-api03-orgbeta-wsone-0001";
        var (_, _, anthropic) = await SendAsync(HttpMethod.Post, "/anthropic/v1/messages", key, MessageQuestion);
        var me = await ReadAsync("/anthropic/v1/organizations/me", "sk-ant-admin01-orgbeta-0001");
        Assert.Equal(("organization", "beta"), (Text(me, "type"), Text(me, "name")));
        Assert.Equal([Text(me, "id")], anthropic.GetValues("anthropic-organization-id"));
        Assert.Equal(["wrkspc_one"], anthropic.GetValues("anthropic-workspace-id"));
        Assert.NotEqual(BilledKey.Of(AnthropicKey).OrganizationId, Text(me, "id"));
    }

    [Fact]
    public async Task Keys_are_listed_with_a_hint_and_in_pages()
    {
        foreach (var name in (string[])["projone-0001", "projone-0002", "projone-0003", "projtwo-0004"])
            await SendAsync(HttpMethod.Get, "/openai/v1/models", $"sk-proj-good-{name}");
        Assert.Equal(
            ["proj_default", "proj_one", "proj_two"],
            (await OpenAiAsync("projects"))["data"]!.AsArray().Select(project => Text(project!, "id"))
        );
        var first = await OpenAiAsync("projects/proj_one/api_keys?limit=2");
        var rest = await OpenAiAsync($"projects/proj_one/api_keys?limit=2&after={Text(first, "last_id")}");
        Assert.Equal((true, false), (first["has_more"]!.GetValue<bool>(), rest["has_more"]!.GetValue<bool>()));
        var listed = first["data"]!.AsArray().Concat(rest["data"]!.AsArray()).ToArray();
        Assert.Equal(
            ["sk-proj-...0001", "sk-proj-...0002", "sk-proj-...0003"],
            listed.Select(key => Text(key!, "redacted_value"))
        );
        Assert.Equal(BilledKey.Of("sk-proj-good-projone-0002").Id, Text(listed[1]!, "id"));
    }

    [Fact]
    public async Task Anthropics_keys_are_listed_with_a_hint_and_in_pages()
    {
        foreach (var name in (string[])["0001", "0002", "wsone-0003"])
            Book.AddKey($"sk-ant-api03-good-{name}");
        var first = await ReadAsync(Keys + "?limit=2", AnthropicAdmin);
        var rest = await ReadAsync($"{Keys}?limit=2&after_id={Text(first, "last_id")}", AnthropicAdmin);
        Assert.Equal((true, false), (first["has_more"]!.GetValue<bool>(), rest["has_more"]!.GetValue<bool>()));
        var listed = first["data"]!.AsArray().Concat(rest["data"]!.AsArray()).ToArray();
        Assert.Equal(
            ["sk-ant-api03-goo...0001", "sk-ant-api03-goo...0002", "sk-ant-api03-goo...0003"],
            listed.Select(key => Text(key!, "partial_key_hint"))
        );
        Assert.Equal([null, null, "wrkspc_one"], listed.Select(key => key!["workspace_id"]?.GetValue<string>()));
        Assert.Single((await ReadAsync(Keys + "?workspace_id=wrkspc_one", AnthropicAdmin))["data"]!.AsArray());
        Assert.Empty((await ReadAsync(Keys + "?status=archived", AnthropicAdmin))["data"]!.AsArray());
    }

    [Fact]
    public async Task What_the_console_calls_has_no_key()
    {
        Book.Add(Call(AnthropicAdmin, "claude-haiku-4-5"));
        var usage = Only(await AnthropicAsync($"usage_report/messages?{Since(Today)}&group_by[]=api_key_id"));
        Assert.Null(usage["api_key_id"]);
        Assert.Equal(1000, Number(usage, "uncached_input_tokens"));
        Assert.Empty((await ReadAsync(Keys, AnthropicAdmin))["data"]!.AsArray());
    }

    private static BilledCall Call(string key, string model, DateTimeOffset? at = null) =>
        new()
        {
            At = at ?? Today.AddHours(9),
            ApiKey = key,
            Model = model,
            Input = 1000,
            Output = 100,
        };
}
