using System.Text.Json;
using MyCoach.Budgets;
using MyCoach.Providers;

namespace MyCoach.Gateway;

/// <summary>Reads from a body what decides how much the call can cost. What it does not know is taken for what costs most.</summary>
internal static class DemandReader
{
    public static CallDemand Read(JsonElement root, Operation operation, int bytes, string? betas)
    {
        var (isInline, endless) = (true, new List<string>());
        var stated = operation.OutputLimits.FirstOrDefault(name => Has(root, name));
        foreach (var member in root.EnumerateObject().Where(member => member.Value.ValueKind != JsonValueKind.Null))
        {
            isInline &= RequestContent.KnownMembers.Contains(member.Name);
            isInline &= member.Name is not ("messages" or "input" or "system" or "instructions") || IsInline(member.Value);
            isInline &= member.Name != "input" || !HasReference(member.Value);
            endless.AddRange(IsEndless(member.Name, member.Value) ? [member.Name] : []);
        }
        return new CallDemand
        {
            Bytes = bytes,
            Model = Text(root, "model"),
            Generates = operation.Name == Operation.Chat,
            // An embedding can refer to nothing.
            IsInline = isInline || operation.Name == Operation.Embeddings,
            OutputLimit = operation.OutputLimits.Select(name => Count(root, name)).Max(),
            LeavesOutputLimit = operation.OutputLimits.Count > 0 && stated is null && !Has(root, "prediction"),
            OutputLimitName = stated ?? (operation.OutputLimits is [var first, ..] ? first : null),
            Alternatives = Count(root, "n") ?? 1,
            Predicts = Has(root, "prediction"),
            ServiceTier = Text(root, "service_tier"),
            Speed = Text(root, "speed"),
            Geography = Text(root, "inference_geo"),
            CachesForAnHour = CachesForAnHour(root),
            Tools = [.. Tools(root, operation.Provider)],
            MostToolUses = operation.Provider == Provider.OpenAi ? Count(root, "max_tool_calls") : null,
            Betas = betas?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [],
            Endless = endless,
        };
    }

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
        if (Has(part, "type") && !RequestContent.InlineParts.Contains(Text(part, "type") ?? ""))
        {
            return false;
        }
        // One that the provider keeps is named by its id alone; so is what an assistant has said aloud.
        if ((Text(part, "type") == "reasoning" && Text(part, "encrypted_content") is null or "") || Has(part, "audio"))
        {
            return false;
        }
        return part.EnumerateObject().All(member => RequestContent.Opaque.Contains(member.Name) || IsInline(member.Value));
    }

    // Without a type, an item of OpenAI's that has nothing to say is the name of one that is kept.
    private static bool HasReference(JsonElement input) =>
        input.ValueKind == JsonValueKind.Array
        && input
            .EnumerateArray()
            .Any(item => item.ValueKind == JsonValueKind.Object && !Has(item, "type") && !(Has(item, "role") && Has(item, "content")));

    // Those of the request, those that its input brings along, and those that stand together under a name.
    private static IEnumerable<ToolDemand> Tools(JsonElement holder, Provider provider)
    {
        var brought = Elements(holder, "input").Concat(Elements(holder, "tools")).SelectMany(one => Tools(one, provider));
        return Elements(holder, "tools")
            .Where(tool => Text(tool, "type") is not (null or "function" or "custom"))
            .Select(tool => new ToolDemand(Text(tool, "type")!, provider == Provider.Anthropic ? Count(tool, "max_uses") : null))
            .Concat(brought);
    }

    private static IEnumerable<JsonElement> Elements(JsonElement holder, string name) =>
        holder.TryGetProperty(name, out var all) && all.ValueKind == JsonValueKind.Array
            ? all.EnumerateArray().Where(one => one.ValueKind == JsonValueKind.Object)
            : [];

    // Wherever it stands, and whatever longer time there will be.
    private static bool CachesForAnHour(JsonElement value) =>
        value.ValueKind switch
        {
            JsonValueKind.Array => value.EnumerateArray().Any(CachesForAnHour),
            JsonValueKind.Object => value
                .EnumerateObject()
                .Any(member =>
                    member is { Name: "cache_control", Value.ValueKind: JsonValueKind.Object }
                        ? Has(member.Value, "ttl") && Text(member.Value, "ttl") != "5m"
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

    private static bool Has(JsonElement value, string name) => value.TryGetProperty(name, out var member) && member.ValueKind != JsonValueKind.Null;

    private static string? Text(JsonElement value, string name) =>
        value.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.String ? member.GetString() : null;

    // However it is written. What is no number is refused by the provider.
    private static long? Count(JsonElement value, string name) =>
        value.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.Number && member.TryGetDouble(out var count)
            ? (long)Math.Clamp(Math.Ceiling(count), 0, long.MaxValue / 2)
            : null;
}
