using System.Net;
using MyCoach.Storage;
using MyCoach.Tests.Support;
using MyCoach.Upkeep;
using MyCoach.Users;

namespace MyCoach.Tests.Ledger;

/// <summary>Deletions, replacements, posts and settlements of one user at the same moment, on two instances.</summary>
public sealed class ConcurrentCorrectionTests(LocalParts parts)
{
    private const int Posted = 30;
    private const int Calls = 8;

    [Fact]
    public async Task The_ledger_adds_up_after_concurrent_corrections_and_settlements()
    {
        await using var app = await TestApp.StartAsync(parts, [TestApp.NoRollUp]);
        await using var other = await TestApp.StartAsync(parts, [TestApp.NoRollUp], beside: app);
        using var ann = await GatewayUser.WithKeysAsync(app);
        await ann.SetBudgetAsync(1000);
        ApiClient[] instances = [ann.Api, other.As("ann")];
        var events = Enumerable.Range(0, Posted).Select(i => Event($"call-{i}", i));
        (await ann.Api.PostAsync("/api/usage", new { events })).Is(HttpStatusCode.OK);

        var answers = await Task.WhenAll(
            Enumerable
                .Range(0, Posted)
                .SelectMany(i => Corrections(i, instances))
                .Concat(Enumerable.Range(0, Calls).Select(i => CallAsync(instances[i % 2])))
        );

        Assert.All(
            answers,
            answer =>
                Assert.True(
                    answer.Status
                        is HttpStatusCode.OK
                            or HttpStatusCode.Created
                            or HttpStatusCode.NoContent
                            or HttpStatusCode.Conflict,
                    answer.Text
                )
        );
        await ann.SettledAsync();
        var rows = await app.RowsAsync("Usage");
        var ledger = await LedgerCheck.BalancesAsync(ann.Api, rows, "ann_202611");
        // Of three events, two are deleted once, whatever else was requested for them.
        var deleted = rows.Count(row =>
            row.RowKey.StartsWith("event_", StringComparison.Ordinal) && LedgerSums.IsDeleted(row)
        );
        var created = answers.Count(answer => answer.Status == HttpStatusCode.Created);
        Assert.Equal(Posted * 2 / 3, deleted);
        Assert.InRange(created, Posted / 3, Posted * 2 / 3);
        Assert.Equal(Posted + created - deleted + Calls, ledger.Requests);
        Assert.True(
            await app.Service<LedgerRecount>()
                .TryRunAsync(UserId.TryCreate("ann")!, new Month(2026, 11), TestContext.Current.CancellationToken)
        );
        Assert.DoesNotContain(
            await app.RowsAsync("Usage"),
            row => row.RowKey.StartsWith("repair_", StringComparison.Ordinal)
        );
    }

    // Of three events, the first stays, the second is deleted or replaced, whichever is first, the third is replaced by
    // one of two posts.
    private static IEnumerable<Task<Answer>> Corrections(int i, ApiClient[] instances) =>
        (i % 3) switch
        {
            1 =>
            [
                instances[i % 2].DeleteAsync($"/api/usage/202611-call-{i}"),
                instances[(i + 1) % 2].PostAsync("/api/usage", Event($"either-{i}", i, $"202611-call-{i}")),
            ],
            2 =>
            [
                instances[0].PostAsync("/api/usage", Event($"one-{i}", i, $"202611-call-{i}")),
                instances[1].PostAsync("/api/usage", Event($"two-{i}", i, $"202611-call-{i}")),
            ],
            _ => [],
        };

    private static object Event(string id, int i, string? replaces = null) =>
        new
        {
            id,
            provider = "openai",
            model = i % 5 == 0 ? "unpriced" : "gpt-4o",
            inputTokens = 1000 + i,
            outputTokens = 10,
            conversationId = i % 2 == 0 ? "talk" : null,
            agentId = $"agent-{i % 4}",
            replaces,
        };

    private static Task<Answer> CallAsync(ApiClient instance) =>
        instance.PostAsync(
            "/api/gateway/openai/v1/chat/completions",
            """{"model":"gpt-4o-mini","max_tokens":10,"messages":[{"role":"user","content":"Hello"}]}"""
        );
}
