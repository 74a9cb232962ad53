using System.Text.Json;
using MyCoach.Providers;

namespace MyCoach.Bounds;

/// <summary>Reads which of the provider's own tools a request brings, how often each may be used, and what makes a use cost more than is known.</summary>
internal static class ToolReader
{
    // Later ones let the model's code use them, which nobody counts, unless the request says that only the model itself may.
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

    /// <summary>Those of the request, those that its input brings along, and those that stand together under a name.</summary>
    public static IEnumerable<RequestedTool> Read(JsonElement holder, Provider provider)
    {
        var brought = holder.Objects("input").Concat(holder.Objects("tools")).SelectMany(one => Read(one, provider));
        return holder
            .Objects("tools")
            .Where(tool => tool.Text("type") is not (null or "function" or "custom"))
            .Select(tool =>
                provider == Provider.Anthropic
                    ? new RequestedTool(tool.Text("type")!, tool.Count("max_uses"), OddityOfAnthropics(tool))
                    : new RequestedTool(IsLocalShell(tool) ? "local_shell" : tool.Text("type")!, MostUses: null, OddityOfOpenAis(tool))
            )
            .Concat(brought);
    }

    private static bool IsLocalShell(JsonElement tool) => tool.Text("type") == "shell" && tool.Find("environment")?.Text("type") == "local";

    private static string? OddityOfAnthropics(JsonElement tool)
    {
        var type = tool.Text("type")!;
        var isLater = type.StartsWith("web_", StringComparison.Ordinal) && !DirectTools.Contains(type);
        var isDirect =
            tool.Find("allowed_callers") is { ValueKind: JsonValueKind.Array } callers
            && callers.GetArrayLength() > 0
            && callers.EnumerateArray().All(caller => caller is { ValueKind: JsonValueKind.String } && caller.ValueEquals("direct"));
        return isLater && !isDirect ? """code that may use it (unless allowed_callers is ["direct"])""" : null;
    }

    private static string? OddityOfOpenAis(JsonElement tool) =>
        tool.Text("type") switch
        {
            "code_interpreter" => OddityOf(tool.Find("container")),
            "image_generation" => tool.EnumerateObject()
                .Where(member => IsOdd(tool, member))
                .Select(member => $"{member.Name} as asked for")
                .FirstOrDefault(),
            _ => null,
        };

    // How much it costs depends on its memory.
    private static string? OddityOf(JsonElement? container) =>
        container is { ValueKind: JsonValueKind.String } ? "a container whose memory is not known here"
        : container?.Has("memory_limit") == true && container?.Text("memory_limit") != "1g" ? "a memory_limit other than 1g"
        : null;

    private static bool IsOdd(JsonElement image, JsonProperty member) =>
        image.Has(member.Name)
        && (
            !ImageMembers.Contains(member.Name)
            || (member.Name == "model" && !ImageModels.Contains(image.Text("model")))
            || (member.Name == "size" && !ImageSizes.Contains(image.Text("size")))
        );
}
