using MyCoach.Tests.Support;

namespace MyCoach.Tests.Billing;

public sealed class ReconciliationTests(LocalParts parts)
{
    private const string OpenAiKey = "sk-proj-the-key-of-ann-000001";
    private const string AnthropicKey = "sk-ant-api03-the-key-of-ann-0001";

    [Theory]
    [InlineData("openai", OpenAiKey, BilledUser.OpenAiAdmin, "gpt-4.1")]
    [InlineData("anthropic", AnthropicKey, BilledUser.AnthropicAdmin, "claude-sonnet-5-5")]
    public async Task A_bill_of_the_same_calls_agrees_to_the_pico_dollar(
        string provider,
        string key,
        string adminKey,
        string model
    )
    {
        await using var app = await TestApp.StartAsync(parts);
        var ann = await BilledUser.CreateAsync(app, "ann", key);
        await ann.StoreAdminAsync(adminKey);
        await ann.CallAsync([
            .. Enumerable
                .Range(1, 40)
                .Select(i =>
                    ann.Call(provider, 1 + (i % 14), model, 1000 + (37 * i), 11 * i) with
                    {
                        CachedInput = 100 * i,
                    }
                ),
        ]);

        Assert.True((bool)(await ann.SyncAsync(provider))["isComplete"]);
        var result = await ann.ReconcileAsync();

        var totals = result["totals"];
        Assert.True((decimal)totals["billedUsd"]! > 0);
        Assert.Equal((decimal)totals["billedUsd"]!, (decimal)totals["recordedUsd"]!);
        Assert.All(totals["causes"]!.AsObject(), cause => Assert.Equal(0, (decimal)cause.Value!));
        Assert.Equal(14, result["groups"].AsArray().Count);
        Assert.Contains("they agree", (string?)result["summary"], StringComparison.Ordinal);
    }
}
