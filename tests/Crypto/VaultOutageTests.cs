using System.Net;
using MyCoach.Dev.Vault;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Crypto;

/// <summary>A vault that refuses, is in trouble, or does not answer.</summary>
public sealed class VaultOutageTests(LocalParts parts)
{
    [Theory]
    [InlineData(401, "Unauthorized", "identity is not accepted")]
    [InlineData(403, "KeyDisabled", "the key is disabled (403 KeyDisabled)")]
    [InlineData(403, "ForbiddenByFirewall", "a firewall blocks the program")]
    [InlineData(401, "The token is not valid.", "identity is not accepted (401 no code)")]
    [InlineData(403, "The caller may not use this key.", "a firewall blocks the program (403 no code)")]
    [InlineData(404, "There is no such key.", "this key or version does not exist (404 no code)")]
    [InlineData(500, "The value abc of the request is wrong.", "the vault failed (500 no code)")]
    [InlineData(404, "KeyNotFound", "this key or version does not exist")]
    [InlineData(429, "Throttled", "the vault is throttling requests")]
    [InlineData(503, "ServiceUnavailable", "the vault failed")]
    public async Task A_refusing_vault_makes_key_operations_503_and_nothing_else(int status, string code, string logged)
    {
        await using var vault = await KeyVaultEmulator.StartAsync();
        await using var app = await VaultUser.StartAppAsync(parts, vault);
        using var ann = app.As("ann");
        await VaultUser.StoreAsync(ann);
        var before = Assert.Single(await app.RowsAsync("ApiKeys"));

        // Started again while the vault refuses.
        vault.Refusal = (status, code);
        await using var again = await VaultUser.StartAppAsync(parts, vault, beside: app);
        using var there = again.As("ann");
        (await there.PostAsync(VaultUser.Messages, VaultUser.Hello)).IsRefusal(503, "encryption_unavailable");
        (await VaultUser.PutAsync(there)).IsProblem(503, "encryption_unavailable");
        (await there.PostAsync("/api/keys/anthropic/validate")).IsProblem(503, "encryption_unavailable");
        await again.Logs.SaysAsync("Error ", KeyVaultEmulator.KeyId, logged);
        Assert.DoesNotContain(again.Logs.Lines, line => code.Contains(' ') && line.Contains(code));
        (await there.GetAsync("/api/keys")).Is(HttpStatusCode.OK);
        (await there.PostAsync("/api/usage", Request.Event())).Is(HttpStatusCode.Created);
        var health = (await there.GetAsync("/api/health")).Is(HttpStatusCode.OK);
        Assert.Equal(("ok", "unavailable"), ((string)health["status"]!, (string)health["encryption"]!));
        Assert.Equal(before.ETag, Assert.Single(await app.RowsAsync("ApiKeys")).ETag);
        Assert.Single(await app.RowsAsync("DataKeys"));
        // Nor is a vault in trouble asked by each of them.
        Assert.InRange(vault.Operations.Count, 3, 12);

        // The instance that has the key continues, and the other does once the vault returns it.
        await VaultUser.CallAsync(ann);
        vault.Refusal = null;
        app.Clock.Advance(TimeSpan.FromSeconds(10));
        await VaultUser.CallAsync(there);
    }

    [Fact]
    public async Task A_silent_vault_delays_one_caller_for_ten_seconds_at_most()
    {
        await using var vault = await KeyVaultEmulator.StartAsync();
        await using var app = await VaultUser.StartAppAsync(parts, vault);
        using var ann = app.As("ann");
        await VaultUser.StoreAsync(ann);
        vault.Delay = TimeSpan.FromHours(1);
        await using var again = await VaultUser.StartAppAsync(parts, vault, beside: app);
        using var there = again.As("ann");

        var began = app.Clock.GetUtcNow();
        var calling = there.PostAsync(VaultUser.Messages, VaultUser.Hello);
        (await there.GetAsync("/api/keys")).Is(HttpStatusCode.OK);
        (await app.WhileTimePassesAsync(calling)).IsRefusal(503, "encryption_unavailable");
        Assert.InRange(app.Clock.GetUtcNow() - began, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(13));
        await again.Logs.SaysAsync("Error ", "the vault did not answer within 10 seconds");
        vault.ClearCalls();
        (await there.PostAsync(VaultUser.Messages, VaultUser.Hello)).IsRefusal(503, "encryption_unavailable");
        Assert.Empty(vault.Calls);

        vault.Delay = TimeSpan.FromMilliseconds(200);
        app.Clock.Advance(TimeSpan.FromSeconds(10));
        await VaultUser.CallAsync(there);
    }

    [Fact]
    public async Task A_failure_before_the_challenge_is_retried_with_the_body()
    {
        await using var vault = await KeyVaultEmulator.StartAsync();
        await using var app = await VaultUser.StartAppAsync(parts, vault);
        using var ann = app.As("ann");
        await VaultUser.StoreAsync(ann);
        vault.BareRefusals.Enqueue((429, "Throttled"));
        vault.BareRefusals.Enqueue((503, "ServiceUnavailable"));
        await using var again = await VaultUser.StartAppAsync(parts, vault, beside: app);
        using var there = again.As("ann");
        await VaultUser.CallAsync(there);
    }

    [Fact]
    public async Task Without_an_identity_vault_operations_are_503()
    {
        await using var vault = await KeyVaultEmulator.StartAsync();
        await using var app = await VaultUser.StartAppAsync(parts, vault);
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
        await using var app = await VaultUser.StartAppAsync(parts, vault);
        using var ann = app.As("ann");
        await VaultUser.StoreAsync(ann);
    }
}
