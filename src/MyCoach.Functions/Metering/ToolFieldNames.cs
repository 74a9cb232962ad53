using System.Text.Json;

namespace MyCoach.Metering;

/// <summary>
/// The part of <see cref="AnswerFieldNames"/> about server tools, and about what an answer repeats from its request.
/// </summary>
internal static class ToolFieldNames
{
    public static AnswerField Find(AnswerScope scope, ref Utf8JsonReader json) =>
        scope switch
        {
            AnswerScope.Item => OfItem(ref json),
            AnswerScope.Action => json.ValueTextEquals("type"u8) ? AnswerField.ActionType : AnswerField.None,
            AnswerScope.Tool => json.ValueTextEquals("type"u8) ? AnswerField.ToolType
            : json.ValueTextEquals("model"u8) ? AnswerField.ToolModel
            : json.ValueTextEquals("quality"u8) ? AnswerField.ToolQuality
            : json.ValueTextEquals("size"u8) ? AnswerField.ToolSize
            : AnswerField.None,
            AnswerScope.CacheOptions => json.ValueTextEquals("ttl"u8) ? AnswerField.CacheTtl : AnswerField.None,
            AnswerScope.Block => json.ValueTextEquals("type"u8) ? AnswerField.BlockType
            : json.ValueTextEquals("to"u8) ? AnswerField.FallbackTarget
            : AnswerField.None,
            AnswerScope.FallbackTarget => json.ValueTextEquals("model"u8) ? AnswerField.Model : AnswerField.None,
            AnswerScope.ToolUsage => OfToolUsage(ref json),
            AnswerScope.WebSearchUsage => IsCount(ref json) ? AnswerField.StatedWebSearches : AnswerField.None,
            AnswerScope.FileSearchUsage => IsCount(ref json) ? AnswerField.StatedFileSearches : AnswerField.None,
            AnswerScope.SessionUsage => IsCount(ref json) || json.ValueTextEquals("num_sessions"u8)
                ? AnswerField.StatedSessions
                : AnswerField.None,
            AnswerScope.ImageUsage => json.ValueTextEquals("input_tokens"u8) ? AnswerField.ImageInput
            : json.ValueTextEquals("output_tokens"u8) ? AnswerField.ImageOutput
            : json.ValueTextEquals("input_tokens_details"u8) ? AnswerField.ImageInputDetails
            : json.ValueTextEquals("output_tokens_details"u8) ? AnswerField.ImageOutputDetails
            : AnswerField.None,
            AnswerScope.ImageInputDetails => json.ValueTextEquals("text_tokens"u8) ? AnswerField.ImageInputText
            : json.ValueTextEquals("image_tokens"u8) ? AnswerField.ImageInputImage
            : AnswerField.None,
            AnswerScope.ImageOutputDetails => json.ValueTextEquals("text_tokens"u8) ? AnswerField.ImageOutputText
            : json.ValueTextEquals("image_tokens"u8) ? AnswerField.ImageOutputImage
            : AnswerField.None,
            _ => AnswerField.None,
        };

    public static AnswerScope ScopeOf(AnswerField field) =>
        field switch
        {
            AnswerField.Action => AnswerScope.Action,
            AnswerField.ToolUsage => AnswerScope.ToolUsage,
            AnswerField.WebSearchUsage => AnswerScope.WebSearchUsage,
            AnswerField.FileSearchUsage => AnswerScope.FileSearchUsage,
            AnswerField.SessionUsage => AnswerScope.SessionUsage,
            AnswerField.ImageUsage => AnswerScope.ImageUsage,
            AnswerField.ImageInputDetails => AnswerScope.ImageInputDetails,
            AnswerField.ImageOutputDetails => AnswerScope.ImageOutputDetails,
            AnswerField.Tools => AnswerScope.Tools,
            AnswerField.CacheOptions => AnswerScope.CacheOptions,
            AnswerField.FallbackTarget => AnswerScope.FallbackTarget,
            _ => AnswerScope.Ignored,
        };

    private static AnswerField OfItem(ref Utf8JsonReader json) =>
        json.ValueTextEquals("type"u8) ? AnswerField.ItemType
        : json.ValueTextEquals("id"u8) ? AnswerField.ItemId
        : json.ValueTextEquals("container_id"u8) ? AnswerField.Container
        : json.ValueTextEquals("action"u8) ? AnswerField.Action
        : json.ValueTextEquals("status"u8) ? AnswerField.ItemStatus
        : json.ValueTextEquals("quality"u8) ? AnswerField.ItemQuality
        : json.ValueTextEquals("size"u8) ? AnswerField.ItemSize
        : AnswerField.None;

    private static AnswerField OfToolUsage(ref Utf8JsonReader json) =>
        json.ValueTextEquals("web_search"u8) || json.ValueTextEquals("web_search_preview"u8)
            ? AnswerField.WebSearchUsage
        : json.ValueTextEquals("file_search"u8) ? AnswerField.FileSearchUsage
        : json.ValueTextEquals("code_interpreter"u8) ? AnswerField.SessionUsage
        : json.ValueTextEquals("image_gen"u8) || json.ValueTextEquals("image_generation"u8) ? AnswerField.ImageUsage
        : AnswerField.None;

    private static bool IsCount(ref Utf8JsonReader json) => json.ValueTextEquals("num_requests"u8);
}
