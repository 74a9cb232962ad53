using System.Net;
using Azure.Data.Tables;
using MyCoach.Dev.Vault;
using MyCoach.ProviderKeys;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Crypto;

/// <summary>New data keys, and the way of the stored keys to them.</summary>
public sealed class RotationTests(LocalParts parts)
{
    [Fact]
    public async Task A_new_data_key_applies_at_once_and_old_rows_follow()
    {
        await using var vault = await KeyVaultEmulator.StartAsync();
        await using var app = await VaultUser.StartAppAsync(parts, vault);
        await using var other = await VaultUser.StartAppAsync(parts, vault, beside: app);
        using var ann = app.As("ann");
        await VaultUser.StoreAsync(ann);
        var old = await DataKeyRows.CurrentAsync(app);
        using var annThere = other.As("ann");
        await VaultUser.CallAsync(annThere);

        var rotated = (await app.As("op", "MyCoach.Admin").PostAsync("/api/admin/data-keys/rotate")).Is(
            HttpStatusCode.Accepted
        );
        Assert.Equal(2, rotated["dataKeys"].AsArray().Count);
        var made = await DataKeyRows.CurrentAsync(app);
        Assert.NotEqual(old, made);
        using var ben = app.As("ben");
        await VaultUser.StoreAsync(ben);
        Assert.Equal([(old, "ann"), (made, "ben")], await DataKeyRows.EncryptedByAsync(app));
        // Which is read at once elsewhere, too.
        using var benThere = other.As("ben");
        await VaultUser.CallAsync(benThere);

        // The other instance writes with it within a minute, and nothing is scanned before the second has passed.
        app.Clock.Advance(TimeSpan.FromSeconds(61));
        await DataKeyRows.RotateAsync(other);
        using var cid = other.As("cid");
        await VaultUser.StoreAsync(cid);
        Assert.Equal([(old, "ann"), (made, "ben"), (made, "cid")], await DataKeyRows.EncryptedByAsync(app));

        app.Clock.Advance(KeyRotation.Settling);
        await Task.WhenAll(DataKeyRows.RotateAsync(app), DataKeyRows.RotateAsync(other));
        await DataKeyRows.RotateAsync(app);
        Assert.Equal([(made, "ann"), (made, "ben"), (made, "cid")], await DataKeyRows.EncryptedByAsync(app));
        Assert.Equal(2, (await app.RowsAsync("DataKeys")).Count(row => row.PartitionKey == "data-keys"));
        foreach (var user in (ApiClient[])[ann, ben, cid, other.As("ann")])
        {
            await VaultUser.CallAsync(user);
        }
        var state = await app.As("op", "MyCoach.Admin").GetAsync("/api/admin/data-keys");
        Assert.Equal(
            ("finished", made, 1, 0),
            (
                (string)state["rotation"]["status"]!,
                (string)state["rotation"]["dataKeyId"]!,
                (int)state["rotation"]["replaced"]!,
                (int)state["rotation"]["failed"]!
            )
        );
    }

    [Fact]
    public async Task Only_operators_may_rotate_and_only_where_there_is_a_vault()
    {
        await using var app = await TestApp.StartAsync(parts);
        (await app.As("ann").PostAsync("/api/admin/data-keys/rotate")).IsProblem(403, "forbidden");
        (await app.As("ann").GetAsync("/api/admin/data-keys")).IsProblem(403, "forbidden");
        (await app.Anonymous().GetAsync("/api/admin/data-keys")).IsProblem(401, "unauthenticated");
        using var op = app.As("op", "MyCoach.Admin");
        (await op.PostAsync("/api/admin/data-keys/rotate")).IsProblem(409, "conflict");
        Assert.StartsWith(
            "local-",
            (string)Assert.Single((await op.GetAsync("/api/admin/data-keys"))["dataKeys"].AsArray())!["id"]!,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_key_status_survives_reencryption()
    {
        await using var vault = await KeyVaultEmulator.StartAsync();
        await using var app = await VaultUser.StartAppAsync(parts, vault);
        using var ann = app.As("ann");
        await VaultUser.StoreAsync(ann);
        await app.As("op", "MyCoach.Admin").PostAsync("/api/admin/data-keys/rotate");
        app.Clock.Advance(KeyRotation.Settling);

        app.Emulator.Knobs.Delay = TimeSpan.FromSeconds(2);
        app.Emulator.Knobs.FailNext(1, 401);
        app.Emulator.ClearCalls();
        var validating = ann.PostAsync("/api/keys/anthropic/validate");
        await Eventually.HoldsAsync(() => app.Emulator.Calls.Count == 1);
        await DataKeyRows.RotateAsync(app);
        Assert.Equal([(await DataKeyRows.CurrentAsync(app), "ann")], await DataKeyRows.EncryptedByAsync(app));
        Assert.Equal("invalid", (string)(await app.WhileTimePassesAsync(validating))["status"]!);
        Assert.Equal("invalid", (string)(await ann.GetAsync("/api/keys/anthropic"))["status"]!);
    }

    [Fact]
    public async Task A_tampered_row_is_reported_and_does_not_stop_the_rotation()
    {
        await using var vault = await KeyVaultEmulator.StartAsync();
        await using var app = await VaultUser.StartAppAsync(parts, vault);
        using var ann = app.As("ann");
        using var ben = app.As("ben");
        await VaultUser.StoreAsync(ann);
        await VaultUser.StoreAsync(ben);
        var (ofAnn, ofBen) = await PairAsync(app);
        ofAnn["EncryptedKey"] = ofBen.GetString("EncryptedKey");
        await app.Table("ApiKeys")
            .UpdateEntityAsync(ofAnn, ofAnn.ETag, TableUpdateMode.Replace, TestContext.Current.CancellationToken);

        using var op = app.As("op", "MyCoach.Admin");
        await op.PostAsync("/api/admin/data-keys/rotate");
        app.Clock.Advance(KeyRotation.Settling);
        await DataKeyRows.RotateAsync(app);
        var state = (await op.GetAsync("/api/admin/data-keys"))["rotation"];
        Assert.Equal(("finished", 1, 1), ((string)state["status"]!, (int)state["replaced"]!, (int)state["failed"]!));
        await app.Logs.SaysAsync("Error ", "its row was changed or moved");
        Assert.Equal(ofAnn.GetString("EncryptedKey"), (await PairAsync(app)).Ann.GetString("EncryptedKey"));
        (await ann.PostAsync(VaultUser.Messages, VaultUser.Hello)).IsRefusal(500, "key_unreadable");
        await VaultUser.CallAsync(ben);
    }

    private static async Task<(TableEntity Ann, TableEntity Ben)> PairAsync(TestApp app)
    {
        var rows = await app.RowsAsync("ApiKeys");
        return (rows.Single(row => row.PartitionKey == "ann"), rows.Single(row => row.PartitionKey == "ben"));
    }
}
