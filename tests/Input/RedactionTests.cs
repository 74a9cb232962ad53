using System.Buffers.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using MyCoach.Dev.Vault;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Input;

/// <summary>
/// With every log level enabled, down to the framework's own Trace, no line holds a secret, whichever endpoint is
/// called.
/// </summary>
public sealed class RedactionTests(LocalParts parts)
{
    [Fact]
    public async Task No_endpoint_logs_or_returns_a_key_token_or_prompt()
    {
        await using var vault = await KeyVaultEmulator.StartAsync();
        await using var app = await TestApp.StartAsync(
            parts,
            [
                TestApp.NoRollUp,
                $"KeyVault:KeyId={KeyVaultEmulator.KeyId}",
                "Logging:LogLevel:Default=Trace",
                "Logging:LogLevel:Microsoft.AspNetCore=Trace",
                "Logging:LogLevel:Yarp=Trace",
            ],
            configure: vault.Serve
        );
        using var run = new RedactionRun(app, await GatewayUser.WithKeysAsync(app));
        await run.CallEveryEndpointAsync();

        string[] secrets = [.. run.Tokens, .. Secrets(DataKey(vault))];
        Assert.All(
            secrets,
            secret =>
                Assert.DoesNotContain(app.Logs.Lines, line => line.Contains(secret, StringComparison.OrdinalIgnoreCase))
        );
        // A caller who names an agent by a key reads that again.
        Assert.All(
            secrets.Except([RedactionRun.StrayKey]),
            secret =>
                Assert.DoesNotContain(
                    run.Answers,
                    answer => Whole(answer).Contains(secret, StringComparison.OrdinalIgnoreCase)
                )
        );
        Assert.DoesNotContain(app.Logs.Lines, line => line.Contains(RedactionRun.Prompt, StringComparison.Ordinal));
        // The log was verbose enough, and no endpoint was left out.
        Assert.Contains(app.Logs.Lines, line => line.StartsWith("Trace", StringComparison.Ordinal));
        Assert.All(
            app.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>(),
            endpoint =>
                Assert.Contains(
                    app.Logs.Lines,
                    line => line.Contains($"matched endpoint '{endpoint.DisplayName}'", StringComparison.Ordinal)
                )
        );
    }

    private static IEnumerable<string> Secrets(byte[] dataKey) =>
        [
            GatewayUser.AnthropicKey,
            GatewayUser.OpenAiKey,
            RedactionRun.StrayKey,
            DescribedOperation.EmulatedKey,
            TestApp.DataKey,
            Convert.ToBase64String(TestApp.SigningKey),
            Convert.ToHexString(dataKey),
            Convert.ToBase64String(dataKey),
            Base64Url.EncodeToString(dataKey),
            "token-for-https",
        ];

    private static string Whole(Answer answer) => $"{answer.Text}{answer.Headers}";

    private static byte[] DataKey(KeyVaultEmulator vault)
    {
        var wrap = vault.Operations.First(call => call.PathAndQuery.Contains("/wrapkey", StringComparison.Ordinal));
        return Base64Url.DecodeFromChars((string)JsonNode.Parse(wrap.Body)!["value"]!);
    }
}
