using System.Text.Json;
using MyCoach.Providers;

namespace MyCoach.Bounds;

/// <summary>Reads from a body what decides how much the call can cost. What it does not know is taken for what costs most.</summary>
internal static class CostFactorsReader
{
    public static CostFactors Read(JsonElement root, Operation operation, int bytes, string? betas)
    {
        var (isInline, endless) = (true, new List<string>());
        var stated = operation.OutputLimits.FirstOrDefault(name => root.Has(name));
        foreach (var member in root.EnumerateObject().Where(member => member.Value.ValueKind != JsonValueKind.Null))
        {
            isInline &= KnownContent.KnownMembers.Contains(member.Name);
            isInline &= member.Name is not ("messages" or "input" or "system" or "instructions") || IsInline(member.Value);
            isInline &= member.Name != "input" || !HasReference(member.Value);
            endless.AddRange(IsEndless(member.Name, member.Value) ? [member.Name] : []);
        }
        return new CostFactors
        {
            Bytes = bytes,
            Model = root.Text("model"),
            Generates = operation.Name == Operation.Chat,
            // An embedding can refer to nothing.
            IsInline = isInline || operation.Name == Operation.Embeddings,
            OutputLimit = operation.OutputLimits.Select(name => root.Count(name)).Max(),
            LeavesOutputLimit = operation.OutputLimits.Count > 0 && stated is null && !root.Has("prediction"),
            OutputLimitName = stated ?? (operation.OutputLimits is [var first, ..] ? first : null),
            Alternatives = root.Count("n") ?? 1,
            Predicts = root.Has("prediction"),
            ServiceTier = root.Text("service_tier"),
            Speed = root.Text("speed"),
            Geography = root.Text("inference_geo"),
            CachesForAnHour = CachesForAnHour(root),
            Tools = [.. ToolReader.Read(root, operation.Provider)],
            MostToolUses = operation.Provider == Provider.OpenAi ? root.Count("max_tool_calls") : null,
            NoCount = NoCount(root, operation),
            Thinks = root.Find("thinking") is { ValueKind: JsonValueKind.Object } thinking && thinking.Text("type") != "disabled",
            Betas = betas?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [],
            Endless = endless,
        };
    }

    // Providers refuse such a call, but not so surely that nothing were at stake.
    private static string? NoCount(JsonElement root, Operation operation) =>
        operation.OutputLimits.Append("n").Append("max_tool_calls").FirstOrDefault(name => root.Has(name) && root.Count(name) is null)
        ?? root.Objects("tools").Where(tool => tool.Has("max_uses") && tool.Count("max_uses") is null).Select(_ => "max_uses").FirstOrDefault();

    // Other models that are asked, a summary that is made in between, tools whose use nobody caps, and speech, whose price is not kept.
    private static bool IsEndless(string name, JsonElement value) =>
        name.StartsWith("fallback", StringComparison.Ordinal)
        || name.StartsWith("advisor", StringComparison.Ordinal)
        || name switch
        {
            "mcp_servers" => value.ValueKind != JsonValueKind.Array || value.GetArrayLength() > 0,
            // A stored prompt can hold tools.
            "web_search_options" or "audio" or "prompt" => true,
            "input" => Types(value).Contains("compaction_trigger"),
            "modalities" => Names(value).Any(modality => modality != "text"),
            "prompt_cache_options" => value.Has("ttl") && value.Text("ttl") != "30m",
            "context_management" => Types(value).Any(type => !type.StartsWith("clear_", StringComparison.Ordinal)),
            _ => false,
        };

    private static bool IsInline(JsonElement value) =>
        value.ValueKind switch
        {
            JsonValueKind.Array => value.EnumerateArray().All(IsInline),
            JsonValueKind.Object => IsInlinePart(value),
            _ => true,
        };

    private static bool IsInlinePart(JsonElement part)
    {
        if (part.Has("type") && !KnownContent.InlineParts.Contains(part.Text("type") ?? ""))
        {
            return false;
        }
        // One that the provider keeps is named by its id alone; so is what an assistant has said aloud.
        if ((part.Text("type") is "reasoning" or "compaction" && HasNothing(part)) || part.Has("audio"))
        {
            return false;
        }
        return part.EnumerateObject().All(member => KnownContent.Opaque.Contains(member.Name) || IsInline(member.Value));
    }

    private static bool HasNothing(JsonElement part) => part.Text("encrypted_content") is null or "" && part.Text("content") is null or "";

    // Without a type, an item of OpenAI's that has nothing to say is the name of one that is kept.
    private static bool HasReference(JsonElement input) =>
        input.ValueKind == JsonValueKind.Array
        && input
            .EnumerateArray()
            .Any(item => item.ValueKind == JsonValueKind.Object && !item.Has("type") && !(item.Has("role") && item.Has("content")));

    // Wherever it stands, and whatever longer time there will be.
    private static bool CachesForAnHour(JsonElement value) =>
        value.ValueKind switch
        {
            JsonValueKind.Array => value.EnumerateArray().Any(CachesForAnHour),
            JsonValueKind.Object => value
                .EnumerateObject()
                .Any(member =>
                    member is { Name: "cache_control", Value.ValueKind: JsonValueKind.Object }
                        ? member.Value.Has("ttl") && member.Value.Text("ttl") != "5m"
                        : CachesForAnHour(member.Value)
                ),
            _ => false,
        };

    private static IEnumerable<string> Types(JsonElement value) =>
        value.ValueKind switch
        {
            JsonValueKind.Array => value.EnumerateArray().SelectMany(Types),
            JsonValueKind.Object => value
                .EnumerateObject()
                .SelectMany(member =>
                    member.Name == "type" ? [member.Value.ToString()]
                    : member.Name == "edits" ? Types(member.Value)
                    : []
                ),
            _ => [],
        };

    private static IEnumerable<string> Names(JsonElement value) =>
        value.ValueKind == JsonValueKind.Array ? value.EnumerateArray().Select(name => name.ToString()) : [value.ToString()];
}
