using System.Text.Json;
using MyCoach.Bounds;

namespace MyCoach.Gateway;

/// <summary>Edits OpenAI's <c>stream_options</c>.</summary>
internal static class StreamOptions
{
    /// <summary>
    /// The edit that asks for the usage; null if the options do so, or are malformed: the provider answers with an error.
    /// </summary>
    /// <param name="options">Where the options are in the body.</param>
    public static (Range Span, byte[] Text)? AskForUsage(ReadOnlyMemory<byte> body, Range options)
    {
        var json = new JsonCursor(body[options]);
        var (from, hasMembers) = (options.Start.Value, false);
        json.Begin();
        if (json.Kind != JsonTokenType.StartObject)
        {
            return json.IsNull ? (options, """{"include_usage":true}"""u8.ToArray()) : null;
        }
        for (; json.NextMember(); hasMembers = true)
        {
            if (json.NameIs("include_usage"u8))
            {
                return json.Kind is JsonTokenType.False or JsonTokenType.Null
                    ? ((from + json.Start)..(from + json.End), "true"u8.ToArray())
                    : null;
            }
            json.Skip();
        }
        var end = from + json.Start;
        return (end..end, [.. hasMembers ? ","u8 : default, .. "\"include_usage\":true"u8]);
    }
}
