using System.Net;
using Azure.Data.Tables;
using MyCoach.Tests.Alerts;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Tokens;

/// <summary>How calls with a token are attributed, and which models they may use.</summary>
public sealed class TokenUsageTests(LocalParts parts)
{
    [Fact]
    public async Task Usage_names_the_token_of_each_call_and_adds_up_by_token()
    {
        await using var ann = await GatewayUser.StartAsync(parts);
        var (one, two) = (await ann.Api.CreateAsync(), await ann.Api.CreateAsync());
        (await ann.App.With(one.Text).ChatAsync()).Is(HttpStatusCode.OK);
        (await ann.App.With(one.Text).ChatAsync()).Is(HttpStatusCode.OK);
        (await ann.App.With(two.Text).ChatAsync()).Is(HttpStatusCode.OK);
        (await ann.Api.ChatAsync()).Is(HttpStatusCode.OK);
        await ann.SettledAsync();

        var summary = (await ann.Api.GetAsync("/api/usage/summary?groupBy=token")).Is(HttpStatusCode.OK);
        Assert.Equal(
            [(one.Id, 2), (two.Id, 1)],
            summary["groups"].AsArray().Select(group => ((string)group!["key"]!, (int)group["requests"]!))
        );
        Assert.Equal(1, (int)summary["other"]["requests"]!);
        var byDay = (await ann.Api.GetAsync("/api/usage/summary?groupBy=day,token"))["groups"].AsArray();
        Assert.Equal(
            [("2026-11-15", one.Id, 2), ("2026-11-15", two.Id, 1)],
            byDay.Select(group => ((string)group!["day"]!, (string)group["key"]!, (int)group["requests"]!))
        );
        var listed = (await ann.Api.GetAsync($"/api/usage?tokenId={two.Id}"))["events"].AsArray();
        var usage = Assert.Single(listed)!;
        Assert.Equal(two.Id, (string)(await ann.Api.GetAsync($"/api/usage/{usage["id"]}"))["tokenId"]!);
        var filtered = await ann.Api.GetAsync($"/api/usage/summary?groupBy=model&tokenId={one.Id}");
        Assert.Equal(2, (int)filtered["totals"]["requests"]!);
        Assert.Equal(
            3,
            (await ann.Api.GetAsync($"/api/usage/export?tokenId={one.Id}")).Text.TrimEnd().Split('\n').Length
        );
        var spent = (decimal)(await ann.Api.GetAsync($"{TokenSteps.Path}/{two.Id}"))["spentUsd"]!;
        Assert.Equal((decimal)usage["costUsd"]!, spent);
        Assert.True(spent > 0);
        await LedgerCheck.BalancesAsync(ann.Api, await ann.App.RowsAsync("Usage"), "ann_202611");
    }

    [Fact]
    public async Task The_daily_recount_corrects_the_totals_of_a_token()
    {
        await using var ann = await GatewayUser.StartAsync(parts, [TestApp.NoRollUp]);
        var (id, text) = await ann.Api.CreateAsync();
        (await ann.App.With(text).ChatAsync()).Is(HttpStatusCode.OK);
        await ann.SettledAsync();
        var row = Assert.Single(await ann.App.RowsAsync("Usage"), row => row.RowKey == $"token_{id}");
        row["Requests"] = 7L;
        await ann
            .App.Table("Usage")
            .UpdateEntityAsync(row, row.ETag, TableUpdateMode.Replace, TestContext.Current.CancellationToken);

        ann.Clock.Advance(TimeSpan.FromDays(1.5));
        await AlertSteps.RollUpAsync(ann.App);

        var groups = (await ann.Api.GetAsync("/api/usage/summary?groupBy=token"))["groups"].AsArray();
        Assert.Equal(1, (int)Assert.Single(groups)!["requests"]!);
    }

    [Fact]
    public async Task A_token_attributes_its_calls_and_no_header_can_change_that()
    {
        await using var ann = await GatewayUser.StartAsync(parts);
        (await ann.Api.PutAsync("/api/agents/coach", new { name = "Coach" })).Is(HttpStatusCode.Created);
        (await ann.Api.PutAsync("/api/agents/cook", new { name = "Cook" })).Is(HttpStatusCode.Created);
        var (_, text) = await ann.Api.CreateAsync(
            new
            {
                name = "coach",
                scopes = TokenSteps.Gateway,
                agentId = "coach",
                conversationId = "work",
            }
        );
        var caller = ann.App.With(text);

        (await caller.ChatAsync()).Is(HttpStatusCode.OK);
        (await caller.ChatAsync(headers: ("X-MyCoach-Agent", "coach"))).Is(HttpStatusCode.OK);
        (await caller.ChatAsync(headers: ("X-MyCoach-Agent", "cook"))).IsRefusal(400, "invalid_request");
        (await caller.ChatAsync(headers: ("X-MyCoach-Conversation", "home"))).IsRefusal(400, "invalid_request");

        await ann.SettledAsync();
        var events = (await ann.Api.GetAsync("/api/usage?agentId=coach&conversationId=work"))["events"].AsArray();
        Assert.Equal(2, events.Count);
    }

    [Fact]
    public async Task A_token_with_models_calls_only_these_by_any_of_their_names()
    {
        await using var ann = await GatewayUser.StartAsync(parts);
        var (id, text) = await ann.Api.CreateAsync(
            new
            {
                name = "small",
                scopes = TokenSteps.Gateway,
                models = TokenSteps.Small,
            }
        );
        var caller = ann.App.With(text);

        (await caller.ChatAsync("gpt-4o-mini")).Is(HttpStatusCode.OK);
        (await caller.ChatAsync("gpt-4o-mini-2024-07-18")).Is(HttpStatusCode.OK);
        var refused = await caller.ChatAsync("gpt-4o");
        refused.IsRefusal(403, "model_not_allowed");
        Assert.Contains("gpt-4o-mini", refused.Text, StringComparison.Ordinal);
        (await ann.Api.PatchAsync("/api/settings", new { defaultModel = "gpt-4o" })).Is(HttpStatusCode.OK);
        (await caller.ChatAsync("default")).IsRefusal(403, "model_not_allowed");
        var fallback = new
        {
            model = "gpt-4o-mini",
            messages = Array.Empty<object>(),
            fallbacks = new[] { "gpt-4o" },
        };
        (await caller.SendAsync(HttpMethod.Post, "/api/gateway/openai/v1/chat/completions", fallback)).IsRefusal(
            403,
            "model_not_allowed"
        );

        (await ann.Api.PatchAsync($"{TokenSteps.Path}/{id}", """{"models":null}""")).Is(HttpStatusCode.OK);
        (await caller.ChatAsync("gpt-4o")).Is(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_budget_holds_for_calls_with_tokens_as_for_all_others()
    {
        await using var ann = await GatewayUser.StartAsync(parts);
        var (_, text) = await ann.Api.CreateAsync();
        await ann.SetBudgetAsync(0);

        (await ann.App.With(text).ChatAsync()).IsRefusal(402, "budget_exceeded");
    }
}
