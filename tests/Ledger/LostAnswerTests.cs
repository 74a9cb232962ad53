using System.Net;
using MyCoach.Dev;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Ledger;

/// <summary>The recording path with a storage that fails between, before and after its calls.</summary>
public sealed class LostAnswerTests(LocalParts parts)
{
    [Theory]
    [InlineData(StorageFault.DropAfter)]
    [InlineData(StorageFault.DropBefore)]
    [InlineData(StorageFault.Busy)]
    [InlineData(StorageFault.CutAnswer)]
    public async Task A_transaction_with_a_lost_answer_counts_once(StorageFault fault)
    {
        await using var proxy = await StorageProxy.StartAsync(parts.Port);
        await using var app = await TestApp.StartAsync(parts, [TestApp.Behind(proxy)]);
        var ann = app.As("ann");
        (await ann.PostAsync("/api/usage", Request.Event("before"))).Is(HttpStatusCode.Created);
        var left = 3;
        proxy.Fault = call => call.IsTransaction && Interlocked.Decrement(ref left) >= 0 ? fault : StorageFault.None;

        (await ann.PostAsync("/api/usage", Request.Event("call-1"))).Is(HttpStatusCode.Created);
        (await ann.PostAsync("/api/usage", Request.Event("call-1"))).Is(HttpStatusCode.OK);

        Assert.Equal(2, (long)(await ann.GetAsync("/api/usage/summary"))["totals"]["requests"]!);
        Assert.Equal(0.021m, (decimal)(await ann.GetAsync("/api/budget"))["spentUsd"]);
    }

    [Theory]
    [InlineData(StorageFault.DropAfter)]
    [InlineData(StorageFault.DropBefore)]
    [InlineData(StorageFault.Busy)]
    [InlineData(StorageFault.CutAnswer)]
    public async Task A_correction_with_a_lost_answer_counts_once(StorageFault fault)
    {
        await using var proxy = await StorageProxy.StartAsync(parts.Port);
        await using var app = await TestApp.StartAsync(parts, [TestApp.Behind(proxy)]);
        var ann = app.As("ann");
        foreach (var id in new[] { "call-1", "call-2" })
        {
            (await ann.PostAsync("/api/usage", Request.Event(id))).Is(HttpStatusCode.Created);
        }
        var etag = (await ann.GetAsync("/api/usage/202611-call-1")).ETag;
        var left = 0;
        proxy.Fault = call => call.IsTransaction && Interlocked.Decrement(ref left) >= 0 ? fault : StorageFault.None;

        left = 3;
        (await ann.DeleteAsync("/api/usage/202611-call-1", etag)).Is(HttpStatusCode.NoContent);
        left = 3;
        var replacement = new
        {
            id = "call-3",
            provider = "openai",
            model = "gpt-4o",
            inputTokens = 1000,
            outputTokens = 0,
            replaces = "202611-call-2",
        };
        (await ann.PostAsync("/api/usage", replacement)).Is(HttpStatusCode.Created);

        Assert.Single((await ann.GetAsync("/api/usage/202611-call-1"))["adjustments"].AsArray());
        Assert.Single((await ann.GetAsync("/api/usage/202611-call-2"))["adjustments"].AsArray());
        var ledger = await LedgerCheck.BalancesAsync(ann, await app.RowsAsync("Usage"), "ann_202611");
        Assert.Equal((1, 2_500_000_000), (ledger.Requests, (long)ledger.CostPicoUsd));
    }

    [Fact]
    public async Task A_repetition_with_a_lost_answer_remains_a_repetition()
    {
        await using var proxy = await StorageProxy.StartAsync(parts.Port);
        await using var app = await TestApp.StartAsync(parts, [TestApp.Behind(proxy)]);
        var ann = app.As("ann");
        (await ann.PostAsync("/api/usage", Request.Event("call-1"))).Is(HttpStatusCode.Created);
        var left = 1;
        proxy.Fault = call =>
            call.IsTransaction && Interlocked.Decrement(ref left) >= 0 ? StorageFault.DropAfter : StorageFault.None;

        (await ann.PostAsync("/api/usage", Request.Event("call-1"))).Is(HttpStatusCode.OK);

        Assert.Equal(1000, (long)(await ann.GetAsync("/api/usage/summary"))["totals"]["inputTokens"]!);
    }

    [Fact]
    public async Task While_storage_is_unavailable_nothing_is_half_written()
    {
        await using var proxy = await StorageProxy.StartAsync(parts.Port);
        await using var app = await TestApp.StartAsync(parts, [TestApp.Behind(proxy)]);
        var ann = app.As("ann");
        proxy.Fault = call => call.IsTransaction ? StorageFault.Busy : StorageFault.None;

        var refused = (await ann.PostAsync("/api/usage", Request.Event("call-1"))).IsProblem(
            503,
            "storage_unavailable"
        );

        Assert.Equal(TimeSpan.FromSeconds(5), refused.Headers.RetryAfter?.Delta);
        Assert.InRange(proxy.Calls.Count(call => call.IsTransaction), 15, 20);
        Assert.Empty(await app.RowsAsync("Usage"));
        proxy.Fault = _ => StorageFault.None;
        (await ann.PostAsync("/api/usage", Request.Event("call-1"))).Is(HttpStatusCode.Created);
    }
}
