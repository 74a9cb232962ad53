using System.Net;
using MyCoach.Dev;
using MyCoach.Dev.Vault;
using MyCoach.ProviderKeys;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Crypto;

/// <summary>A rotation whose pass over the stored keys needs more than one run.</summary>
public sealed class RotationShareTests(LocalParts parts)
{
    [Fact]
    public async Task A_pass_out_of_time_continues_with_the_next_user()
    {
        await using var proxy = await StorageProxy.StartAsync(parts.Port);
        await using var vault = await KeyVaultEmulator.StartAsync();
        await using var app = await VaultUser.StartAppAsync(parts, vault);
        await using var rotating = await TestApp.StartAsync(
            parts,
            [.. VaultUser.Settings, TestApp.Behind(proxy)],
            beside: app,
            vault.Serve
        );
        string[] users = ["ann", "ben", "cid", "dan", "eve"];
        foreach (var user in users)
        {
            await VaultUser.StoreAsync(app.As(user));
        }
        // Its row does not decrypt, in the part of the pass before the stop.
        var moved = (await app.RowsAsync("ApiKeys")).Single(row => row.PartitionKey == "ann");
        moved["EncryptedKey"] = (await app.RowsAsync("ApiKeys"))
            .Single(row => row.PartitionKey == "ben")
            .GetString("EncryptedKey");
        await app.Table("ApiKeys")
            .UpdateEntityAsync(
                moved,
                moved.ETag,
                Azure.Data.Tables.TableUpdateMode.Replace,
                TestContext.Current.CancellationToken
            );
        (await app.As("op", "MyCoach.Admin").PostAsync("/api/admin/data-keys/rotate")).Is(HttpStatusCode.Accepted);
        app.Clock.Advance(KeyRotation.Settling);
        proxy.Hold = call =>
        {
            var isReplacement = call.Method != "GET" && call.Path.Contains("ApiKeys(", StringComparison.Ordinal);
            app.Clock.Advance(isReplacement ? TimeSpan.FromMinutes(1.6) : TimeSpan.Zero);
            return Task.CompletedTask;
        };

        await DataKeyRows.RotateAsync(rotating);
        Assert.Equal(("running", 2, 1), await StateAsync(app));
        Assert.Equal(
            "dan_000000",
            (await app.RowsAsync("ChangedMonths")).Single(row => row.PartitionKey == "progress").GetString("From")
        );

        proxy.Hold = _ => Task.CompletedTask;
        await DataKeyRows.RotateAsync(rotating);
        Assert.Equal(("finished", 4, 1), await StateAsync(app));
        Assert.DoesNotContain(await app.RowsAsync("ChangedMonths"), row => row.PartitionKey == "progress");
        var made = await DataKeyRows.CurrentAsync(app);
        Assert.Equal(
            users[1..],
            (await DataKeyRows.EncryptedByAsync(app)).Where(row => row.DataKey == made).Select(row => row.User)
        );
    }

    private static async Task<(string Status, int Replaced, int Failed)> StateAsync(TestApp app)
    {
        var state = await app.As("op", "MyCoach.Admin").GetAsync("/api/admin/data-keys");
        var rotation = state["rotation"];
        return ((string)rotation["status"]!, (int)rotation["replaced"]!, (int)rotation["failed"]!);
    }
}
