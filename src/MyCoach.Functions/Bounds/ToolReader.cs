using System.Text.Json;
using MyCoach.Providers;

namespace MyCoach.Bounds;

/// <summary>Reads the provider's tools in a request: how often each may be used, and whether the price of one use is known.</summary>
internal static class ToolReader
{
    // In later versions the model's code may also call the tool, and nothing counts those uses. Setting allowed_callers to ["direct"] prevents them.
    private static readonly string[] DirectTools = ["web_search_20250305", "web_fetch_20250910"];

    private static readonly string[] ImageMembers =
    [
        "type",
        "action",
        "background",
        "model",
        "moderation",
        "output_compression",
        "output_format",
        "quality",
        "size",
    ];

    private static readonly string[] ImageModels = ["gpt-image-1", "gpt-image-1-mini"];
    private static readonly string[] ImageSizes = ["auto", "1024x1024", "1024x1536", "1536x1024"];

    /// <summary>The tools of the request, of its input items and of tool groups such as OpenAI's <c>namespace</c>.</summary>
    public static IEnumerable<RequestedTool> Read(JsonElement holder, Provider provider)
    {
        var nested = holder.Objects("input").Concat(holder.Objects("tools")).SelectMany(item => Read(item, provider));
        return holder
            .Objects("tools")
            .Where(tool => tool.Text("type") is not (null or "function" or "custom"))
            .Select(tool =>
                provider == Provider.Anthropic
                    ? new RequestedTool(tool.Text("type")!, tool.Count("max_uses"), UnknownCostAtAnthropic(tool))
                    : new RequestedTool(IsLocalShell(tool) ? "local_shell" : tool.Text("type")!, MaxUses: null, UnknownCostAtOpenAi(tool))
            )
            .Concat(nested);
    }

    private static bool IsLocalShell(JsonElement tool) => tool.Text("type") == "shell" && tool.Find("environment")?.Text("type") == "local";

    private static string? UnknownCostAtAnthropic(JsonElement tool)
    {
        var type = tool.Text("type")!;
        var isLater = type.StartsWith("web_", StringComparison.Ordinal) && !DirectTools.Contains(type);
        var isDirect =
            tool.Find("allowed_callers") is { ValueKind: JsonValueKind.Array } callers
            && callers.GetArrayLength() > 0
            && callers.EnumerateArray().All(caller => caller is { ValueKind: JsonValueKind.String } && caller.ValueEquals("direct"));
        return isLater && !isDirect ? """without allowed_callers ["direct"]""" : null;
    }

    private static string? UnknownCostAtOpenAi(JsonElement tool) =>
        tool.Text("type") switch
        {
            "code_interpreter" => UnknownCostOf(tool.Find("container")),
            "image_generation" => tool.EnumerateObject()
                .Where(member => HasUnknownCost(tool, member))
                .Select(member => $"with the requested {member.Name}")
                .FirstOrDefault(),
            _ => null,
        };

    // A session's price depends on the container's memory.
    private static string? UnknownCostOf(JsonElement? container) =>
        container is { ValueKind: JsonValueKind.String } ? "with a container whose memory is unknown"
        : container?.Has("memory_limit") == true && container?.Text("memory_limit") != "1g" ? "with a memory_limit other than 1g"
        : null;

    private static bool HasUnknownCost(JsonElement image, JsonProperty member) =>
        image.Has(member.Name)
        && (
            !ImageMembers.Contains(member.Name)
            || (member.Name == "model" && !ImageModels.Contains(image.Text("model")))
            || (member.Name == "size" && !ImageSizes.Contains(image.Text("size")))
        );
}
