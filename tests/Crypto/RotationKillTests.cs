using System.Net;
using MyCoach.Dev.Emulator;
using MyCoach.Dev.Vault;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Crypto;

/// <summary>
/// Separate processes, which reach the vault by TLS and as a managed identity, killed at any point and started again.
/// </summary>
public sealed class RotationKillTests(LocalParts parts)
{
    private const string EachSecond = "* * * * * *";
    private const int Users = 50;

    [Fact]
    public async Task A_rotation_killed_twice_under_load_loses_no_key()
    {
        await using var vault = await KeyVaultEmulator.StartAsync();
        await using var app = await TestApp.StartAsync(parts, VaultUser.Settings, configure: vault.Serve);
        var users = Enumerable.Range(0, Users).Select(i => app.As($"user-{i}")).ToArray();
        await Task.WhenAll(users.Select(VaultUser.StoreAsync));
        using var op = app.As("op", "MyCoach.Admin");
        var current = (string)(await op.PostAsync("/api/admin/data-keys/rotate"))["rotation"]["dataKeyId"]!;
        var replaced = new bool[Users];

        using var over = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var load = UseAsync();
        // Its clock is the real one, by which the new data key has settled long ago.
        await using var rotating = await KillableApp.StartAsync(
            parts,
            app.Emulator,
            app.TablePrefix,
            [.. vault.Environment, ("API_KEY_ENCRYPTION_KEY", ""), ("BudgetRollupSchedule", EachSecond)],
            starts: false
        );
        for (var kills = 0; kills < 2; kills++)
        {
            var (writes, reached) = (0, new TaskCompletionSource());
            rotating.Proxy.Hold = async call =>
            {
                if (
                    call.Method != "GET"
                    && call.Path.Contains("ApiKeys(", StringComparison.Ordinal)
                    && Interlocked.Increment(ref writes) > 10
                )
                {
                    reached.TrySetResult();
                    await Task.Delay(Timeout.Infinite, TestContext.Current.CancellationToken);
                }
            };
            await rotating.StartAsync();
            await reached.Task.WaitAsync(Eventually.HangLimit, TestContext.Current.CancellationToken);
            await rotating.KillAsync();
            // It is neither done nor without effect. How far it is depends on the users who replace their keys.
            Assert.InRange(await OldAsync(), 1, Users - 1);
        }
        rotating.Proxy.Hold = _ => Task.CompletedTask;
        await rotating.StartAsync();
        await Eventually.HoldsAsync(async () =>
            (string?)(await op.GetAsync("/api/admin/data-keys"))["rotation"]["status"] == "finished"
        );
        await over.CancelAsync();
        await load;

        Assert.Equal(0, await OldAsync());
        Assert.Contains(true, replaced);
        for (var i = 0; i < Users; i++)
        {
            app.Emulator.ClearCalls();
            await VaultUser.CallAsync(users[i]);
            Assert.Equal(
                replaced[i] ? Replacement(i) : GatewayUser.AnthropicKey,
                Assert.Single(app.Emulator.Calls).Header("x-api-key")
            );
        }

        async Task UseAsync()
        {
            for (var round = 0; !over.IsCancellationRequested; round++)
            {
                var i = round % Users;
                // Otherwise it would continue with what it has read.
                app.Clock.Advance(TimeSpan.FromSeconds(1));
                await VaultUser.CallAsync(users[i]);
                if (i % 5 == 0)
                {
                    (await users[i].PutAsync("/api/keys/anthropic", new { apiKey = Replacement(i) })).Is(
                        HttpStatusCode.OK
                    );
                    replaced[i] = true;
                }
                await Task.Delay(10, TestContext.Current.CancellationToken);
            }
        }

        async Task<int> OldAsync() =>
            (await app.RowsAsync("ApiKeys")).Count(row => row.GetString("DataKeyId") != current);

        static string Replacement(int i) => $"sk-ant-api03-replaced-{i:D4}";
    }

    [Fact]
    public async Task A_restarted_rotation_continues_after_each_step()
    {
        await using var vault = await KeyVaultEmulator.StartAsync();
        await using var emulator = await ProviderEmulator.StartAsync(
            cancellation: TestContext.Current.CancellationToken
        );
        await using var app = await KillableApp.StartAsync(
            parts,
            emulator,
            environment: [.. vault.Environment, ("API_KEY_ENCRYPTION_KEY", ""), ("BudgetRollupSchedule", EachSecond)]
        );
        using var ann = app.As("ann");
        using var op = app.As("op", "MyCoach.Admin");
        await VaultUser.StoreAsync(ann);
        await AgainAsync();
        await VaultUser.CallAsync(ann);

        (await op.PostAsync("/api/admin/data-keys/rotate")).Is(HttpStatusCode.Accepted);
        await AgainAsync();
        await VaultUser.CallAsync(ann);
        (await ann.PutAsync("/api/keys/anthropic", new { apiKey = GatewayUser.AnthropicKey })).Is(HttpStatusCode.OK);
        await AgainAsync();
        await VaultUser.CallAsync(ann);

        // Both data keys go to the new version, and no row has to.
        vault.AddVersion();
        await Eventually.HoldsAsync(async () =>
            (await op.GetAsync("/api/admin/data-keys"))["dataKeys"]
                .AsArray()
                .Count(key => (string?)key!["wrappedBy"] == vault.CurrentKeyId) == 2
        );
        await AgainAsync();
        await VaultUser.CallAsync(ann);

        vault.Refusal = (403, "KeyDisabled");
        await AgainAsync();
        (await ann.PostAsync(VaultUser.Messages, VaultUser.Hello)).IsRefusal(503, "encryption_unavailable");
        (await ann.GetAsync("/api/keys")).Is(HttpStatusCode.OK);
        vault.Refusal = null;
        await AgainAsync();
        await VaultUser.CallAsync(ann);
        Assert.All(vault.Operations, call => Assert.Equal(KeyVaultEmulator.Host, call.Host));

        async Task AgainAsync()
        {
            await app.KillAsync();
            await app.StartAsync();
        }
    }
}
