using System.Net;
using MyCoach.Tests.Support;
using static MyCoach.Tests.Support.ChargedCall;

namespace MyCoach.Tests.Gateway;

/// <summary>OpenAI charges more for newer models where its regional address processes a call.</summary>
public sealed class RegionalChargeTests(LocalParts parts)
{
    [Theory]
    [InlineData("https://eu.api.openai.com", "eu", 0.0088, 0.0105)]
    [InlineData("https://US.api.openai.com/", "us", 0.0088, 0.0105)]
    [InlineData("https://api.openai.com", null, 0.008, 0.0105)]
    [InlineData("https://openai.example", null, 0.008, 0.0105)]
    public async Task A_call_to_a_regional_address_costs_a_tenth_more(
        string address,
        string? region,
        decimal openAi,
        decimal anthropic
    )
    {
        // The emulator answers, as if it had this address.
        using var provider = new Rehosting();
        await using var app = await TestApp.StartAsync(
            parts,
            [$"Providers:openai:BaseUrl={address}"],
            configure: provider.Serve
        );
        provider.Emulator = app.Emulator.OpenAiBaseUrl;
        using var ann = await GatewayUser.WithKeysAsync(app);
        await ann.SetBudgetAsync(1_000_000);

        var usage = await ReceiveAsync(
            ann,
            Responses,
            """{"model":"gpt-5.5","input":"Hi","max_output_tokens":100}""",
            Response("gpt-5.5")
        );
        Assert.Equal((openAi, false), ((decimal)usage["costUsd"]!, (bool)usage["priceEstimated"]!));
        Assert.Equal(region is null ? "[]" : $"[\"{region}\"]", usage["receipt"]!["terms"]!.ToJsonString());

        const string Answer =
            """{"type":"message","model":"claude-sonnet-4-20250514","content":[],"stop_reason":"end_turn","usage":{"input_tokens":1000,"output_tokens":500}}""";
        var other = await ReceiveAsync(ann, Messages, CappedCall.Body(), Answer);
        Assert.Equal(anthropic, (decimal)other["costUsd"]!);
    }

    [Fact]
    public async Task A_call_with_a_key_of_a_region_costs_a_tenth_more()
    {
        using var provider = new Rehosting();
        await using var app = await TestApp.StartAsync(parts, ["Providers:openai:BaseUrl="], configure: provider.Serve);
        provider.Emulator = app.Emulator.OpenAiBaseUrl;
        using var ann = await GatewayUser.WithKeysAsync(app);
        await ann.SetBudgetAsync(1_000_000);
        (await ann.Api.PutAsync("/api/keys/openai", new { apiKey = GatewayUser.OpenAiKey, region = "eu" })).Is(
            HttpStatusCode.OK
        );
        var usage = await ReceiveAsync(
            ann,
            Responses,
            """{"model":"gpt-5.5","input":"Hi","max_output_tokens":100}""",
            Response("gpt-5.5")
        );
        Assert.Equal(0.0088m, (decimal)usage["costUsd"]!);
        Assert.Equal("""["eu"]""", usage["receipt"]!["terms"]!.ToJsonString());
    }
}
