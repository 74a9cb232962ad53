using System.Text.Json;

namespace MyCoach.Bounds;

/// <summary>The members of a content part or input item that show where its content is.</summary>
internal struct ContentPart
{
    private bool hasType;
    private bool hasRole;
    private bool hasContent;
    private bool hasText;
    private bool hasSource;
    private bool hasData;
    private string? id;

    /// <summary>Null if it is absent or not a string.</summary>
    public string? Type { get; private set; }

    /// <summary>Whether it is audio, or speech of an earlier answer by its id.</summary>
    public bool HasAudio { get; private set; }

    public readonly bool IsImage => Type is "image" or "image_url" or "input_image";

    /// <summary>How many bytes of the body are addresses or data in members that an image can have.</summary>
    public long ImageBytes { get; private set; }

    /// <summary>Whether an image is somewhere else, so that what is there can change.</summary>
    public readonly bool IsRemoteImage => IsImage && !hasData;

    private bool IsSourceInline { get; set; }

    /// <summary>True if it is no reference to something that the provider stores, and of a known type.</summary>
    public readonly bool IsInline =>
        (!hasType || IsImage || KnownContent.InlineParts.Contains(Type ?? ""))
        // An item that the provider stores has only its id, and earlier assistant audio is also sent by id.
        && (Type is not ("reasoning" or "compaction") || hasText)
        && !HasAudio
        && (IsImage || !hasSource || IsSourceInline);

    /// <summary>
    /// At OpenAI, an item without a type and without a role and content is a reference to a stored item.
    /// </summary>
    public readonly bool IsReference => !hasType && !(hasRole && hasContent);

    /// <summary>The id of the item of an earlier answer that it refers to; null if it is no such reference.</summary>
    public readonly string? ItemOfEarlierAnswer =>
        (IsReference || Type == "item_reference" || (Type == "reasoning" && !hasText)) && !HasAudio && !hasSource
            ? id
            : null;

    /// <summary>Notes where a part's content is stated: its member <c>source</c> or <c>image_url</c>.</summary>
    public void NoteSource(ContentPart source)
    {
        (hasSource, IsSourceInline) = (true, source.IsInline);
        hasData |= source.hasData;
        ImageBytes += source.ImageBytes;
    }

    /// <summary>Notes a member that is not null.</summary>
    public void Note(scoped in JsonCursor json)
    {
        var isContent = json.NameIs("content"u8);
        if (json.NameIs("type"u8))
        {
            (hasType, Type) = (true, json.Text());
            HasAudio |= Type == "input_audio";
        }
        if (json.NameIs("data"u8) || json.NameIs("url"u8) || json.NameIs("image_url"u8))
        {
            ImageBytes += json.Kind == JsonTokenType.String ? json.End - json.Start : 0;
        }
        if (json.NameIs("id"u8))
        {
            id = json.Text();
        }
        hasData |= (json.NameIs("url"u8) || json.NameIs("image_url"u8)) && json.TextStartsWith("data:"u8);
        hasRole |= json.NameIs("role"u8);
        HasAudio |= json.NameIs("audio"u8);
        hasContent |= isContent;
        hasText |=
            (isContent || json.NameIs("encrypted_content"u8))
            && json.Kind == JsonTokenType.String
            && !json.TextIs(""u8);
    }
}
