using System.Text.Json;

namespace MyCoach.Bounds;

/// <summary>Reads small option values of a request.</summary>
internal static class OptionReader
{
    /// <summary>An object's member that is not null, and its text if it is a string.</summary>
    public static (bool Has, string? Text) ReadText(ref JsonCursor json, ReadOnlySpan<byte> name)
    {
        (bool Has, string? Text) found = default;
        if (json.Kind != JsonTokenType.StartObject)
        {
            json.Skip();
            return found;
        }
        while (json.NextMember())
        {
            found = json.NameIs(name) && !json.IsNull ? (true, json.Text()) : found;
            json.Skip();
        }
        return found;
    }

    /// <summary>Whether the value is this text, or a list of nothing else.</summary>
    public static bool IsOnly(ref JsonCursor json, ReadOnlySpan<byte> text)
    {
        var isOnly = json.Kind == JsonTokenType.StartArray || json.TextIs(text);
        if (json.Kind != JsonTokenType.StartArray)
        {
            json.Skip();
            return isOnly;
        }
        while (json.NextItem())
        {
            isOnly &= json.TextIs(text);
            json.Skip();
        }
        return isOnly;
    }

    /// <summary>Whether the value is a list without items.</summary>
    public static bool IsEmptyList(ref JsonCursor json)
    {
        if (json.Kind != JsonTokenType.StartArray)
        {
            json.Skip();
            return false;
        }
        var isEmpty = true;
        for (; json.NextItem(); isEmpty = false)
        {
            json.Skip();
        }
        return isEmpty;
    }

    /// <summary>Whether context edits only clear, in a list or the member <c>edits</c>.</summary>
    public static bool OnlyClears(ref JsonCursor json)
    {
        var onlyClears = true;
        if (json.Kind == JsonTokenType.StartArray)
        {
            while (json.NextItem())
            {
                onlyClears &= OnlyClears(ref json);
            }
        }
        else if (json.Kind == JsonTokenType.StartObject)
        {
            while (json.NextMember())
            {
                if (json.NameIs("edits"u8))
                {
                    onlyClears &= OnlyClears(ref json);
                    continue;
                }
                onlyClears &=
                    !json.NameIs("type"u8) || json.Text()?.StartsWith("clear_", StringComparison.Ordinal) == true;
                json.Skip();
            }
        }
        return onlyClears;
    }
}
