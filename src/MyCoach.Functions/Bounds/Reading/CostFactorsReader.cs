using System.Text;
using System.Text.Json;
using MyCoach.Providers;

namespace MyCoach.Bounds;

/// <summary>
/// Reads a request's cost factors from the members of its body, one after another. Whatever it does not recognise counts
/// as the most expensive case.
/// </summary>
internal sealed class CostFactorsReader(Operation operation)
{
    // More would only lengthen the refusal.
    private const int MaxUnboundedFields = 20;

    // No real request asks for as many. BoundRules computes with no more.
    private const long MaxAnswers = 100_000;

    private const string BestOf = "best_of";

    private readonly ContentReader content = new(operation.Provider);
    private readonly Dictionary<string, long?> integers = new(StringComparer.Ordinal);
    private readonly List<string> unbounded = [];
    private bool hasKnownMembers = true;
    private string? model;
    private string? serviceTier;
    private string? speed;
    private string? geography;
    private readonly PromptReader? prompts = operation.Name == Operation.TextCompletion ? new PromptReader() : null;
    private string? cacheTtl;
    private string? earlierAnswer;
    private bool isStored = true;
    private bool isTruncated;
    private bool hasPrediction;
    private bool thinks;
    private bool asksForAudio;
    private bool hasFallbacks;

    /// <summary>Reads the current member's value.</summary>
    public void Read(ref JsonCursor json)
    {
        var name = Encoding.UTF8.GetString(json.Name);
        if (json.IsNull)
        {
            return;
        }
        hasKnownMembers &=
            KnownContent.KnownMembers.Contains(name)
            || (prompts is not null && KnownContent.TextCompletionMembers.Contains(name));
        if (operation.OutputLimits.Contains(name) || name is "n" or "max_tool_calls" || IsBestOf(name))
        {
            integers[name] = json.Count();
        }
        if (!ReadMember(name, ref json) && unbounded.Count < MaxUnboundedFields)
        {
            unbounded.Add(name);
        }
    }

    /// <param name="bytes">The length of the whole body.</param>
    /// <param name="betas">The header anthropic-beta.</param>
    public CostFactors Result(long bytes, bool cachesForAnHour, string? betas)
    {
        var stated = operation.OutputLimits.FirstOrDefault(integers.ContainsKey);
        var answers = Math.Max(CountOf("n") ?? 1, CountOf(BestOf) ?? 1);
        // Saturates, for a request that no provider accepts.
        answers = prompts is { Count: > 1 } ? Math.Min(answers, MaxAnswers) * prompts.Count : answers;
        // An embedding request cannot refer to stored items.
        var isKnown = (hasKnownMembers && content.IsInline) || operation.Name == Operation.Embeddings;
        string[] earlier = earlierAnswer is null ? [.. content.EarlierItems] : [earlierAnswer, .. content.EarlierItems];
        return new CostFactors
        {
            Bytes = bytes,
            Model = model,
            Generates = operation.Generates,
            IsInline = isKnown && earlier.Length == 0,
            EarlierAnswers = isKnown ? earlier : [],
            CanBeContinued =
                operation.StoresAnswer
                && isStored
                && !isTruncated
                && !asksForAudio
                && isKnown
                && !content.HasRemoteImages
                && content.Tools.All.All(tool => KnownTools.IsRunByCaller(tool.Type))
                && unbounded.Count == 0,
            Images = content.Images,
            ImageBytes = content.ImageBytes,
            HasAudio = content.HasAudio,
            AsksForAudio = asksForAudio,
            OutputLimit = operation.OutputLimits.Select(CountOf).Max() ?? operation.DefaultOutputLimit,
            IsOutputLimitOpen =
                operation is { OutputLimits.Count: > 0, DefaultOutputLimit: null } && stated is null && !hasPrediction,
            OutputLimitName = stated ?? (operation.OutputLimits is [var first, ..] ? first : null),
            Alternatives = answers,
            Prompts = prompts?.Count ?? 1,
            Echoes = prompts?.Echoes ?? false,
            HasPrediction = hasPrediction,
            ServiceTier = serviceTier,
            Speed = speed,
            Geography = geography,
            CachesForAnHour = cachesForAnHour,
            Tools = content.Tools.All,
            Declared = content.Tools.Declared with { CacheTtl = cacheTtl },
            MaxToolUses = operation.Provider == Provider.OpenAi ? CountOf("max_tool_calls") : null,
            IsToolLimitOpen = operation.ToolLimit is { } toolLimit && !integers.ContainsKey(toolLimit),
            // Providers usually reject such a call, but the budget must not depend on that.
            MalformedInteger =
                operation
                    .OutputLimits.Append("n")
                    .Append("max_tool_calls")
                    .Append(BestOf)
                    .FirstOrDefault(name => integers.TryGetValue(name, out var count) && count is null)
                ?? (content.Tools.HasMalformedMaxUses ? "max_uses" : null),
            Thinks = thinks,
            Betas = betas?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [],
            HasFallbacks = hasFallbacks,
            UnboundedFields =
            [
                .. unbounded,
                .. prompts is not null && answers > MaxAnswers ? ["more than 100,000 answers"] : Array.Empty<string>(),
                .. content.TriggersCompaction ? ["input"] : Array.Empty<string>(),
                .. content.Tools.IsTooLong ? ["tools"] : Array.Empty<string>(),
            ],
        };
    }

    private bool IsBestOf(string name) => prompts is not null && name == BestOf;

    private long? CountOf(string name) => integers.GetValueOrDefault(name);

    // False if the member's cost has no maximum: calls to other models, compaction during the call, tools without a cap.
    private bool ReadMember(string name, ref JsonCursor json)
    {
        asksForAudio |= name == "audio";
        switch (name)
        {
            case "model":
                model = json.Text();
                break;
            case "service_tier":
                serviceTier = json.Text();
                break;
            case "speed":
                speed = json.Text();
                break;
            case "inference_geo":
                geography = json.Text();
                break;
            case "previous_response_id":
                earlierAnswer = json.Text();
                hasKnownMembers &= earlierAnswer is not null;
                break;
            case "store":
                isStored = json.Kind != JsonTokenType.False;
                break;
            case "truncation":
                isTruncated = !json.TextIs("disabled"u8);
                break;
            case "context_management" when operation.StoresAnswer:
                isTruncated = true;
                return OptionReader.OnlyClears(ref json);
            case "prompt" or "echo" when prompts is not null:
                prompts.Read(name, ref json);
                return true;
            case "prediction":
                hasPrediction = true;
                break;
            case "messages" or "system" or "instructions":
                content.ReadContent(ref json);
                return true;
            case "input":
                content.ReadInput(ref json);
                return true;
            case "tools":
                content.ReadTools(ref json);
                return true;
            case "thinking":
                thinks = json.Kind == JsonTokenType.StartObject;
                thinks &= OptionReader.ReadText(ref json, "type"u8).Text != "disabled";
                return true;
            case "mcp_servers":
                return OptionReader.IsEmptyList(ref json);
            case "modalities":
                asksForAudio |= !OptionReader.IsOnly(ref json, "text"u8);
                return true;
            case "prompt_cache_options":
                (var hasTtl, cacheTtl) = OptionReader.ReadText(ref json, "ttl"u8);
                return !hasTtl || cacheTtl is "30m" or "12h";
            case "context_management":
                return OptionReader.OnlyClears(ref json);
        }
        json.Skip();
        hasFallbacks |= KnownContent.IsFallback(name);
        // A stored prompt can contain tools.
        return name is not ("web_search_options" or "prompt") && !KnownContent.CallsOtherModels(name);
    }
}
