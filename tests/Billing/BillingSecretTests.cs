using System.Net;
using Azure.Data.Tables;
using MyCoach.Dev.Vault;
using MyCoach.ProviderKeys;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Billing;

/// <summary>How an admin key is kept.</summary>
public sealed class BillingSecretTests(LocalParts parts)
{
    private const string Key = "sk-proj-the-key-of-ann-000001";

    [Fact]
    public async Task An_admin_key_follows_a_rotation_of_data_keys()
    {
        await using var vault = await KeyVaultEmulator.StartAsync();
        await using var app = await VaultUser.StartAppAsync(parts, vault);
        var ann = await BilledUser.CreateAsync(app, "ann", Key);
        await ann.StoreAdminAsync(BilledUser.OpenAiAdmin);

        (await app.As("op", "MyCoach.Admin").PostAsync("/api/admin/data-keys/rotate")).Is(HttpStatusCode.Accepted);
        var made = await DataKeyRows.CurrentAsync(app);
        app.Clock.Advance(KeyRotation.Settling + TimeSpan.FromMinutes(1));
        await DataKeyRows.RotateAsync(app);

        Assert.All(await app.RowsAsync("ApiKeys"), row => Assert.Equal(made, row.GetString("DataKeyId")));
        Assert.True((bool)(await ann.SyncAsync("openai"))["isComplete"]!);
    }

    [Fact]
    public async Task An_admin_key_that_is_moved_to_the_place_of_a_key_for_calls_does_not_decrypt()
    {
        await using var app = await TestApp.StartAsync(parts);
        var ann = await BilledUser.CreateAsync(app, "ann", Key);
        await ann.StoreAdminAsync(BilledUser.OpenAiAdmin);
        var rows = (await app.RowsAsync("ApiKeys")).ToDictionary(row => row.RowKey);
        var table = new TableClient(parts.ConnectionString, $"{app.TablePrefix}ApiKeys");
        foreach (var (to, from) in new[] { ("openai", "billing_openai"), ("billing_openai", "openai") })
        {
            var moved = new TableEntity("ann", to) { ["EncryptedKey"] = rows[from].GetString("EncryptedKey") };
            await table.UpdateEntityAsync(
                moved,
                Azure.ETag.All,
                cancellationToken: TestContext.Current.CancellationToken
            );
        }
        app.Clock.Advance(TimeSpan.FromMinutes(1));

        var calls = app.Emulator.CountOfCalls;
        (await ann.Api.PostAsync("/api/keys/openai/validate")).IsProblem(500, "key_unreadable");
        var synced = await ann.SyncAsync("openai");
        Assert.False((bool)synced["isComplete"]!);
        Assert.NotNull((string?)synced["billing"]["lastError"]);
        Assert.Equal(calls, app.Emulator.CountOfCalls);
    }
}
