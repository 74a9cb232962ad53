using System.Net;
using MyCoach.Crypto;
using MyCoach.Dev.Vault;
using MyCoach.ProviderKeys;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Crypto;

/// <summary>The way from the local data key to those of the vault.</summary>
public sealed class LocalKeyMoveTests(LocalParts parts)
{
    [Fact]
    public async Task Moving_to_the_vault_works_while_both_settings_run()
    {
        await using var vault = await KeyVaultEmulator.StartAsync();
        await using var local = await TestApp.StartAsync(parts);
        await using var moving = await TestApp.StartAsync(parts, VaultUser.MovingSettings, beside: local, vault.Serve);
        string[] names = ["ann", "ben"];
        await VaultUser.StoreAsync(local.As("ann"));
        await VaultUser.StoreAsync(moving.As("ben"));
        await AllCallAsync(local, moving);
        Assert.All(
            await local.RowsAsync("ApiKeys"),
            row => Assert.StartsWith("local-", row.GetString("DataKeyId"), StringComparison.Ordinal)
        );

        // By now no instance is left that knows no vault.
        local.Clock.Advance(DataKeys.Handover);
        (await VaultUser.PutAsync(moving.As("ben"))).Is(HttpStatusCode.OK);
        Assert.Equal(
            ["local-", "vault-"],
            (await local.RowsAsync("ApiKeys"))
                .OrderBy(row => row.PartitionKey, StringComparer.Ordinal)
                .Select(row => row.GetString("DataKeyId")[..6])
        );
        await AllCallAsync(moving);

        async Task AllCallAsync(params TestApp[] apps)
        {
            foreach (var app in apps)
            {
                foreach (var name in names)
                {
                    using var user = app.As(name);
                    await VaultUser.CallAsync(user);
                }
            }
        }
    }

    [Fact]
    public async Task Rows_of_the_local_key_go_to_the_vaults_by_themselves()
    {
        await using var vault = await KeyVaultEmulator.StartAsync();
        await using var local = await TestApp.StartAsync(parts, [TestApp.NoRollUp]);
        using var ann = local.As("ann");
        await VaultUser.StoreAsync(ann);
        await using var app = await TestApp.StartAsync(parts, VaultUser.MovingSettings, beside: local, vault.Serve);
        using var ben = app.As("ben");
        await VaultUser.StoreAsync(ben);

        app.Clock.Advance(DataKeys.Handover);
        await DataKeyRows.RotateAsync(app);
        Assert.All(
            await DataKeyRows.EncryptedByAsync(app),
            row => Assert.StartsWith("local-", row.Item1, StringComparison.Ordinal)
        );
        app.Clock.Advance(KeyRotation.Settling);
        await DataKeyRows.RotateAsync(app);
        var current = await DataKeyRows.CurrentAsync(app);
        Assert.Equal([(current, "ann"), (current, "ben")], await DataKeyRows.EncryptedByAsync(app));

        // The local key is not needed any more.
        await using var without = await TestApp.StartAsync(parts, VaultUser.Settings, app, vault.Serve);
        using var there = without.As("ann");
        await VaultUser.CallAsync(there);
    }
}
