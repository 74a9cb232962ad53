using System.Net;
using MyCoach.Backups;
using MyCoach.Dev;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Backups;

/// <summary>All tables saved and restored by the program's own command.</summary>
public sealed partial class BackupTests(LocalParts parts) : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private string FileName => Path.Combine(folder.Name, "mycoach.backup");

    [Fact]
    public async Task A_restored_backup_equals_the_saved_tables_and_works()
    {
        await using var vault = await MyCoach.Dev.Vault.KeyVaultEmulator.StartAsync();
        await using var app = await TestApp.StartAsync(
            parts,
            [.. VaultUser.Settings, "Usage:RetentionMonths=12"],
            configure: vault.Serve
        );
        using var ann = await GatewayUser.WithKeysAsync(app);
        await ann.Api.PatchAsync("/api/settings", new { monthlyBudgetCents = 1000, alertThresholds = (int[])[1, 50] });
        await ann.Api.PutAsync("/api/agents/coach", new { name = "Coach \"ü\"\n😀" });
        await VaultUser.CallAsync(ann.Api);
        for (var i = 0; i < 120; i++)
        {
            await ann.Api.PostAsync(
                "/api/usage",
                $$"""{"id":"call-{{i}}","provider":"openai","model":"gpt-4o","inputTokens":{{i}},"outputTokens":1,"conversationId":"talk-{{i % 3}}"}"""
            );
        }
        await ann.Api.PostAsync("/api/usage", Request.Event("call-120", conversationId: "gone"));
        (await ann.Api.DeleteAsync("/api/conversations/gone")).Is(System.Net.HttpStatusCode.NoContent);
        await app.Service<MyCoach.Conversations.ConversationSweep>().RunAsync(TestContext.Current.CancellationToken);
        using var odd = app.As("a/ü_b=c");
        await odd.PostAsync("/api/usage", Request.Event());
        await app.Service<MyCoach.Upkeep.UsageRetention>().RunAsync(TestContext.Current.CancellationToken);
        Assert.Empty((await app.TablesAsync()).Except(TableBackup.Tables));

        Assert.StartsWith("Saved ", await RunAsync(app.TablePrefix, "backup"));
        Assert.Equal([FileName], Directory.GetFiles(folder.Name));
        var prefix = NewPrefix();
        Assert.StartsWith("Restored ", await RunAsync(prefix, "restore"));

        foreach (var table in await app.TablesAsync())
        {
            Assert.Equal((await app.RowsAsync(table)).Select(Text), (await RowsAsync(prefix, table)).Select(Text));
        }
        await using var restored = await TestApp.StartAsync(
            parts,
            [.. VaultUser.Settings, $"Storage:TablePrefix={prefix}"],
            beside: app,
            configure: vault.Serve
        );
        using var there = restored.As("ann");
        await VaultUser.CallAsync(there);
        Assert.Equal(1000, (long)(await there.GetAsync("/api/settings"))["monthlyBudgetCents"]);
        await LedgerCheck.BalancesAsync(there, await RowsAsync(prefix, "Usage"), "ann_202611");
    }

    [Fact]
    public async Task A_backup_under_load_has_ledgers_that_add_up()
    {
        await using var app = await TestApp.StartAsync(parts, [TestApp.NoRollUp]);
        string[] users = ["ann", "bob", "cem"];
        using var over = new CancellationTokenSource();
        var load = Task.WhenAll(
            users.Select(async name =>
            {
                using var user = app.As(name);
                for (var i = 0; !over.IsCancellationRequested; i++)
                {
                    (await user.PostAsync("/api/usage", Request.Event($"call-{i}"))).Is(HttpStatusCode.Created);
                    await Task.Delay(20, TestContext.Current.CancellationToken);
                }
            })
        );
        await Eventually.HoldsAsync(async () =>
            (await app.TablesAsync()).Contains("Usage")
            && (await app.RowsAsync("Usage")).Count(row => row.RowKey.StartsWith("event_", StringComparison.Ordinal))
                > 20
        );
        Assert.StartsWith("Saved ", await RunAsync(app.TablePrefix, "backup"));
        await over.CancelAsync();
        await load;

        var prefix = NewPrefix();
        await RunAsync(prefix, "restore");
        await using var restored = await TestApp.StartAsync(
            parts,
            [TestApp.NoRollUp, $"Storage:TablePrefix={prefix}"],
            beside: app
        );
        var rows = await RowsAsync(prefix, "Usage");
        foreach (var name in users)
        {
            using var user = restored.As(name);
            Assert.InRange((long)(await user.GetAsync("/api/usage/summary"))["totals"]["requests"]!, 5, 10_000);
            await LedgerCheck.BalancesAsync(user, rows, $"{name}_202611");
        }
    }

    [Fact]
    public async Task A_month_that_never_rests_is_corrected_to_add_up()
    {
        await using var proxy = await StorageProxy.StartAsync(parts.Port);
        await using var app = await TestApp.StartAsync(parts, [TestApp.NoRollUp]);
        using var ann = app.As("ann");
        var calls = 0;
        await PostAsync();
        // Between the reading of the rows and of the ledger there is always another call.
        proxy.Hold = call =>
            call.Path.Contains("RowKey='ledger'", StringComparison.Ordinal) ? PostAsync() : Task.CompletedTask;
        Assert.StartsWith("Saved ", await RunAsync(app.TablePrefix, "backup", proxy.ConnectionString));
        Assert.InRange(calls, 3, 10);

        var prefix = NewPrefix();
        await RunAsync(prefix, "restore");
        await using var restored = await TestApp.StartAsync(
            parts,
            [TestApp.NoRollUp, $"Storage:TablePrefix={prefix}"],
            beside: app
        );
        using var there = restored.As("ann");
        Assert.InRange((long)(await there.GetAsync("/api/usage/summary"))["totals"]["requests"]!, 1, calls);
        await LedgerCheck.BalancesAsync(there, await RowsAsync(prefix, "Usage"), "ann_202611");

        async Task PostAsync()
        {
            var n = Interlocked.Increment(ref calls);
            (
                await ann.PostAsync(
                    "/api/usage",
                    Request.Event($"call-{n}", model: n % 2 == 0 ? "claude-haiku-4-5" : "gpt-4o")
                )
            ).Is(HttpStatusCode.Created);
        }
    }
}
