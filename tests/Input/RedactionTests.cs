using System.Buffers.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using MyCoach.Dev.Vault;
using MyCoach.Providers;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Input;

/// <summary>With every log line let through, down to the framework's own at Trace, none holds what is nobody's business, whichever endpoint is called.</summary>
public sealed class RedactionTests(LocalParts parts)
{
    private const string Prompt = "the-very-private-prompt";
    private const string StrayKey = "sk-ant-api03-stray-key-9b1f";

    [Fact]
    public async Task No_endpoint_lets_a_key_a_token_or_a_prompt_into_a_log_line_or_an_answer()
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
        using var operators = app.As("ann", "MyCoach.Admin");
        using var ann = await GatewayUser.WithKeysAsync(app);
        var answers = new List<Answer>();

        foreach (var operation in (await DescribedOperation.AllAsync(app)).Where(one => one.Method != "DELETE"))
        {
            await CallAsync(operation);
        }
        foreach (var path in new[] { "keys", "agents", "conversations", "usage", StrayKey, "gateway/openai/v1/models", "gateway/anthropic/v1" })
        {
            foreach (var method in (HttpMethod[])[HttpMethod.Get, HttpMethod.Put, HttpMethod.Delete])
            {
                // Somebody puts it where it does not belong.
                answers.Add(
                    await operators.SendAsync(
                        method,
                        $"/api/{path}/{StrayKey}?apiKey={StrayKey}&{StrayKey}",
                        body: method == HttpMethod.Put ? "{}" : null
                    )
                );
            }
        }
        foreach (var provider in Provider.All)
        {
            answers.Add(await operators.SendAsync(HttpMethod.Post, $"/api/gateway/{provider.Id}/v1/nothing", Bodies()[0]));
        }
        foreach (var operation in Operation.All)
        {
            foreach (var failure in (int[])[0, 400, 401, 429, 500])
            {
                app.Emulator.Knobs.FailNext(failure == 0 ? 0 : 1, Math.Max(failure, 400));
                foreach (var body in operation.TakesBody ? Bodies() : [null])
                {
                    var path = $"/api/gateway/{operation.Provider.Id}/v1/{operation.Path.Replace("{id}", "an-id", StringComparison.Ordinal)}";
                    answers.Add(await operators.SendAsync(new HttpMethod(operation.Method), path, body, headers: [("x-api-key", StrayKey)]));
                }
                await ann.Api.PostAsync($"/api/keys/{operation.Provider.Id}/validate");
                app.Clock.Advance(TimeSpan.FromSeconds(10));
            }
        }
        foreach (var operation in (await DescribedOperation.AllAsync(app)).Where(one => one.Method == "DELETE"))
        {
            await CallAsync(operation);
        }

        var dataKey = DataKey(vault);
        string[] secrets =
        [
            GatewayUser.AnthropicKey,
            GatewayUser.OpenAiKey,
            StrayKey,
            DescribedOperation.EmulatedKey,
            TestApp.DataKey,
            Convert.ToBase64String(TestApp.SigningKey),
            Convert.ToHexString(dataKey),
            Convert.ToBase64String(dataKey),
            Base64Url.EncodeToString(dataKey),
            "token-for-https",
            operators.Http.DefaultRequestHeaders.Authorization!.Parameter!,
            ann.Api.Http.DefaultRequestHeaders.Authorization!.Parameter!,
        ];
        Assert.All(secrets, secret => Assert.DoesNotContain(app.Logs.Lines, line => line.Contains(secret, StringComparison.OrdinalIgnoreCase)));
        // Whoever calls an agent by a key reads that again.
        Assert.All(
            secrets.Except([StrayKey]),
            secret => Assert.DoesNotContain(answers, answer => Whole(answer).Contains(secret, StringComparison.OrdinalIgnoreCase))
        );
        Assert.DoesNotContain(app.Logs.Lines, line => line.Contains(Prompt, StringComparison.Ordinal));
        // It was listened closely enough, and nothing was left out.
        Assert.Contains(app.Logs.Lines, line => line.StartsWith("Trace", StringComparison.Ordinal));
        Assert.All(
            app.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>(),
            endpoint => Assert.Contains(app.Logs.Lines, line => line.Contains($"matched endpoint '{endpoint.DisplayName}'", StringComparison.Ordinal))
        );

        async Task CallAsync(DescribedOperation operation)
        {
            var example = operation.ExampleBody;
            foreach (var body in example is null ? [null] : (string?[])[example, .. Spoiled(example), $"{{\"x\":\"{Prompt} {StrayKey}\""])
            {
                var sending = operators.SendAsync(
                    new HttpMethod(operation.Method),
                    operation.ExamplePath,
                    body,
                    headers: [("x-api-key", StrayKey), ("Cookie", $"session={StrayKey}")]
                );
                answers.Add(await app.WhileTimePassesAsync(sending, faster: 10));
            }
        }
    }

    private static string Whole(Answer answer) => $"{answer.Text}{answer.Headers}";

    private static byte[] DataKey(KeyVaultEmulator vault)
    {
        var wrap = vault.Operations.First(call => call.PathAndQuery.Contains("/wrapkey", StringComparison.Ordinal));
        return Base64Url.DecodeFromChars((string)JsonNode.Parse(wrap.Body)!["value"]!);
    }

    // One text after the other is the prompt, and then the key.
    private static IEnumerable<string> Spoiled(string example)
    {
        foreach (var member in JsonNode.Parse(example)!.AsObject().Select(member => member.Key).Append("unknown"))
        {
            foreach (var text in (string[])[Prompt, StrayKey])
            {
                var body = JsonNode.Parse(example)!.AsObject();
                body[member] = text;
                yield return body.ToJsonString();
            }
        }
    }

    private static string?[] Bodies() =>
        [
            $$"""{"model":"gpt-5-mini","input":"{{Prompt}}","messages":[{"role":"user","content":"{{Prompt}}"}],"max_tokens":10}""",
            $$"""{"model":"claude-haiku-4-5","stream":true,"messages":[{"role":"user","content":"{{Prompt}}"}],"max_tokens":10}""",
            $$"""{"model":"{{StrayKey}}","input":"{{Prompt}}","input":"{{StrayKey}}"}""",
            $$"""{"model":"gpt-5-mini","messages":"{{Prompt}} {{StrayKey}}",""",
        ];
}
