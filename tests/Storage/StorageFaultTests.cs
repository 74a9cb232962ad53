using System.Net;
using MyCoach.Dev;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Storage;

/// <summary>What callers see of a storage that is broken in the ways Azure's can be.</summary>
public sealed class StorageFaultTests(LocalParts parts)
{
    [Fact]
    public async Task A_refused_account_key_is_503_and_logged()
    {
        var wrong = parts.ConnectionString.Replace("Eby8", "AAAA", StringComparison.Ordinal);
        await using var app = await TestApp.StartAsync(parts, [$"Storage:ConnectionString={wrong}"]);

        (await app.As("ann").GetAsync("/api/settings")).IsProblem(503, "storage_unavailable");
        (await app.Anonymous().GetAsync("/api/health")).Is(HttpStatusCode.ServiceUnavailable);
        await app.Logs.SaysAsync("Error ", "Storage is unavailable");
    }

    [Theory]
    [InlineData("Settings", "/api/settings")]
    [InlineData("Agents", "/api/agents")]
    [InlineData("ApiKeys", "/api/keys/anthropic")]
    public async Task A_deleted_table_is_recreated_and_never_read_as_empty(string table, string path)
    {
        await using var app = await TestApp.StartAsync(parts);
        var ann = app.As("ann");
        await ann.GetAsync(path);
        await app.Table(table).DeleteAsync(TestContext.Current.CancellationToken);

        (await ann.GetAsync(path)).IsProblem(503, "storage_unavailable");

        Assert.NotEqual(HttpStatusCode.ServiceUnavailable, (await ann.GetAsync(path)).Status);
    }

    [Fact]
    public async Task A_deleted_table_is_made_again_by_a_write_too()
    {
        await using var app = await TestApp.StartAsync(parts);
        var ann = app.As("ann");
        (await ann.PostAsync("/api/usage", Request.Event("1"))).Is(HttpStatusCode.Created);
        await app.Table("Usage").DeleteAsync(TestContext.Current.CancellationToken);

        (await ann.PostAsync("/api/usage", Request.Event("2"))).IsProblem(503, "storage_unavailable");
        (await ann.PostAsync("/api/usage", Request.Event("2"))).Is(HttpStatusCode.Created);
    }

    [Theory]
    [InlineData(StorageFault.DropAfter)]
    [InlineData(StorageFault.CutAnswer)]
    [InlineData(StorageFault.Busy)]
    public async Task A_change_with_a_lost_answer_is_reported_correctly(StorageFault fault)
    {
        await using var proxy = await StorageProxy.StartAsync(parts.Port);
        await using var app = await TestApp.StartAsync(parts, [TestApp.Behind(proxy)]);
        var ann = app.As("ann");
        foreach (var path in new[] { "/api/keys", "/api/agents" })
        {
            await ann.GetAsync(path);
        }

        await LosingAsync(
            "POST",
            async () =>
                (await ann.PutAsync("/api/keys/openai", new { apiKey = "sk-proj-good-key" })).Is(HttpStatusCode.Created)
        );
        await LosingAsync(
            "POST",
            async () => (await ann.PutAsync("/api/agents/a", new { name = "A" })).Is(HttpStatusCode.Created)
        );
        await LosingAsync(
            "PUT",
            async () => (await ann.PutAsync("/api/agents/a", new { name = "B" })).Is(HttpStatusCode.OK)
        );
        await LosingAsync("POST", async () => (await ann.DeleteAsync("/api/agents/a")).Is(HttpStatusCode.NoContent));
        await LosingAsync(
            "DELETE",
            async () => (await ann.DeleteAsync("/api/keys/openai")).Is(HttpStatusCode.NoContent)
        );

        async Task LosingAsync(string method, Func<Task> change)
        {
            var left = 1;
            proxy.Fault = call =>
                call.Method == method && Interlocked.Decrement(ref left) >= 0 ? fault : StorageFault.None;
            await change();
            Assert.True(left <= 0, $"No {method} was lost.");
        }
    }

    [Fact]
    public async Task A_truncated_read_is_retried()
    {
        await using var proxy = await StorageProxy.StartAsync(parts.Port);
        await using var app = await TestApp.StartAsync(parts, [TestApp.Behind(proxy)]);
        var ann = app.As("ann");
        await ann.GetAsync("/api/agents");
        var left = 2;
        proxy.Fault = call =>
            call.Method == "GET" && Interlocked.Decrement(ref left) >= 0 ? StorageFault.CutAnswer : StorageFault.None;
        (await ann.GetAsync("/api/agents")).Is(HttpStatusCode.OK);

        proxy.Fault = call => call.Method == "GET" ? StorageFault.CutAnswer : StorageFault.None;
        (await ann.GetAsync("/api/agents")).IsProblem(503, "storage_unavailable");
    }
}
