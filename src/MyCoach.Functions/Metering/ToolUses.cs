using System.Text.Json;

namespace MyCoach.Metering;

/// <summary>Counts the uses of OpenAI's server tools in a response's output.</summary>
internal struct ToolUses
{
    private long webSearches;
    private long fileSearches;
    private long codeInterpreters;
    private long images;

    /// <summary>Counts an item by its type, the reader's current string.</summary>
    public void Add(ref Utf8JsonReader type)
    {
        webSearches += type.ValueTextEquals("web_search_call"u8) ? 1 : 0;
        fileSearches += type.ValueTextEquals("file_search_call"u8) ? 1 : 0;
        codeInterpreters += type.ValueTextEquals("code_interpreter_call"u8) ? 1 : 0;
        images += type.ValueTextEquals("image_generation_call"u8) ? 1 : 0;
    }

    /// <param name="isOneOfMany">True for one finished item, which adds to the counts. False for the complete response, which replaces them.</param>
    public readonly void WriteTo(AnswerUsage usage, bool isOneOfMany)
    {
        usage.WebSearches = webSearches + (isOneOfMany ? usage.WebSearches : 0);
        usage.FileSearches = fileSearches + (isOneOfMany ? usage.FileSearches : 0);
        usage.CodeInterpreterCalls = codeInterpreters + (isOneOfMany ? usage.CodeInterpreterCalls : 0);
        usage.Images = images + (isOneOfMany ? usage.Images : 0);
    }
}
