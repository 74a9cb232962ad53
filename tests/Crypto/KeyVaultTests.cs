using System.Text.Json.Nodes;
using Azure.Data.Tables;
using MyCoach.Dev.Vault;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Crypto;

/// <summary>Data keys that the key of a vault wraps, and what is asked of the vault for that.</summary>
public sealed class KeyVaultTests(LocalParts parts)
{
    [Fact]
    public async Task A_data_key_is_made_once_wrapped_by_the_vault_and_unwrapped_once_a_process()
    {
        await using var vault = await KeyVaultEmulator.StartAsync();
        await using var app = await VaultUser.StartAppAsync(parts, vault);
        await using var again = await VaultUser.StartAppAsync(parts, vault, beside: app);
        using var ann = app.As("ann");
        await VaultUser.StoreAsync(ann);
        var row = Assert.Single(await app.RowsAsync("DataKeys"));
        Assert.Equal(vault.CurrentKeyId, row.GetString("KeyId"));
        Assert.Equal(row.GetString("DataKeyId"), Assert.Single(await app.RowsAsync("ApiKeys")).GetString("DataKeyId"));

        // Bare at first, with what the challenge asks for after that: which version is current, and to wrap with it.
        var version = vault.CurrentKeyId.Split('/')[^1];
        Assert.Equal(
            [
                ("GET", "/keys/wrapping?api-version=7.6", false),
                ("GET", "/keys/wrapping?api-version=7.6", true),
                ("POST", $"/keys/wrapping/{version}/wrapkey?api-version=7.6", true),
            ],
            vault.Calls.Select(call => (call.Method, call.PathAndQuery, call.Authorization is not null))
        );
        Assert.All(vault.Calls, call => Assert.Equal(KeyVaultEmulator.Host, call.Host));
        var wrap = JsonNode.Parse(vault.Calls[^1].Body)!.AsObject();
        Assert.Equal(["alg", "value"], wrap.Select(member => member.Key));
        Assert.Matches("^[A-Za-z0-9_-]{43}$", (string)wrap["value"]!);

        vault.ClearCalls();
        using var there = again.As("ann");
        for (var i = 0; i < 20; i++)
        {
            await VaultUser.CallAsync(ann);
            await VaultUser.CallAsync(there);
        }
        Assert.Equal(
            [$"/keys/wrapping/{version}/unwrapkey?api-version=7.6"],
            vault.Operations.Select(call => call.PathAndQuery)
        );
        Assert.All(vault.Calls.Where(call => call.Authorization is null), call => Assert.Empty(call.Body));
        Assert.Equal("ok", (string)(await again.Anonymous().GetAsync("/api/health"))["encryption"]!);
    }

    [Theory]
    [InlineData("Bearer authorization=\"https://login.microsoftonline.com/t\", resource=\"https://vault.azure.net\"")]
    [InlineData(
        "Bearer authorization=\"https://login.microsoftonline.com/t\", scope=\"https://vault.azure.net/.default\", resource=\"https://vault.azure.net\""
    )]
    [InlineData(
        "Bearer authorization=\"https://login.microsoftonline.com/t/oauth2/v2.0\", resource=\"https://vault.azure.net\", Bearer"
    )]
    [InlineData(
        "Bearer authorization=\"https://mycoach-test.vault.azure.net/t/\", resource=\"https://vault.azure.net\""
    )]
    [InlineData(
        "Bearer authorization=\"https://mycoach-test.vault.azure.net:8443\", resource=\"https://vault.azure.net\", Bearer",
        null
    )]
    [InlineData("Bearer resource=\"https://vault.azure.net\", authorization=\"nothing\"", null)]
    [InlineData(
        "Bearer authorization=\"https://login.microsoftonline.com/t\", resource=\"https://vault.azure.net\"|Bearer"
    )]
    [InlineData(
        "Bearer|Basic realm=\"x\"|Bearer resource=\"https://vault.azure.net\", authorization=\"https://login.microsoftonline.com/t\""
    )]
    [InlineData(
        "Bearer, Bearer authorization=\"https://login.microsoftonline.com/t\", scope=\"https://vault.azure.net/.default\""
    )]
    public async Task A_challenge_is_understood_in_any_form(string challenges, string? tenant = "t")
    {
        await using var vault = await KeyVaultEmulator.StartAsync();
        vault.Challenges = challenges.Split('|');
        await using var app = await VaultUser.StartAppAsync(parts, vault);
        using var ann = app.As("ann");
        await VaultUser.StoreAsync(ann);
        Assert.All(vault.Tenants, requested => Assert.Equal(tenant, requested));
        Assert.NotEmpty(vault.Tenants);
    }

    [Theory]
    [InlineData("Bearer authorization=\"https://login.microsoftonline.com/t\", resource=\"https://evil.example\"")]
    [InlineData(
        "Bearer authorization=\"https://login.microsoftonline.com/t\", scope=\"https://vault.azure.net/.default\", resource=\"https://evil.example\", Bearer"
    )]
    [InlineData("Bearer, Bearer")]
    [InlineData(
        "Bearer authorization=\"https://login.microsoftonline.com/t\", resource=\"https://azure.net.evil.example\""
    )]
    [InlineData("Bearer authorization=\"https://login.microsoftonline.com/t\"")]
    [InlineData("Basic realm=\"x\"")]
    public async Task A_challenge_for_another_domain_gets_no_token(string challenge)
    {
        await using var vault = await KeyVaultEmulator.StartAsync();
        vault.Challenges = [challenge];
        await using var app = await VaultUser.StartAppAsync(parts, vault);
        using var ann = app.As("ann");
        (await VaultUser.PutAsync(ann)).IsProblem(503, "encryption_unavailable");
        Assert.Empty(vault.Operations);
        Assert.Empty(await app.RowsAsync("DataKeys"));
    }

    [Fact]
    public async Task Two_instances_that_begin_at_once_agree_on_one_data_key()
    {
        await using var vault = await KeyVaultEmulator.StartAsync();
        vault.Delay = TimeSpan.FromMilliseconds(100);
        await using var app = await VaultUser.StartAppAsync(parts, vault);
        await using var other = await VaultUser.StartAppAsync(parts, vault, beside: app);
        using var ann = app.As("ann");
        using var ben = other.As("ben");
        await Task.WhenAll(VaultUser.StoreAsync(ann), VaultUser.StoreAsync(ben));

        Assert.Equal(
            2,
            vault.Operations.Count(call => call.PathAndQuery.Contains("/wrapkey", StringComparison.Ordinal))
        );
        var id = Assert.Single(await app.RowsAsync("DataKeys")).GetString("DataKeyId");
        Assert.All(await app.RowsAsync("ApiKeys"), row => Assert.Equal(id, row.GetString("DataKeyId")));
        using var annThere = other.As("ann");
        using var benHere = app.As("ben");
        await VaultUser.CallAsync(annThere);
        await VaultUser.CallAsync(benHere);
    }

    [Theory]
    [InlineData("https://evil.vault.azure.net/keys/wrapping/0123456789abcdef")]
    [InlineData("https://mycoach-test.vault.azure.net/keys/other/0123456789abcdef")]
    [InlineData("https://mycoach-test.vault.azure.net/keys/wrapping")]
    [InlineData("https://mycoach-test.vault.azure.net/keys/wrapping/../../secrets/x")]
    [InlineData("https://mycoach-test.vault.azure.net/keys/wrapping/%2e%2e/other/0123456789abcdef")]
    [InlineData("https://mycoach-test.vault.azure.net/keys/wrapping/..%2Fother%2F0123456789abcdef")]
    [InlineData("https://mycoach-test.vault.azure.net:8443/keys/wrapping/0123456789abcdef")]
    [InlineData("https://mycoach-test.vault.azure.net.evil.example/keys/wrapping/0123456789abcdef")]
    public async Task A_stored_key_id_never_decides_which_vault_is_called(string keyId)
    {
        await using var vault = await KeyVaultEmulator.StartAsync();
        await using var app = await VaultUser.StartAppAsync(parts, vault);
        using var ann = app.As("ann");
        await VaultUser.StoreAsync(ann);
        var row = Assert.Single(await app.RowsAsync("DataKeys"));
        row["KeyId"] = keyId;
        await app.Table("DataKeys")
            .UpdateEntityAsync(row, row.ETag, TableUpdateMode.Replace, TestContext.Current.CancellationToken);

        vault.ClearCalls();
        await using var again = await VaultUser.StartAppAsync(parts, vault, beside: app);
        using var there = again.As("ann");
        (await there.PostAsync(VaultUser.Messages, VaultUser.Hello)).IsRefusal(503, "encryption_unavailable");
        Assert.Empty(vault.Calls);
        await again.Logs.SaysAsync("Error ", "is wrapped by another vault key", keyId, ": it");
    }

    [Theory]
    [InlineData("0f8fad5b-d9cb-469f-a165-70867728950e")]
    [InlineData("1.0_beta~2")]
    [InlineData("a:b@c!$&'()*+,;=d")]
    [InlineData("with%20space")]
    public async Task A_version_may_be_any_path_segment(string version)
    {
        await using var vault = await KeyVaultEmulator.StartAsync();
        vault.AddVersion(version);
        await using var app = await VaultUser.StartAppAsync(parts, vault);
        using var ann = app.As("ann");
        await VaultUser.StoreAsync(ann);
        Assert.Equal(
            $"{KeyVaultEmulator.KeyId}/{version}",
            Assert.Single(await app.RowsAsync("DataKeys")).GetString("KeyId")
        );
        await using var again = await VaultUser.StartAppAsync(parts, vault, beside: app);
        using var there = again.As("ann");
        await VaultUser.CallAsync(there);
    }

    [Fact]
    public async Task A_version_that_cannot_be_called_is_503_and_logged_with_the_reason()
    {
        await using var vault = await KeyVaultEmulator.StartAsync();
        vault.AddVersion("two/segments");
        await using var app = await VaultUser.StartAppAsync(parts, vault);
        using var ann = app.As("ann");
        (await VaultUser.PutAsync(ann)).IsProblem(503, "encryption_unavailable");
        await app.Logs.SaysAsync("Error ", "/keys/wrapping/two/segments", "its version is not a single path segment");
    }

    [Fact]
    public async Task A_wrapped_key_moved_between_rows_is_refused()
    {
        await using var vault = await KeyVaultEmulator.StartAsync();
        await using var app = await VaultUser.StartAppAsync(parts, vault);
        await using var stranger = await VaultUser.StartAppAsync(parts, vault);
        using var ann = app.As("ann");
        using var ben = stranger.As("ben");
        await VaultUser.StoreAsync(ann);
        await VaultUser.StoreAsync(ben);
        var row = Assert.Single(await app.RowsAsync("DataKeys"));
        row["Wrapped"] = Assert.Single(await stranger.RowsAsync("DataKeys")).GetBinary("Wrapped");
        await app.Table("DataKeys")
            .UpdateEntityAsync(row, row.ETag, TableUpdateMode.Replace, TestContext.Current.CancellationToken);

        await using var again = await VaultUser.StartAppAsync(parts, vault, beside: app);
        using var there = again.As("ann");
        (await there.PostAsync(VaultUser.Messages, VaultUser.Hello)).IsRefusal(503, "encryption_unavailable");
        await again.Logs.SaysAsync("Error ", "to a different key");
    }
}
