using Microsoft.Playwright;
using MyCoach.Http;
using MyCoach.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace MyCoach.Tests.Web;

/// <summary>Each view while its data is on the way, refused for a time, or out of reach.</summary>
public sealed class ViewStateTests(PageApp page) : IClassFixture<PageApp>
{
    // What browsers call a good page: a tenth of the screen moves by its own height. Ours moves less.
    private const double MostShift = 0.05;

    // While no calls are priced again.
    private const int NoRepricing = 404;

    [BrowserFact]
    public async Task Every_view_says_that_it_loads_and_moves_nothing_when_it_has()
    {
        var answers = new TaskCompletionSource();
        var shifts = new List<(string Address, double Shift)>();
        await WalkAsync(
            "ann",
            async (opened, view) =>
            {
                answers = new TaskCompletionSource();
                await opened.GotoAsync(view.Address);
                await Expect(opened.Locator(".loading").First).ToHaveTextAsync("Loading…");
                await Expect(view.DataIn(opened)).ToHaveCountAsync(0);
                answers.SetResult();
                await opened.ShowsAsync(view.Heading);
                await Expect(view.DataIn(opened)).ToBeVisibleAsync();
                shifts.Add((view.Address, await opened.EvaluateAsync<double>("window.shift")));
            },
            async opened =>
            {
                await opened.AddInitScriptAsync(
                    """
                    // On a busy machine, too, the answers come before the page loses its patience and shows a part.
                    const later = window.setTimeout;
                    window.setTimeout = (act, ms, ...rest) => later(act, ms >= 1000 ? 60 * ms : ms, ...rest);
                    window.shift = 0;
                    new PerformanceObserver((list) => list.getEntries().forEach((entry) => (window.shift += entry.value)))
                        .observe({ type: "layout-shift", buffered: true });
                    """
                );
                // The last one first, as slow networks may.
                var waiting = 0;
                await opened.RouteAsync(
                    "**/api/**",
                    async route =>
                    {
                        var place = Interlocked.Increment(ref waiting);
                        await answers.Task;
                        await Task.Delay(Math.Max(0, 10 - place % 10) * 50);
                        await route.ContinueAsync();
                    }
                );
            },
            NoRepricing
        );
        Assert.Equal([], shifts.Where(view => view.Shift > MostShift));
    }

    [BrowserFact]
    public async Task Every_view_says_how_long_to_wait_while_it_is_refused()
    {
        var all = 0L;
        using (var share = MemoryOf("bob"))
        {
            all = TakeAll(share);
        }
        await WalkAsync(
            "bob",
            async (opened, view) =>
            {
                await opened.OpenAsync("/nothing", "Not found");
                MemoryShare? share = null;
                // Requests of the view before may still hold some.
                await Eventually.HoldsAsync(() =>
                {
                    share?.Dispose();
                    share = MemoryOf("bob");
                    return TakeAll(share) == all;
                });
                using (share)
                {
                    await opened.GotoAsync(view.Address);
                    await opened.SeesAsync("Try again in 5 seconds.");
                    await Expect(view.DataIn(opened)).ToHaveCountAsync(0);
                }
                await opened.Button("Try again").First.ClickAsync();
                await Expect(view.DataIn(opened)).ToBeVisibleAsync();
            },
            _ => Task.CompletedTask,
            429,
            NoRepricing
        );
    }

    [BrowserFact]
    public async Task Every_view_waits_for_a_connection_and_keeps_what_it_shows_without_one()
    {
        await WalkAsync(
            "cal",
            async (opened, view) =>
            {
                await opened.OpenAsync("/nothing", "Not found");
                await opened.Context.SetOfflineAsync(true);
                await opened.EvaluateAsync("address => history.pushState(null, '', address)", view.Address);
                await opened.SeesAsync("You are offline. This loads when you are back.");
                await Expect(view.DataIn(opened)).ToHaveCountAsync(0);
                await opened.Context.SetOfflineAsync(false);
                await opened.ShowsAsync(view.Heading);
                await Expect(view.DataIn(opened)).ToBeVisibleAsync();

                await opened.Context.SetOfflineAsync(true);
                await opened.SeesAsync("You are offline. What you see may be out of date.");
                await Expect(view.DataIn(opened)).ToBeVisibleAsync();
                await opened.Context.SetOfflineAsync(false);
                await Expect(opened.GetByText("You are offline.")).ToHaveCountAsync(0);
            },
            _ => Task.CompletedTask,
            NoRepricing
        );
    }

    private async Task WalkAsync(
        string user,
        Func<IPage, PageView, Task> see,
        Func<IPage, Task> prepare,
        params int[] refusals
    )
    {
        using var api = await PageUser.WithMonthAsync(page.App, user);
        await using var tab = await page.OpenAsync(user, "MyCoach.Admin");
        await tab.LiveAsync(
            async opened =>
            {
                await prepare(opened);
                foreach (var view in PageView.All)
                {
                    await see(opened, view);
                }
            },
            refusals
        );
    }

    private MemoryShare MemoryOf(string user) => page.App.Service<MemoryBudget>().ShareOf(user);

    // As requests of the user do until others are refused.
    private static long TakeAll(MemoryShare share)
    {
        var taken = 0L;
        for (var bytes = 1L << 40; bytes >= 1024; bytes /= 2)
        {
            while (share.TryGrow(bytes))
            {
                taken += bytes;
            }
        }
        return taken;
    }
}
