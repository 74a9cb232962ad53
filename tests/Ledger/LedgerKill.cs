using System.Net;
using MyCoach.Dev;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Ledger;

/// <summary>What happens to the call in progress when the program is killed.</summary>
internal enum KillFate
{
    /// <summary>It never arrives.</summary>
    Lost,

    /// <summary>The service handled it, but the answer did not arrive.</summary>
    Done,

    /// <summary>It arrives after the request was repeated and recorded.</summary>
    Late,
}

/// <summary>One kill, at the n-th storage call of a post by a user that no process has cached.</summary>
internal sealed class LedgerKill(KillableApp app, KillFate fate, int n, bool isBatch)
{
    private readonly string user = $"{fate}-{n}";
    private readonly DateTimeOffset now = TimeProvider.System.GetUtcNow();
    private readonly TaskCompletionSource held = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private StorageCall? doomed;
    private int calls;

    private string Name => $"Killed at call {n}, {doomed?.Method} {doomed?.Path}, {fate}.";

    // At most 31 days ago, which is within the 35 that may be stated.
    private DateTimeOffset LastMonth => new DateTimeOffset(now.Year, now.Month, 1, 0, 0, 0, TimeSpan.Zero).AddHours(-1);

    /// <summary>False if the request is answered before its n-th call.</summary>
    public async Task<bool> KillAsync()
    {
        using var another = app.As($"another-{user}");
        await PostAsync(another);
        using var caller = app.As(user);
        app.Proxy.Hold = HoldAsync;
        app.Proxy.HoldAnswer = HoldAnswerAsync;
        app.Proxy.Fault = call =>
            fate == KillFate.Lost && ReferenceEquals(call, doomed) ? StorageFault.DropBefore : StorageFault.None;

        var posting = PostAsync(caller);
        if (
            await Task.WhenAny(posting, held.Task)
                .WaitAsync(Eventually.HangLimit, TestContext.Current.CancellationToken) == posting
        )
        {
            Assert.Equal(isBatch ? 3 : 1, await posting);
            return false;
        }
        // Shows in a failure where the kill happened.
        TestContext.Current.TestOutputHelper?.WriteLine(Name);
        await app.KillAsync();
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => posting);
        if (fate != KillFate.Late)
        {
            released.SetResult();
        }
        await app.StartAsync();
        await AssertCountedOnceAsync(caller);
        return true;
    }

    private async Task AssertCountedOnceAsync(ApiClient caller)
    {
        var (all, stored) = (
            isBatch ? 3 : 1,
            (await app.UsageAsync(user)).Count(row => row.RowKey.StartsWith("event_", StringComparison.Ordinal))
        );
        // What was recorded before the program died is a repetition now, and all else is new.
        Assert.True(all - stored == await PostAsync(caller), Name);
        if (fate == KillFate.Late)
        {
            released.SetResult();
            await arrived.Task.WaitAsync(Eventually.HangLimit, TestContext.Current.CancellationToken);
        }
        await AssertBalanceAsync(caller);
        var before = await app.UsageAsync(user);
        Assert.True(await PostAsync(caller) == 0, Name);
        Assert.Equal(before.Select(Version), (await app.UsageAsync(user)).Select(Version));
    }

    private static (string, string, Azure.ETag) Version(Azure.Data.Tables.TableEntity row) =>
        (row.PartitionKey, row.RowKey, row.ETag);

    private async Task AssertBalanceAsync(ApiClient caller)
    {
        var rows = await app.UsageAsync(user);
        foreach (var (month, requests) in isBatch ? [(now, 2), (LastMonth, 1)] : new[] { (now, 1) })
        {
            var ledger = await LedgerCheck.BalancesAsync(caller, rows, $"{user}_{month.UtcDateTime:yyyyMM}");
            Assert.True(ledger.Requests == requests, Name);
        }
    }

    /// <summary>How many of the calls this post created, by its answer.</summary>
    private async Task<int> PostAsync(ApiClient caller)
    {
        // The time is stated, so that a month that ends during the test changes nothing.
        var events = (isBatch ? new[] { now, LastMonth, now } : [now])
            .Select(
                (createdAt, i) =>
                    new
                    {
                        id = $"call-{i}",
                        provider = "anthropic",
                        model = "claude-sonnet-4",
                        inputTokens = 1000 + i,
                        outputTokens = 5,
                        conversationId = "talk",
                        agentId = "coach",
                        createdAt,
                    }
            )
            .ToArray();
        var answer = await caller.PostAsync("/api/usage", isBatch ? new { events } : events[0]);
        if (answer.Status == HttpStatusCode.Created && !isBatch)
        {
            return 1;
        }
        answer.Is(HttpStatusCode.OK);
        return isBatch ? answer["events"].AsArray().Count(usage => (string?)usage!["outcome"] == "created") : 0;
    }

    private Task HoldAsync(StorageCall call)
    {
        // A read changes nothing, so losing it covers every case.
        if ((fate != KillFate.Lost && call.Method == "GET") || Interlocked.Increment(ref calls) != n)
        {
            return Task.CompletedTask;
        }
        doomed = call;
        return fate == KillFate.Done ? Task.CompletedTask : StopAsync();
    }

    private Task HoldAnswerAsync(StorageCall call)
    {
        if (!ReferenceEquals(call, doomed))
        {
            return Task.CompletedTask;
        }
        arrived.TrySetResult();
        return fate == KillFate.Done ? StopAsync() : Task.CompletedTask;
    }

    private Task StopAsync()
    {
        held.SetResult();
        return released.Task;
    }
}
