using System.Net;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Bounds;

public sealed class RecordedBoundTests(LocalParts parts, ITestOutputHelper output)
{
    [Fact(Skip = Recordings.Absence, SkipUnless = nameof(Recordings.ArePresent), SkipType = typeof(Recordings))]
    public async Task No_recorded_call_cost_more_than_its_bound()
    {
        await using var ann = await BudgetedUser.StartAsync(parts, cents: 1_000_000, [TestApp.NoRollUp]);
        var (held, refused) = (new List<(string Name, decimal Share)>(), new Dictionary<string, int>());
        foreach (var recording in Recordings.All.Where(recording => recording is { Status: 200, Expected: not null }))
        {
            ann.Emulator.Knobs.Reset();
            ann.Emulator.ClearCalls();
            var feed = new Feed();
            ann.Emulator.Knobs.AnswerNext(feed.Answer(recording.ContentType));
            var calling = ann.SendAsync($"{recording.ProviderId}{recording.Path}", recording.Request);
            await Eventually.HoldsAsync(() => calling.IsCompleted || ann.Emulator.Calls.Count > 0);
            var (_, bound) = await ann.BudgetAsync();
            feed.Send(recording.Body);
            feed.End();
            using var answer = await calling;
            if (answer.StatusCode == HttpStatusCode.PaymentRequired)
            {
                var code = Assert.Single(answer.Headers.GetValues("X-MyCoach-Error"));
                refused[code] = refused.GetValueOrDefault(code) + 1;
                continue;
            }
            Assert.Equal((recording.Name, HttpStatusCode.OK), (recording.Name, answer.StatusCode));
            _ = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            await ann.SettledAsync();

            // As it was served: with its tier, its place, its tools and what it wrote to the cache.
            var id = Assert.Single(answer.Headers.GetValues("X-MyCoach-Usage-Id"));
            var recorded = (await ann.Api.GetAsync($"/api/usage/{id}")).Is(HttpStatusCode.OK);
            Assert.Equal((recording.Name, false), (recording.Name, recorded["overBound"].GetValue<bool>()));
            Assert.InRange(CappedCall.Cents(recorded.Body!), 0, bound);
            held.Add((recording.Name, CappedCall.Cents(recorded.Body!) / bound));
        }
        output.WriteLine(
            $"{held.Count} calls bounded; {string.Join(", ", refused.Select(pair => $"{pair.Key}: {pair.Value}"))}"
        );
        output.WriteLine($"they cost at most {held.MaxBy(call => call.Share)} of what was held for them");
        Assert.InRange(held.Count, 190, int.MaxValue);
    }
}
