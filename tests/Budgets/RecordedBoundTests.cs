using System.Text;
using MyCoach.Budgets;
using MyCoach.Catalogue;
using MyCoach.Gateway;
using MyCoach.Tests.Support;
using MyCoach.Usage;

namespace MyCoach.Tests.Budgets;

public sealed class RecordedBoundTests(ITestOutputHelper output)
{
    [Fact(Skip = Recordings.Absence, SkipUnless = nameof(Recordings.ArePresent), SkipType = typeof(Recordings))]
    public void No_recorded_call_cost_more_than_its_bound()
    {
        var catalogue = new ModelCatalogue();
        var (rules, pricing) = (new BoundRules(catalogue), new Pricing(catalogue));
        var (held, refused) = (new List<(string Name, decimal Share)>(), new Dictionary<string, int>());
        foreach (var one in Recordings.All.Where(one => one is { Status: 200, Expected: not null }))
        {
            var demand = CallBody.TryRead(Encoding.UTF8.GetBytes(one.Request), one.Operation, demands: true)!.Demand!;
            var (bound, fault) = rules.Of(one.Operation.Provider, demand, TestApp.Noon);
            if (bound is null)
            {
                var why = fault!.IsUnpriced ? "unpriced" : fault.What!;
                refused[why] = refused.GetValueOrDefault(why) + 1;
                continue;
            }
            var (stated, tokens) = (one.Expected!, bound.WorstOf(Blank(one)).Tokens);
            Assert.True(stated.InputTokens <= tokens.Input, $"{one.Name}: {stated.InputTokens} tokens in, at most {tokens.Input} thought");
            Assert.True(stated.OutputTokens <= tokens.Output, $"{one.Name}: {stated.OutputTokens} tokens out, at most {tokens.Output} thought");
            var used = new TokenCounts(stated.InputTokens, stated.OutputTokens, stated.CachedInputTokens, stated.CacheWriteTokens);
            var cost = pricing.Price(one.Operation.Provider, demand.Model!, used, TestApp.Noon)!.Total;
            Assert.True(cost <= bound.Amount, $"{one.Name}: {cost} of {bound.Amount}");
            held.Add((one.Name, (decimal)stated.InputTokens / tokens.Input));
        }
        output.WriteLine($"{held.Count} calls bounded; {string.Join(", ", refused.Select(pair => $"{pair.Key}: {pair.Value}"))}");
        output.WriteLine($"their input was at most {held.MaxBy(one => one.Share)} of what was held for it");
        Assert.InRange(held.Count, 190, int.MaxValue);
    }

    private static UsageEvent Blank(Recording one) =>
        new("a", one.Operation.Provider, "m", default, ConversationId: null, AgentId: null, TestApp.Noon, Receipt: null);
}
