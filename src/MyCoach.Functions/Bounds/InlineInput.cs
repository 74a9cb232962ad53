using System.Text.Json;

namespace MyCoach.Bounds;

/// <summary>Decides whether all input of a call is text in its body, so that its bytes bound its tokens.</summary>
internal static class InlineInput
{
    public static bool IsInline(JsonElement value) =>
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
        return part.EnumerateObject()
            .All(member => KnownContent.OpaqueMembers.Contains(member.Name) || IsInline(member.Value));
    }

    private static bool HasNoContent(JsonElement part) =>
        part.Text("encrypted_content") is null or "" && part.Text("content") is null or "";

    // At OpenAI, an item without a type and without a role and content is a reference to a stored item.
    public static bool HasReference(JsonElement input) =>
        input.ValueKind == JsonValueKind.Array
        && input
            .EnumerateArray()
            .Any(item =>
                item.ValueKind == JsonValueKind.Object
                && !item.Has("type")
                && !(item.Has("role") && item.Has("content"))
            );
}
