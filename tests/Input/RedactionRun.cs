using System.Text.Json.Nodes;
using MyCoach.Providers;
using MyCoach.Tests.Support;
using MyCoach.Tests.Tokens;

namespace MyCoach.Tests.Input;

/// <summary>
/// Calls every endpoint with a prompt and a key in every place, right or wrong, and keeps the answers.
/// </summary>
internal sealed class RedactionRun(TestApp app, GatewayUser ann) : IDisposable
{
    public const string Prompt = "the-very-private-prompt";
    public const string StrayKey = "sk-ant-api03-stray-key-9b1f";

    private readonly ApiClient operators = app.As("ann", "MyCoach.Admin");
    private readonly List<Answer> answers = [];
    private ApiClient? program;

    public IReadOnlyList<Answer> Answers => answers;

    public IEnumerable<string> Tokens =>
        new[] { operators, ann.Api, program! }.Select(caller =>
            caller.Http.DefaultRequestHeaders.Authorization!.Parameter!
        );

    public async Task CallEveryEndpointAsync()
    {
        var operations = await DescribedOperation.AllAsync(app);
        foreach (var operation in operations.Where(operation => operation.Method != "DELETE"))
        {
            await CallAsync(operation);
        }
        program = app.With((await ann.Api.CreateAsync()).Text);
        answers.Add(await program.ChatAsync());
        answers.Add(await program.GetAsync("/api/keys"));
        await PutTheKeyInAddressesAsync();
        await CallProvidersAsync();
        foreach (var operation in operations.Where(operation => operation.Method == "DELETE"))
        {
            await CallAsync(operation);
        }
    }

    public void Dispose()
    {
        operators.Dispose();
        program?.Dispose();
        ann.Dispose();
    }

    private async Task PutTheKeyInAddressesAsync()
    {
        foreach (
            var path in new[]
            {
                "keys",
                "agents",
                "conversations",
                "usage",
                StrayKey,
                "gateway/openai/v1/models",
                "gateway/anthropic/v1",
            }
        )
        {
            foreach (var method in (HttpMethod[])[HttpMethod.Get, HttpMethod.Put, HttpMethod.Delete])
            {
                var address = $"/api/{path}/{StrayKey}?apiKey={StrayKey}&{StrayKey}";
                answers.Add(await operators.SendAsync(method, address, body: method == HttpMethod.Put ? "{}" : null));
            }
        }
        foreach (var file in (string[])["scalar.js", "scalar.aspnetcore.js", "favicon.svg", StrayKey])
        {
            answers.Add(await operators.SendAsync(HttpMethod.Get, $"/api/docs/{file}"));
        }
        foreach (var address in (string[])["config.json", "", $"usage/{StrayKey}", $"assets/{StrayKey}"])
        {
            answers.Add(await operators.SendAsync(HttpMethod.Get, $"/{address}?code={StrayKey}&state={StrayKey}"));
        }
        foreach (var provider in Provider.All)
        {
            answers.Add(
                await operators.SendAsync(HttpMethod.Post, $"/api/gateway/{provider.Id}/v1/nothing", Bodies()[0])
            );
        }
    }

    private async Task CallProvidersAsync()
    {
        foreach (var operation in Operation.All)
        {
            foreach (var failure in (int[])[0, 400, 401, 429, 500])
            {
                app.Emulator.Knobs.FailNext(failure == 0 ? 0 : 1, Math.Max(failure, 400));
                foreach (var body in operation.TakesBody ? Bodies() : [null])
                {
                    var path =
                        $"/api/gateway/{operation.Provider.Id}/v1/{operation.Path.Replace("{id}", "an-id", StringComparison.Ordinal)}";
                    answers.Add(
                        await operators.SendAsync(
                            new HttpMethod(operation.Method),
                            path,
                            body,
                            headers: [("x-api-key", StrayKey)]
                        )
                    );
                }
                await ann.Api.PostAsync($"/api/keys/{operation.Provider.Id}/validate");
                app.Clock.Advance(TimeSpan.FromSeconds(10));
            }
        }
    }

    private async Task CallAsync(DescribedOperation operation)
    {
        var example = operation.ExampleBody;
        foreach (
            var body in example is null
                ? [null]
                : (string?[])[example, .. Spoiled(example), $"{{\"x\":\"{Prompt} {StrayKey}\""]
        )
        {
            var sending = operators.SendAsync(
                new HttpMethod(operation.Method),
                operation.ExamplePath,
                body,
                contentType: operation.ExampleContentType,
                headers: [("x-api-key", StrayKey), ("Cookie", $"session={StrayKey}")]
            );
            answers.Add(await app.WhileTimePassesAsync(sending, faster: 10));
        }
    }

    // One text after the other is the prompt, and then the key.
    private static IEnumerable<string> Spoiled(string example)
    {
        if (!example.StartsWith('{'))
        {
            yield return $"{Prompt},{StrayKey}\n{example}";
            yield return $"{example}{Prompt},{StrayKey}\n";
            yield break;
        }
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
