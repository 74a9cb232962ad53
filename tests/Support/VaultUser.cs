using System.Net;
using MyCoach.Dev.Vault;

namespace MyCoach.Tests.Support;

/// <summary>What a user does with a key that a vault's data key encrypts.</summary>
internal static class VaultUser
{
    /// <summary>A program with the vault alone, and no local key that it is leaving.</summary>
    public static readonly string[] Settings =
    [
        TestApp.NoRollUp,
        $"KeyVault:KeyId={KeyVaultEmulator.KeyId}",
        "API_KEY_ENCRYPTION_KEY=",
    ];

    /// <summary>A program that leaves its local key for the vault.</summary>
    public static readonly string[] MovingSettings = [.. Settings[..^1]];

    public static Task<TestApp> StartAppAsync(LocalParts parts, KeyVaultEmulator vault, TestApp? beside = null) =>
        TestApp.StartAsync(parts, Settings, beside, vault.Serve);

    public const string Messages = "/api/gateway/anthropic/v1/messages";

    public static readonly object Hello = new
    {
        model = "claude-haiku-4-5",
        max_tokens = 10,
        messages = (object[])[new { role = "user", content = "Hi" }],
    };

    public static Task<Answer> PutAsync(ApiClient user) =>
        user.PutAsync("/api/keys/anthropic", new { apiKey = GatewayUser.AnthropicKey });

    public static async Task StoreAsync(ApiClient user) => (await PutAsync(user)).Is(HttpStatusCode.Created);

    /// <summary>A call that needs the key.</summary>
    public static async Task CallAsync(ApiClient user) => (await user.PostAsync(Messages, Hello)).Is(HttpStatusCode.OK);
}
