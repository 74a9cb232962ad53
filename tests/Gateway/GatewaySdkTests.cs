using System.Text.Json.Nodes;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Gateway;

/// <summary>The official SDKs through the gateway: what they get, what they throw, and what is recorded.</summary>
public sealed partial class GatewaySdkTests(LocalParts parts)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static void AssertUsage(
        JsonNode usage,
        string model,
        long input,
        long output,
        bool estimated = false,
        long cached = 0,
        long written = 0
    )
    {
        Assert.Equal(model, (string?)usage["model"]);
        Assert.Equal(
            (input, output, cached, written, estimated),
            (
                (long)usage["inputTokens"]!,
                (long)usage["outputTokens"]!,
                (long)usage["cachedInputTokens"]!,
                (long)usage["cacheWriteTokens"]!,
                (bool)usage["estimated"]!
            )
        );
        Assert.True((bool)usage["priced"]!);
    }
}
