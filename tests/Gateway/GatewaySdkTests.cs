using System.Text.Json.Nodes;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Gateway;

/// <summary>The official SDKs through the gateway: what they get, what they throw, and what is recorded.</summary>
public sealed partial class GatewaySdkTests(LocalParts parts)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static void AssertUsage(JsonNode one, string model, long input, long output, bool estimated = false, long cached = 0, long written = 0)
    {
        Assert.Equal(model, (string?)one["model"]);
        Assert.Equal(
            (input, output, cached, written, estimated),
            (
                (long)one["inputTokens"]!,
                (long)one["outputTokens"]!,
                (long)one["cachedInputTokens"]!,
                (long)one["cacheWriteTokens"]!,
                (bool)one["estimated"]!
            )
        );
        Assert.True((bool)one["priced"]!);
    }
}
