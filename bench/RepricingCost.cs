using System.Diagnostics;
using MyCoach.Catalogue;
using MyCoach.Dev;
using MyCoach.Prices;
using MyCoach.Storage;

namespace MyCoach.Bench;

/// <summary>Counts the storage transactions of pricing a month of calls again, and again when nothing changes.</summary>
internal static class RepricingCost
{
    private static readonly int[] Calls = [1_000, 10_000];

    public static async Task CountAsync(CancellationToken stopping)
    {
        Console.WriteLine(
            Figures.Head("calls in the month", "priced again: transactions, ms", "once more, nothing changes")
        );
        foreach (var calls in Calls)
        {
            await Console.Error.WriteLineAsync($"Pricing {calls} calls again …");
            await using var azurite = await Azurite.StartAsync(cancellation: stopping);
            await using var proxy = await StorageProxy.StartAsync(azurite.Port);
            var clock = new ForwardClock();
            await using var direct = new BenchApp(azurite.ConnectionString, "bench", clock);
            await using var counted = new BenchApp(proxy.ConnectionString, "bench", clock);
            var month = Month.Of(clock.GetUtcNow());
            await MonthOfCalls.FillAsync(direct, BenchApp.User("ann"), month, calls, stopping);
            await StoreDoublePricesAsync(direct, clock, stopping);
            Console.WriteLine(
                Figures.Row(
                    $"{calls:N0}",
                    $"{await RunAsync(direct, counted, proxy, clock, stopping)}",
                    $"{await RunAsync(direct, counted, proxy, clock, stopping)}"
                )
            );
        }
    }

    private static async Task StoreDoublePricesAsync(BenchApp app, TimeProvider clock, CancellationToken stopping)
    {
        var models = ModelCatalogue.Embedded.All.Select(model =>
            model with
            {
                Prices = [.. model.Prices.Select(price => price with { Input = 2 * price.Input })],
            }
        );
        await app.Service<PriceVersionsTable>()
            .TryAddAsync(
                new PriceVersion(1, clock.GetUtcNow(), PriceVersion.Operator, null, new PriceCorrections([.. models])),
                stopping
            );
    }

    private static async Task<string> RunAsync(
        BenchApp direct,
        BenchApp counted,
        StorageProxy proxy,
        ForwardClock clock,
        CancellationToken stopping
    )
    {
        var now = clock.GetUtcNow();
        var first = new DateOnly(now.Year, now.Month, 1);
        var last = await direct.Service<RepricingTable>().FindJobAsync(stopping);
        await direct
            .Service<RepricingTable>()
            .TryWriteAsync(
                new RepricingJob($"{Guid.NewGuid()}", first, [], 1, false, now, null, RepricingJob.Running, 0)
                {
                    ETag = last?.ETag,
                },
                stopping
            );
        clock.Advance(TimeSpan.FromMinutes(1));
        proxy.ClearCalls();
        var began = Stopwatch.GetTimestamp();
        await counted.Service<Repricing>().RunAsync(stopping);
        return FormattableString.Invariant(
            $"{proxy.Calls.Count:N0}, {Stopwatch.GetElapsedTime(began).TotalMilliseconds:N0} ms"
        );
    }
}
