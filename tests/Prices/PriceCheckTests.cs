using System.Text.Json.Nodes;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Prices;

/// <summary>What is refused in corrections of prices, and which field is blamed.</summary>
public sealed class PriceCheckTests(SharedGatewayUser shared) : IClassFixture<SharedGatewayUser>
{
    public static TheoryData<string, string> Mistakes { get; } =
        new()
        {
            { """{"model":[]}""", "model" },
            { """{"note":""}""", "note" },
            { """{"models":[null]}""", "models[0]" },
            { """{"models":[{}]}""", "models[0].id" },
            { With("id", "\"\""), "models[0].id" },
            { With("provider", "\"mistral\""), "models[0].provider" },
            { With("kind", "\"video\""), "models[0].kind" },
            { With("aliases", "null"), "models[0].aliases" },
            { With("aliases", "[\"a\\u0000b\"]"), "models[0].aliases" },
            { With("aliases", "[\"gpt-4o\"]"), "models" },
            { With("maxInputTokens", "0"), "models[0].maxInputTokens" },
            { With("maxOutputTokens", "\"many\""), "models[0].maxOutputTokens" },
            { With("prices", "[]"), "models[0].prices" },
            { With("price", "1"), "models[0].price" },
            { Price("input", "-1"), "models[0].prices[0].input" },
            { Price("input", "null"), "models[0].prices[0].input" },
            { Price("output", "0.00001"), "models[0].prices[0].output" },
            { Price("cachedInput", "1e12"), "models[0].prices[0].cachedInput" },
            { Price("source", "\" \""), "models[0].prices[0].source" },
            { Price("effectiveFrom", "\"yesterday\""), "models[0].prices[0].effectiveFrom" },
            { Price("checkedOn", "null"), "models[0].prices[0].checkedOn" },
            { Price("effectiveUntil", "\"2025-12-31\""), "models[0].prices[0].effectiveUntil" },
            { Price("audioInput", "-1"), "models[0].prices[0].audioInput" },
            { Price("fineTuned", """{"source":"s","input":-1,"output":1}"""), "models[0].prices[0].fineTuned.input" },
            { Price("effectiveFrom", "\"1999-01-01\""), "models[0].prices" },
            { Price("tiers", """{"flex":{"source":"s"}}"""), "models[0].prices[0].tiers.flex" },
            {
                Price("tiers", """{"flex":{"source":"s","times":0.5,"rates":{"input":1,"output":1}}}"""),
                "models[0].prices[0].tiers.flex"
            },
            { Price("tiers", """{"flex":{"source":"s","times":-1}}"""), "models[0].prices[0].tiers.flex.times" },
            {
                Price("longContext", """{"aboveInputTokens":0,"input":1,"output":1}"""),
                "models[0].prices[0].longContext.aboveInputTokens"
            },
            {
                """{"tools":[{"provider":"openai","kind":"video","prices":[{"effectiveFrom":"2026-01-01","source":"s","checkedOn":"2026-11-15","centsPerUse":1}]}]}""",
                "tools[0].kind"
            },
            {
                """{"tools":[{"provider":"openai","kind":"webSearch","prices":[{"effectiveFrom":"2026-01-01","source":"s","checkedOn":"2026-11-15","centsPerUse":-1}]}]}""",
                "tools[0].prices[0].centsPerUse"
            },
            {
                """{"imageModels":[{"id":"i","prices":[{"effectiveFrom":"2026-01-01","source":"s","checkedOn":"2026-11-15","textInput":1,"imageInput":1,"output":1,"images":{}}]}]}""",
                "imageModels[0].prices[0].images"
            },
            { Twice(), "models" },
            { With("id", "\"ft:gpt-4o:acme::1\""), "models[0].id" },
            { Price("cacheWrite", "null"), "models[0].prices[0].cacheWrite" },
            { OfAnthropic(), "models[0].prices[0].geographies" },
            {
                Price("longContext", """{"aboveInputTokens":9,"input":1,"output":1}"""),
                "models[0].prices[0].longContext.cacheWrite"
            },
            {
                Price(
                    "tiers",
                    """{"flex":{"source":"s","rates":{"input":1,"output":1,"cacheWrite":1,"audioInput":1}}}"""
                ),
                "models[0].prices[0].tiers.flex.rates.audioInput"
            },
            { Price("tiers", """{"fast":{"source":"s","times":2}}"""), "models[0].prices[0].tiers" },
            { Price("tiers", """{"Flex":{"source":"s","times":2}}"""), "models[0].prices[0].tiers" },
            { ToolOf("[]"), "tools[0].models" },
            { ToolOf("[\"gpt-9\"]"), "tools[0].models" },
            {
                """{"imageModels":[{"id":"i","prices":[{"effectiveFrom":"2026-01-01","source":"s","checkedOn":"2026-11-15","textInput":1,"imageInput":1,"output":1000000,"images":{"low":{"1024x1024":1}}}]}]}""",
                "imageModels"
            },
        };

    [Theory, MemberData(nameof(Mistakes))]
    public async Task A_mistake_is_refused_and_named_and_nothing_is_stored(string body, string field)
    {
        var app = shared.User.App;
        (await app.Operator().SendAsync(HttpMethod.Put, PriceSteps.Book, body)).Blames(field);
        Assert.Equal(0, (long)(await app.Operator().GetAsync(PriceSteps.Book))["version"]);
    }

    private static string With(string member, string json)
    {
        var model = PriceSteps.Model("gpt-9", 1, 2);
        model[member] = JsonNode.Parse(json);
        return new JsonObject { ["models"] = new JsonArray(model) }.ToJsonString();
    }

    private static string Price(string member, string json)
    {
        var model = PriceSteps.Model("gpt-9", 1, 2);
        model["prices"]![0]![member] = JsonNode.Parse(json);
        return new JsonObject { ["models"] = new JsonArray(model) }.ToJsonString();
    }

    // Anthropic may serve a call in the United States, at its price there.
    private static string OfAnthropic()
    {
        var model = PriceSteps.Model("claude-9", 1, 2, provider: "anthropic");
        model["prices"]![0]!["geographies"] = null;
        return new JsonObject { ["models"] = new JsonArray(model) }.ToJsonString();
    }

    private static string ToolOf(string models) =>
        $$$"""{"tools":[{"provider":"openai","kind":"webSearch","models":{{{models}}},"prices":[{"effectiveFrom":"2026-01-01","source":"s","checkedOn":"2026-11-15","centsPerUse":1}]}]}""";

    private static string Twice() =>
        new JsonObject
        {
            ["models"] = new JsonArray(PriceSteps.Model("gpt-9", 1, 2), PriceSteps.Model("gpt-9", 1, 3)),
        }.ToJsonString();
}
