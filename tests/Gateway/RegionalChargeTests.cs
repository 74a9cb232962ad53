using Microsoft.Extensions.DependencyInjection;
using MyCoach.Tests.Bounds;
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
        await using var app = await TestApp.StartAsync(
            parts,
            configure: builder => builder.Services.AddSingleton(BoundedRequest.RegionsAt(address))
        );
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
}
