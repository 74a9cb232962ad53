using System.Net;
using System.Net.Sockets;
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

/// <summary>The request during which the program is killed.</summary>
internal enum KilledRequest
{
    Post,

    /// <summary>A batch over two months.</summary>
    Batch,

    /// <summary>Of an event that was posted before.</summary>
    Delete,

    /// <summary>A post that replaces an event that was posted before.</summary>
    Replace,
}

/// <summary>One kill, at the n-th storage call of a request by a new user.</summary>
internal sealed class LedgerKill(KillableApp app, KillFate fate, int n, KilledRequest request)
{
    private readonly string user = $"{fate}-{n}";
    private readonly bool isCorrection = request is KilledRequest.Delete or KilledRequest.Replace;
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
        (await another.PostAsync("/api/usage", Event(0, now))).Is(HttpStatusCode.Created);
        using var caller = app.As(user);
        if (isCorrection)
        {
            (await caller.PostAsync("/api/usage", Event(0, now))).Is(HttpStatusCode.Created);
        }
        app.Proxy.Hold = HoldAsync;
        app.Proxy.HoldAnswer = HoldAnswerAsync;
        app.Proxy.Fault = call =>
            fate == KillFate.Lost && ReferenceEquals(call, doomed) ? StorageFault.DropBefore : StorageFault.None;

        var posting = SendAsync(caller);
        if (
            await Task.WhenAny(posting, held.Task)
                .WaitAsync(Eventually.HangLimit, TestContext.Current.CancellationToken) == posting
        )
        {
            Assert.Equal(Created, await posting);
            return false;
        }
        // Shows in a failure where the kill happened.
        TestContext.Current.TestOutputHelper?.WriteLine(Name);
        await app.KillAsync();
        // The client may have connected again to the dying program, which it reports as a fault of the socket.
        Assert.True(
            await Record.ExceptionAsync(() => posting) is HttpRequestException or SocketException,
            $"{Name} The request was answered, or failed otherwise."
        );
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
        var stored = (await app.UsageAsync(user)).Count(row =>
            row.RowKey.StartsWith("event_", StringComparison.Ordinal)
        );
        // What was recorded before the program died is a repetition now, and all else is new.
        Assert.True(Created - stored + (isCorrection ? 1 : 0) == await SendAsync(caller), Name);
        if (fate == KillFate.Late)
        {
            released.SetResult();
            await arrived.Task.WaitAsync(Eventually.HangLimit, TestContext.Current.CancellationToken);
        }
        await AssertBalanceAsync(caller);
        var before = await app.UsageAsync(user);
        Assert.True(await SendAsync(caller) == 0, Name);
        Assert.Equal(before.Select(Version), (await app.UsageAsync(user)).Select(Version));
    }

    private static (string, string, Azure.ETag) Version(Azure.Data.Tables.TableEntity row) =>
        (row.PartitionKey, row.RowKey, row.ETag);

    private async Task AssertBalanceAsync(ApiClient caller)
    {
        var rows = await app.UsageAsync(user);
        foreach (
            var (month, requests) in request == KilledRequest.Batch
                ? [(now, 2), (LastMonth, 1)]
                : new[] { (now, Created) }
        )
        {
            var ledger = await LedgerCheck.BalancesAsync(caller, rows, $"{user}_{month.UtcDateTime:yyyyMM}");
            Assert.True(ledger.Requests == requests, Name);
        }
    }

    private int Created =>
        request switch
        {
            KilledRequest.Batch => 3,
            KilledRequest.Delete => 0,
            _ => 1,
        };

    /// <summary>How many events the request created, by its answer.</summary>
    private async Task<int> SendAsync(ApiClient caller)
    {
        var first = $"{now.UtcDateTime:yyyyMM}-call-0";
        switch (request)
        {
            case KilledRequest.Delete:
                (await caller.DeleteAsync($"/api/usage/{first}")).Is(HttpStatusCode.NoContent);
                return 0;
            case KilledRequest.Batch:
                var events = new[] { Event(0, now), Event(1, LastMonth), Event(2, now) };
                var batch = (await caller.PostAsync("/api/usage", new { events })).Is(HttpStatusCode.OK);
                return batch["events"].AsArray().Count(usage => (string?)usage!["outcome"] == "created");
            default:
                var body = request == KilledRequest.Replace ? Event(1, now, first) : Event(0, now);
                var answer = await caller.PostAsync("/api/usage", body);
                return (string?)answer["outcome"] == "created" ? 1 : 0;
        }
    }

    // The time is stated, so that a month that ends during the test changes nothing.
    private static object Event(int i, DateTimeOffset createdAt, string? replaces = null) =>
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
            replaces,
        };

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
