using System.Text.Json;
using MyCoach.Catalogue;

namespace MyCoach.Metering;

/// <summary>Counts the uses of OpenAI's server tools in a response's output, item by item.</summary>
internal struct ToolUses
{
    // No known quality or size is longer.
    private const int MaxTextBytes = 64;

    private enum Tool : byte
    {
        None,
        WebSearch,
        FileSearch,
        CodeInterpreter,
        Image,
    }

    private ToolCounts? counts;
    private Tool tool;
    private bool isNavigation;
    private bool hasFailed;
    private GeneratedImage image;

    public readonly ToolCounts Counts => counts ?? ToolCounts.None;

    public void BeginItem() => (tool, isNavigation, hasFailed, image) = (Tool.None, false, false, new(null, null));

    /// <summary>Reads a text of the item.</summary>
    public void Read(AnswerField field, ref Utf8JsonReader json)
    {
        switch (field)
        {
            case AnswerField.ItemType:
                tool =
                    json.ValueTextEquals("web_search_call"u8) ? Tool.WebSearch
                    : json.ValueTextEquals("file_search_call"u8) ? Tool.FileSearch
                    : json.ValueTextEquals("code_interpreter_call"u8) ? Tool.CodeInterpreter
                    : json.ValueTextEquals("image_generation_call"u8) ? Tool.Image
                    : Tool.None;
                break;
            // OpenAI charges searches. It does not charge opening a page that was found, nor searching within one.
            case AnswerField.ActionType:
                isNavigation = json.ValueTextEquals("open_page"u8) || json.ValueTextEquals("find_in_page"u8);
                break;
            case AnswerField.ItemStatus:
                hasFailed = json.ValueTextEquals("failed"u8);
                break;
            case AnswerField.ItemQuality:
                image = image with { Quality = ShortText(ref json) };
                break;
            case AnswerField.ItemSize:
                image = image with { Size = ShortText(ref json) };
                break;
        }
    }

    public void EndItem() =>
        counts = tool switch
        {
            Tool.WebSearch when !isNavigation => Counts with { WebSearches = Counts.WebSearches + 1 },
            Tool.FileSearch => Counts with { FileSearches = Counts.FileSearches + 1 },
            Tool.CodeInterpreter => Counts with { CodeInterpreterCalls = Counts.CodeInterpreterCalls + 1 },
            Tool.Image when !hasFailed => Counts.With(image),
            _ => counts,
        };

    private static string? ShortText(ref Utf8JsonReader json) =>
        json.ValueSpan.Length <= MaxTextBytes ? json.GetString() : null;
}
