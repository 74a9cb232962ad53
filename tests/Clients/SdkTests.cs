using System.Text.Json.Nodes;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Clients;

/// <summary>What programs do with the official SDKs for JavaScript and with LangChain, through the gateway.</summary>
public sealed class SdkTests(LocalParts parts)
{
    private const string Text = "You said: Hello there That is all I know.";
    private const string Arguments = """{"city":"emulated value"}""";

    [ClientTheory]
    [InlineData("openai", "openai.mjs", 5)]
    [InlineData("anthropic", "anthropic.mjs", 4)]
    [InlineData("openai", "langchain.mjs", 4)]
    [InlineData("anthropic", "langchain.mjs", 4)]
    public async Task An_SDK_gets_texts_streams_tools_schemas_and_errors(string provider, string script, int calls)
    {
        await using var ann = await GatewayUser.StartAsync(parts);
        ann.Emulator.Knobs.UnlistedModels = false;
        var isOpenAi = provider == "openai";
        var model = isOpenAi ? "gpt-4o-mini" : "claude-haiku-4-5";

        var output = await InstalledClients.RunScriptAsync(
            ann,
            script,
            script == "langchain.mjs" ? [provider, model] : [model],
            [
                ("BASE_URL", new Uri(ann.App.Address, $"/api/gateway/{provider}{(isOpenAi ? "/v1" : "")}").ToString()),
                ("TOKEN", ann.App.Token("ann")),
            ]
        );

        var line = output.LastOrDefault(line => line.StartsWith('{'));
        Assert.True(line is not null, string.Join('\n', output));
        var result = JsonNode.Parse(line)!;
        Assert.All(result["texts"]!.AsArray(), text => Assert.Equal(Text, (string?)text));
        Assert.Equal(["weather", Arguments], result["tool"]!.AsArray().Select(part => (string?)part));
        Assert.Equal(Arguments, (string?)result["json"]);
        Assert.Equal(404, (int)result["refusal"]![0]!);
        var events = await ann.EventsAsync();
        Assert.Equal(calls, events.Count);
        Assert.All(
            events,
            usage =>
                Assert.Equal(
                    (provider, false, true),
                    ((string?)usage["provider"], (bool)usage["estimated"]!, (bool)usage["priced"]!)
                )
        );
    }
}
