using Azure.Data.Tables;
using MyCoach.Dev.Vault;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Crypto;

/// <summary>New versions of the vault's key.</summary>
public sealed class RewrapTests(LocalParts parts)
{
    [Fact]
    public async Task A_new_vault_key_version_rewraps_the_data_keys_only()
    {
        await using var vault = await KeyVaultEmulator.StartAsync();
        await using var app = await VaultUser.StartAppAsync(parts, vault);
        using var ann = app.As("ann");
        await VaultUser.StoreAsync(ann);
        var (before, row) = (await DataKeyRows.CurrentAsync(app), Assert.Single(await app.RowsAsync("ApiKeys")));
        vault.AddVersion();

        await using var again = await VaultUser.StartAppAsync(parts, vault, beside: app);
        await Task.WhenAll(DataKeyRows.RotateAsync(again), DataKeyRows.RotateAsync(app));
        Assert.Equal(vault.CurrentKeyId, Assert.Single(await DataKeyRows.KeysAsync(app)).GetString("KeyId"));
        Assert.Equal(
            (before, row.ETag),
            (await DataKeyRows.CurrentAsync(app), Assert.Single(await app.RowsAsync("ApiKeys")).ETag)
        );

        await using var last = await VaultUser.StartAppAsync(parts, vault, beside: app);
        using var there = last.As("ann");
        await VaultUser.CallAsync(there);
    }

    [Fact]
    public async Task A_lost_data_key_does_not_stop_the_rewrapping_of_others()
    {
        await using var vault = await KeyVaultEmulator.StartAsync();
        await using var app = await VaultUser.StartAppAsync(parts, vault);
        using var ann = app.As("ann");
        await VaultUser.StoreAsync(ann);
        using var op = app.As("op", "MyCoach.Admin");
        await op.PostAsync("/api/admin/data-keys/rotate");
        var lost = (await DataKeyRows.KeysAsync(app))[0];
        lost["Wrapped"] = new byte[256];
        await app.Table("DataKeys")
            .UpdateEntityAsync(lost, lost.ETag, TableUpdateMode.Replace, TestContext.Current.CancellationToken);
        var version = vault.CurrentKeyId;
        vault.AddVersion();

        await using var again = await VaultUser.StartAppAsync(parts, vault, beside: app);
        await DataKeyRows.RotateAsync(again);
        Assert.Equal(
            [version, vault.CurrentKeyId],
            (await DataKeyRows.KeysAsync(app)).Select(row => row.GetString("KeyId"))
        );
        await again.Logs.SaysAsync("Error ", "Could not rewrap data key", lost.GetString("DataKeyId"));
    }
}
