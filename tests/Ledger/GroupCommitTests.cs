using System.Net;
using MyCoach.Dev;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Ledger;

/// <summary>Calls of one user that come together share transactions, and none of them suffers for it.</summary>
public sealed class GroupCommitTests(LocalParts parts)
{
    [Fact]
    public async Task Calls_that_come_together_share_transactions()
    {
        await using var proxy = await StorageProxy.StartAsync(parts.Port);
        await using var app = await TestApp.StartAsync(parts, [TestApp.Behind(proxy)]);
        var ann = app.As("ann");
        await ann.PostAsync("/api/usage", Request.Event());
        proxy.ClearCalls();

        var answers = await Task.WhenAll(
            Enumerable.Range(0, 100).Select(i => ann.PostAsync("/api/usage", Request.Event($"call-{i}")))
        );

        Assert.All(answers, answer => answer.Is(HttpStatusCode.Created));
        // A transaction holds 49 of them at most.
        Assert.InRange(proxy.Calls.Count(call => call.IsTransaction), 3, 50);
        Assert.Equal(101, (long)(await ann.GetAsync("/api/usage/summary"))["totals"]["requests"]!);
    }

    [Fact]
    public async Task A_repetition_in_a_group_leaves_the_others_new()
    {
        await using var proxy = await StorageProxy.StartAsync(parts.Port);
        await using var app = await TestApp.StartAsync(parts, [TestApp.Behind(proxy)]);
        var ann = app.As("ann");
        foreach (var i in Enumerable.Range(0, 10))
        {
            await ann.PostAsync("/api/usage", Request.Event($"call-{i}"));
        }
        var left = 3;
        proxy.Fault = call =>
            call.IsTransaction && Interlocked.Decrement(ref left) >= 0 ? StorageFault.DropAfter : StorageFault.None;

        var answers = await Task.WhenAll(
            Enumerable.Range(0, 40).Select(i => ann.PostAsync("/api/usage", Request.Event($"call-{i % 20}")))
        );

        Assert.Equal(10, answers.Count(answer => answer.Status == HttpStatusCode.Created));
        Assert.Equal(30, answers.Count(answer => answer.Status == HttpStatusCode.OK));
        Assert.Equal(20, (long)(await ann.GetAsync("/api/usage/summary"))["totals"]["requests"]!);
    }

    [Fact]
    public async Task A_disconnect_cancels_no_other_change_of_its_group()
    {
        await using var proxy = await StorageProxy.StartAsync(parts.Port);
        await using var app = await TestApp.StartAsync(parts, [TestApp.Behind(proxy)]);
        var ann = app.As("ann");
        await ann.PostAsync("/api/usage", Request.Event());
        var held = new TaskCompletionSource();
        proxy.Hold = call => call.IsTransaction ? held.Task : Task.CompletedTask;
        using var leaving = new CancellationTokenSource();
        var leaver = ann.Http.PostAsync(
            new Uri("/api/usage", UriKind.Relative),
            Request.AsContent(Request.Event("leaver")),
            leaving.Token
        );
        var stayers = Enumerable
            .Range(0, 5)
            .Select(i => ann.PostAsync("/api/usage", Request.Event($"stayer-{i}")))
            .ToArray();
        // Until they wait behind the transaction, which cannot be seen from outside.
        await Task.Delay(200, TestContext.Current.CancellationToken);

        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leaver);
        // Until the program has noticed.
        await Task.Delay(200, TestContext.Current.CancellationToken);
        proxy.Hold = _ => Task.CompletedTask;
        held.SetResult();

        Assert.All(await Task.WhenAll(stayers), answer => answer.Is(HttpStatusCode.Created));
        // Committed with the others if it was under way, else left out: either way it counts once now.
        Assert.InRange(
            (await ann.PostAsync("/api/usage", Request.Event("leaver"))).Status,
            HttpStatusCode.OK,
            HttpStatusCode.Created
        );
        Assert.Equal(7, (long)(await ann.GetAsync("/api/usage/summary"))["totals"]["requests"]!);
    }
}
