using System.Text.Json;
using MyCoach.Providers;

namespace MyCoach.Bounds;

/// <summary>Reads a request body's cost factors. Whatever it does not recognise counts as the most expensive case.</summary>
internal static class CostFactorsReader
{
    public static CostFactors Read(JsonElement root, Operation operation, int bytes, string? betas)
    {
        var (isInline, unbounded) = (true, new List<string>());
        var stated = operation.OutputLimits.FirstOrDefault(name => root.Has(name));
        foreach (var member in root.EnumerateObject().Where(member => member.Value.ValueKind != JsonValueKind.Null))
        {
            isInline &= KnownContent.KnownMembers.Contains(member.Name);
            isInline &= member.Name is not ("messages" or "input" or "system" or "instructions") || IsInline(member.Value);
            isInline &= member.Name != "input" || !HasReference(member.Value);
            unbounded.AddRange(HasNoMaximumCost(member.Name, member.Value) ? [member.Name] : []);
        }
        return new CostFactors
        {
            Bytes = bytes,
            Model = root.Text("model"),
            Generates = operation.Name == Operation.Chat,
            // An embedding request cannot refer to stored items.
            IsInline = isInline || operation.Name == Operation.Embeddings,
            OutputLimit = operation.OutputLimits.Select(name => root.Count(name)).Max(),
            IsOutputLimitOpen = operation.OutputLimits.Count > 0 && stated is null && !root.Has("prediction"),
            OutputLimitName = stated ?? (operation.OutputLimits is [var first, ..] ? first : null),
            Alternatives = root.Count("n") ?? 1,
            HasPrediction = root.Has("prediction"),
            ServiceTier = root.Text("service_tier"),
            Speed = root.Text("speed"),
            Geography = root.Text("inference_geo"),
            CachesForAnHour = CachesForAnHour(root),
            Tools = [.. ToolReader.Read(root, operation.Provider)],
            MaxToolUses = operation.Provider == Provider.OpenAi ? root.Count("max_tool_calls") : null,
            MalformedInteger = FindMalformedInteger(root, operation),
            Thinks = root.Find("thinking") is { ValueKind: JsonValueKind.Object } thinking && thinking.Text("type") != "disabled",
            Betas = betas?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [],
            UnboundedFields = unbounded,
        };
    }

    // Providers usually reject such a call, but the budget must not depend on that.
    private static string? FindMalformedInteger(JsonElement root, Operation operation) =>
        operation.OutputLimits.Append("n").Append("max_tool_calls").FirstOrDefault(name => root.Has(name) && root.Count(name) is null)
        ?? root.Objects("tools").Where(tool => tool.Has("max_uses") && tool.Count("max_uses") is null).Select(_ => "max_uses").FirstOrDefault();

    // Calls to other models, compaction during the call, tools without a cap, and audio, whose price the catalogue does not have.
    private static bool HasNoMaximumCost(string name, JsonElement value) =>
        name.StartsWith("fallback", StringComparison.Ordinal)
        || name.StartsWith("advisor", StringComparison.Ordinal)
        || name switch
        {
            "mcp_servers" => value.ValueKind != JsonValueKind.Array || value.GetArrayLength() > 0,
            // A stored prompt can contain tools.
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
        // An item that the provider stores has only its id, and earlier assistant audio is also sent by id.
        if ((part.Text("type") is "reasoning" or "compaction" && HasNoContent(part)) || part.Has("audio"))
        {
            return false;
        }
        return part.EnumerateObject().All(member => KnownContent.OpaqueMembers.Contains(member.Name) || IsInline(member.Value));
    }

    private static bool HasNoContent(JsonElement part) => part.Text("encrypted_content") is null or "" && part.Text("content") is null or "";

    // At OpenAI, an item without a type and without a role and content is a reference to a stored item.
    private static bool HasReference(JsonElement input) =>
        input.ValueKind == JsonValueKind.Array
        && input
            .EnumerateArray()
            .Any(item => item.ValueKind == JsonValueKind.Object && !item.Has("type") && !(item.Has("role") && item.Has("content")));

    // At any depth of the body. Any ttl other than five minutes counts, also one that providers add later.
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
