using MyCoach.Catalogue;
using MyCoach.Ledger;
using MyCoach.Providers;
using MyCoach.Storage;
using MyCoach.Users;

namespace MyCoach.Prices;

/// <summary>
/// Prices the events of one user-month again and writes down what that changes. Each event changes with its ledger and
/// totals in one transaction. A month can be worked through any number of times: what is done is found done.
/// </summary>
internal sealed class MonthRepricing(
    MonthTable table,
    MonthQueue months,
    RepricingTable results,
    ActivityTable log,
    TimeProvider clock
)
{
    // Some transactions' worth, so that pages are read while the last ones commit.
    private const int EventsAtOnce = 200;

    public async Task RunAsync(
        UserId user,
        Month month,
        RepricingJob job,
        ModelCatalogue catalogue,
        CancellationToken cancellation
    )
    {
        if (await table.FindLedgerAsync(user, month, cancellation) is not { Removal: EventRemoval.None })
        {
            return;
        }
        var repricer = new Repricer(job, catalogue, clock.GetUtcNow());
        var models = new Dictionary<(Provider, string), RepricedModel>();
        var isLogged = job.IsDryRun || await results.HasChangesAsync(user, month, job, cancellation);
        var events = table.EventsAsync(user, Period.Of(month), new EventFilter(), cancellation);
        await foreach (var group in events.Chunk(EventsAtOnce).WithCancellation(cancellation))
        {
            var changes = new List<MonthChange>();
            foreach (var usageEvent in group.Where(repricer.Concerns))
            {
                Count(models, repricer, usageEvent);
                if (!job.IsDryRun && repricer.Reprice(usageEvent) is not null)
                {
                    changes.Add(new RepriceEvent(user, usageEvent, repricer.Reprice));
                }
            }
            if (changes.Count == 0)
            {
                continue;
            }
            if (!isLogged)
            {
                // Before the first change, so that no crash leaves a change without it.
                await log.AddAsync(user, Actor.Program, Activity.UsageRepriced, $"{month}");
                isLogged = true;
            }
            await months.RunAsync(changes, cancellation);
        }
        await results.WriteAsync(user, month, job, models.Values, cancellation);
    }

    private static void Count(
        Dictionary<(Provider, string), RepricedModel> models,
        Repricer repricer,
        UsageEvent usageEvent
    )
    {
        var (difference, canReprice) = (repricer.DifferenceOf(usageEvent), Repricer.CanReprice(usageEvent));
        if (difference is null && canReprice)
        {
            return;
        }
        var key = (usageEvent.Provider, repricer.NameOf(usageEvent));
        var sum = models.GetValueOrDefault(key) ?? new RepricedModel(key.Provider, key.Item2, 0, 0, PicoUsd.Zero);
        models[key] = sum with
        {
            Changed = sum.Changed + (difference is null ? 0 : 1),
            Skipped = sum.Skipped + (canReprice ? 0 : 1),
            Difference = sum.Difference + (difference ?? PicoUsd.Zero),
        };
    }
}
