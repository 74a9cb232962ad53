using System.Net;
using Azure.Data.Tables;
using MyCoach.Dev;
using MyCoach.Dev.Vault;
using MyCoach.ProviderKeys;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Crypto;

/// <summary>A rotation while the vault or the storage fails.</summary>
public sealed class RotationOutageTests(LocalParts parts)
{
    [Fact]
    public async Task A_rotation_waits_while_the_old_data_key_is_unavailable()
    {
        await using var vault = await KeyVaultEmulator.StartAsync();
        await using var app = await VaultUser.StartAppAsync(parts, vault);
        using var ann = app.As("ann");
        await VaultUser.StoreAsync(ann);
        using var op = app.As("op", "MyCoach.Admin");
        await op.PostAsync("/api/admin/data-keys/rotate");
        app.Clock.Advance(KeyRotation.Settling);

        // Another instance, which has the new one only: the row of the old one was made unreadable.
        var old = (await DataKeyRows.KeysAsync(app))[0];
        var wrapped = old.GetBinary("Wrapped");
        await WriteAsync(old, new byte[256]);
        await using var other = await VaultUser.StartAppAsync(parts, vault, beside: app);
        await DataKeyRows.RotateAsync(other);
        Assert.Equal("running", (string)(await op.GetAsync("/api/admin/data-keys"))["rotation"]["status"]!);

        await WriteAsync((await DataKeyRows.KeysAsync(app))[0], wrapped);
        app.Clock.Advance(TimeSpan.FromMinutes(2));
        await DataKeyRows.RotateAsync(other);
        var current = await DataKeyRows.CurrentAsync(app);
        Assert.Equal([(current, "ann")], await DataKeyRows.EncryptedByAsync(app));
        Assert.Equal("finished", (string)(await op.GetAsync("/api/admin/data-keys"))["rotation"]["status"]!);

        async Task WriteAsync(TableEntity row, byte[] value)
        {
            row["Wrapped"] = value;
            await app.Table("DataKeys")
                .UpdateEntityAsync(row, row.ETag, TableUpdateMode.Replace, TestContext.Current.CancellationToken);
        }
    }

    [Fact]
    public async Task A_rotation_under_load_with_storage_faults_loses_no_key()
    {
        await using var vault = await KeyVaultEmulator.StartAsync();
        await using var proxy = await StorageProxy.StartAsync(parts.Port);
        await using var app = await TestApp.StartAsync(
            parts,
            [.. VaultUser.Settings, TestApp.Behind(proxy)],
            configure: vault.Serve
        );
        var users = Enumerable.Range(0, 50).Select(i => app.As($"user-{i}")).ToArray();
        await Task.WhenAll(users.Select(VaultUser.StoreAsync));
        await app.As("op", "MyCoach.Admin").PostAsync("/api/admin/data-keys/rotate");
        app.Clock.Advance(KeyRotation.Settling);

        // Broken off twice in the middle: what it asks for is not done, as where its process is killed.
        for (var killed = 0; killed < 2; killed++)
        {
            var writes = 0;
            proxy.Fault = call =>
                call.Method != "GET"
                && call.Path.Contains("ApiKeys(", StringComparison.Ordinal)
                && Interlocked.Increment(ref writes) > 10
                    ? StorageFault.DropBefore
                    : StorageFault.None;
            await Assert.ThrowsAnyAsync<Exception>(() => DataKeyRows.RotateAsync(app));
            proxy.Fault = _ => StorageFault.None;
        }
        var using50 = Task.WhenAll(
            users.Select(
                async (user, i) =>
                {
                    for (var round = 0; round < 3; round++)
                    {
                        await VaultUser.CallAsync(user);
                        if (i % 5 == 0 && round == 1)
                        {
                            (
                                await user.PutAsync(
                                    "/api/keys/anthropic",
                                    new { apiKey = $"sk-ant-api03-replaced-{i:D4}" }
                                )
                            ).Is(HttpStatusCode.OK);
                        }
                    }
                }
            )
        );
        await DataKeyRows.RotateAsync(app);
        await using50;
        await DataKeyRows.RotateAsync(app);

        var current = await DataKeyRows.CurrentAsync(app);
        Assert.All(await app.RowsAsync("ApiKeys"), row => Assert.Equal(current, row.GetString("DataKeyId")));
        app.Emulator.ClearCalls();
        await users[5].PostAsync(VaultUser.Messages, VaultUser.Hello);
        Assert.Equal("sk-ant-api03-replaced-0005", Assert.Single(app.Emulator.Calls).Header("x-api-key"));
    }
}
