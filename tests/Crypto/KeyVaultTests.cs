using System.Net;
using System.Text.Json.Nodes;
using Azure.Data.Tables;
using MyCoach.Crypto;
using MyCoach.Dev.Vault;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Crypto;

/// <summary>Data keys that the key of a vault wraps.</summary>
public sealed class KeyVaultTests(LocalParts parts)
{
    [Fact]
    public async Task A_data_key_is_made_once_wrapped_by_the_vault_and_unwrapped_once_a_process()
    {
        await using var vault = await KeyVaultEmulator.StartAsync();
        await using var app = await StartAsync(vault);
        await using var again = await StartAsync(vault, beside: app);
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
        Assert.Equal([$"/keys/wrapping/{version}/unwrapkey?api-version=7.6"], vault.Operations.Select(call => call.PathAndQuery));
        Assert.All(vault.Calls.Where(call => call.Authorization is null), call => Assert.Empty(call.Body));
        Assert.Equal("ok", (string)(await again.Anonymous().GetAsync("/api/health"))["encryption"]!);
    }

    [Theory]
    [InlineData("Bearer authorization=\"https://login.microsoftonline.com/t\", resource=\"https://vault.azure.net\"")]
    [InlineData("Bearer authorization=\"https://login.microsoftonline.com/t\", resource=\"https://vault.azure.net\"|Bearer")]
    [InlineData("Bearer|Basic realm=\"x\"|Bearer resource=\"https://vault.azure.net\", authorization=\"https://login.microsoftonline.com/t\"")]
    [InlineData("Bearer, Bearer authorization=\"https://login.microsoftonline.com/t\", scope=\"https://vault.azure.net/.default\"")]
    public async Task A_challenge_is_understood_in_any_form(string challenges)
    {
        await using var vault = await KeyVaultEmulator.StartAsync();
        vault.Challenges = challenges.Split('|');
        await using var app = await StartAsync(vault);
        using var ann = app.As("ann");
        await VaultUser.StoreAsync(ann);
    }

    [Theory]
    [InlineData("Bearer authorization=\"https://login.microsoftonline.com/t\", resource=\"https://evil.example\"")]
    [InlineData("Bearer authorization=\"https://login.microsoftonline.com/t\", resource=\"https://azure.net.evil.example\"")]
    [InlineData("Bearer authorization=\"https://login.microsoftonline.com/t\"")]
    [InlineData("Basic realm=\"x\"")]
    public async Task No_token_goes_to_whom_the_challenge_names_somebody_else(string challenge)
    {
        await using var vault = await KeyVaultEmulator.StartAsync();
        vault.Challenges = [challenge];
        await using var app = await StartAsync(vault);
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
        await using var app = await StartAsync(vault);
        await using var other = await StartAsync(vault, beside: app);
        using var ann = app.As("ann");
        using var ben = other.As("ben");
        await Task.WhenAll(VaultUser.StoreAsync(ann), VaultUser.StoreAsync(ben));

        Assert.Equal(2, vault.Operations.Count(call => call.PathAndQuery.Contains("/wrapkey", StringComparison.Ordinal)));
        var id = Assert.Single(await app.RowsAsync("DataKeys")).GetString("DataKeyId");
        Assert.All(await app.RowsAsync("ApiKeys"), row => Assert.Equal(id, row.GetString("DataKeyId")));
        using var annThere = other.As("ann");
        using var benHere = app.As("ben");
        await VaultUser.CallAsync(annThere);
        await VaultUser.CallAsync(benHere);
    }

    [Theory]
    [InlineData(401, "Unauthorized", "identity is not accepted")]
    [InlineData(403, "KeyDisabled", "the key is disabled (403 KeyDisabled)")]
    [InlineData(403, "ForbiddenByFirewall", "a firewall is in the way")]
    [InlineData(404, "KeyNotFound", "there is no such key")]
    [InlineData(429, "Throttled", "asked too often")]
    [InlineData(503, "ServiceUnavailable", "in trouble")]
    public async Task While_the_vault_refuses_what_needs_it_is_503_nothing_is_overwritten_and_all_else_works(int status, string code, string told)
    {
        await using var vault = await KeyVaultEmulator.StartAsync();
        await using var app = await StartAsync(vault);
        using var ann = app.As("ann");
        await VaultUser.StoreAsync(ann);
        var before = Assert.Single(await app.RowsAsync("ApiKeys"));

        // Started again while the vault refuses.
        vault.Refusal = (status, code);
        await using var again = await StartAsync(vault, beside: app);
        using var there = again.As("ann");
        (await there.PostAsync(VaultUser.Messages, VaultUser.Hello)).IsRefusal(503, "encryption_unavailable");
        (await VaultUser.PutAsync(there)).IsProblem(503, "encryption_unavailable");
        (await there.PostAsync("/api/keys/anthropic/validate")).IsProblem(503, "encryption_unavailable");
        await again.Logs.SaysAsync("Error ", KeyVaultEmulator.KeyId, told);
        (await there.GetAsync("/api/keys")).Is(HttpStatusCode.OK);
        (await there.PostAsync("/api/usage", Request.Event())).Is(HttpStatusCode.Created);
        var health = (await there.GetAsync("/api/health")).Is(HttpStatusCode.OK);
        Assert.Equal(("ok", "unavailable"), ((string)health["status"]!, (string)health["encryption"]!));
        Assert.Equal(before.ETag, Assert.Single(await app.RowsAsync("ApiKeys")).ETag);
        Assert.Single(await app.RowsAsync("DataKeys"));
        // Nor is a vault in trouble asked by each of them.
        Assert.InRange(vault.Operations.Count, 3, 12);

        // Whoever has the key goes on, and the other does once the vault gives it.
        await VaultUser.CallAsync(ann);
        vault.Refusal = null;
        app.Clock.Advance(TimeSpan.FromSeconds(10));
        await VaultUser.CallAsync(there);
    }

    [Fact]
    public async Task A_vault_that_never_answers_keeps_nobody_waiting_for_longer_than_ten_seconds_and_then_only_one()
    {
        await using var vault = await KeyVaultEmulator.StartAsync();
        await using var app = await StartAsync(vault);
        using var ann = app.As("ann");
        await VaultUser.StoreAsync(ann);
        vault.Delay = TimeSpan.FromHours(1);
        await using var again = await StartAsync(vault, beside: app);
        using var there = again.As("ann");

        var began = app.Clock.GetUtcNow();
        var calling = there.PostAsync(VaultUser.Messages, VaultUser.Hello);
        (await there.GetAsync("/api/keys")).Is(HttpStatusCode.OK);
        (await app.WhileTimePassesAsync(calling)).IsRefusal(503, "encryption_unavailable");
        Assert.InRange(app.Clock.GetUtcNow() - began, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(13));
        await again.Logs.SaysAsync("Error ", "it did not answer within 10 seconds");
        vault.ClearCalls();
        (await there.PostAsync(VaultUser.Messages, VaultUser.Hello)).IsRefusal(503, "encryption_unavailable");
        Assert.Empty(vault.Calls);

        vault.Delay = TimeSpan.FromMilliseconds(200);
        app.Clock.Advance(TimeSpan.FromSeconds(10));
        await VaultUser.CallAsync(there);
    }

    [Fact]
    public async Task What_happens_before_the_challenge_does_not_take_the_bodys_place()
    {
        await using var vault = await KeyVaultEmulator.StartAsync();
        await using var app = await StartAsync(vault);
        using var ann = app.As("ann");
        await VaultUser.StoreAsync(ann);
        vault.BareRefusals.Enqueue((429, "Throttled"));
        vault.BareRefusals.Enqueue((503, "ServiceUnavailable"));
        await using var again = await StartAsync(vault, beside: app);
        using var there = again.As("ann");
        await VaultUser.CallAsync(there);
    }

    [Fact]
    public async Task Without_an_identity_what_needs_the_vault_is_503_whatever_else_goes_wrong()
    {
        await using var vault = await KeyVaultEmulator.StartAsync();
        await using var app = await StartAsync(vault);
        using var ann = app.As("ann");
        vault.HasIdentity = false;
        vault.Drops = 1;
        (await VaultUser.PutAsync(ann)).IsProblem(503, "encryption_unavailable");
        await app.Logs.SaysAsync("Error ", KeyVaultEmulator.KeyId);
        app.Clock.Advance(TimeSpan.FromSeconds(10));
        (await VaultUser.PutAsync(ann)).IsProblem(503, "encryption_unavailable");
        vault.HasIdentity = true;
        app.Clock.Advance(TimeSpan.FromSeconds(10));
        await VaultUser.StoreAsync(ann);
    }

    [Fact]
    public async Task A_vault_that_is_throttled_for_a_moment_is_asked_again()
    {
        await using var vault = await KeyVaultEmulator.StartAsync();
        vault.Refusals.Enqueue((429, "Throttled"));
        vault.Refusals.Enqueue((503, "ServiceUnavailable"));
        await using var app = await StartAsync(vault);
        using var ann = app.As("ann");
        await VaultUser.StoreAsync(ann);
    }

    [Fact]
    public async Task From_the_local_key_to_the_vault_there_is_no_gap_while_instances_of_both_settings_run()
    {
        await using var vault = await KeyVaultEmulator.StartAsync();
        await using var local = await TestApp.StartAsync(parts);
        await using var moving = await TestApp.StartAsync(parts, VaultUser.MovingSettings, beside: local, vault.Serve);
        string[] names = ["ann", "ben"];
        await VaultUser.StoreAsync(local.As("ann"));
        await VaultUser.StoreAsync(moving.As("ben"));
        await AllCallAsync(local, moving);
        Assert.All(await local.RowsAsync("ApiKeys"), row => Assert.StartsWith("local-", row.GetString("DataKeyId"), StringComparison.Ordinal));

        // By now no instance is left that knows no vault.
        local.Clock.Advance(DataKeys.Handover);
        (await VaultUser.PutAsync(moving.As("ben"))).Is(HttpStatusCode.OK);
        Assert.Equal(
            ["local-", "vault-"],
            (await local.RowsAsync("ApiKeys")).OrderBy(row => row.PartitionKey, StringComparer.Ordinal).Select(row => row.GetString("DataKeyId")[..6])
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

    [Theory]
    [InlineData("https://evil.vault.azure.net/keys/wrapping/0123456789abcdef")]
    [InlineData("https://mycoach-test.vault.azure.net/keys/other/0123456789abcdef")]
    [InlineData("https://mycoach-test.vault.azure.net/keys/wrapping")]
    [InlineData("https://mycoach-test.vault.azure.net/keys/wrapping/../../secrets/x")]
    [InlineData("https://mycoach-test.vault.azure.net.evil.example/keys/wrapping/0123456789abcdef")]
    public async Task What_stands_in_the_table_does_not_decide_whom_the_program_asks(string keyId)
    {
        await using var vault = await KeyVaultEmulator.StartAsync();
        await using var app = await StartAsync(vault);
        using var ann = app.As("ann");
        await VaultUser.StoreAsync(ann);
        var row = Assert.Single(await app.RowsAsync("DataKeys"));
        row["KeyId"] = keyId;
        await app.Table("DataKeys").UpdateEntityAsync(row, row.ETag, TableUpdateMode.Replace, TestContext.Current.CancellationToken);

        vault.ClearCalls();
        await using var again = await StartAsync(vault, beside: app);
        using var there = again.As("ann");
        (await there.PostAsync(VaultUser.Messages, VaultUser.Hello)).IsRefusal(503, "encryption_unavailable");
        Assert.Empty(vault.Calls);
    }

    [Fact]
    public async Task A_wrapped_key_of_another_row_is_not_taken_for_this_one()
    {
        await using var vault = await KeyVaultEmulator.StartAsync();
        await using var app = await StartAsync(vault);
        await using var stranger = await StartAsync(vault);
        using var ann = app.As("ann");
        using var ben = stranger.As("ben");
        await VaultUser.StoreAsync(ann);
        await VaultUser.StoreAsync(ben);
        var row = Assert.Single(await app.RowsAsync("DataKeys"));
        row["Wrapped"] = Assert.Single(await stranger.RowsAsync("DataKeys")).GetBinary("Wrapped");
        await app.Table("DataKeys").UpdateEntityAsync(row, row.ETag, TableUpdateMode.Replace, TestContext.Current.CancellationToken);

        await using var again = await StartAsync(vault, beside: app);
        using var there = again.As("ann");
        (await there.PostAsync(VaultUser.Messages, VaultUser.Hello)).IsRefusal(503, "encryption_unavailable");
        await again.Logs.SaysAsync("Error ", "to another one");
    }

    private Task<TestApp> StartAsync(KeyVaultEmulator vault, TestApp? beside = null) =>
        TestApp.StartAsync(parts, VaultUser.Settings, beside, vault.Serve);
}
