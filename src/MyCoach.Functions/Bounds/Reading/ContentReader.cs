using System.Text.Json;
using MyCoach.Providers;

namespace MyCoach.Bounds;

/// <summary>
/// Reads the parts of a request that can make its input longer than its body: messages, input items and tools.
/// </summary>
internal sealed class ContentReader(Provider provider)
{
    [Flags]
    private enum Role
    {
        None = 0,

        /// <summary>A part of the input.</summary>
        Content = 1,

        /// <summary>Can contain tools, directly or in its own input items.</summary>
        Holder = 2,

        /// <summary>Defines a tool.</summary>
        Tool = 4,

        /// <summary>States where a content part's content is.</summary>
        Source = 8,

        /// <summary>An item of the input, which can be a reference.</summary>
        Item = 16,
    }

    // No real request has more, and each costs a look into storage.
    private const int MaxEarlierItems = 64;

    private readonly List<string> earlierItems = [];

    /// <summary>
    /// Whether all content read is text in the body, images, or <see cref="EarlierItems"/>. An item without a type or a
    /// role and content is a reference to one that the provider stores.
    /// </summary>
    public bool IsInline { get; private set; } = true;

    /// <summary>The ids of items of earlier answers, as often as the input refers to them.</summary>
    public IReadOnlyList<string> EarlierItems => earlierItems;

    public bool HasRemoteImages { get; private set; }

    public bool HasAudio { get; private set; }

    public bool TriggersCompaction { get; private set; }

    public long Images { get; private set; }

    public long ImageBytes { get; private set; }

    public ToolList Tools { get; } = new(provider);

    public void ReadContent(ref JsonCursor json)
    {
        if (json.Kind == JsonTokenType.StartArray)
        {
            while (json.NextItem())
            {
                ReadContent(ref json);
            }
        }
        else if (json.Kind == JsonTokenType.StartObject)
        {
            ReadObject(ref json, Role.Content);
        }
    }

    /// <summary>Reads <c>input</c>: OpenAI's items, which can contain tools.</summary>
    public void ReadInput(ref JsonCursor json)
    {
        if (json.Kind != JsonTokenType.StartArray)
        {
            ReadContent(ref json);
            return;
        }
        while (json.NextItem())
        {
            if (json.Kind == JsonTokenType.StartObject)
            {
                var item = ReadObject(ref json, Role.Content | Role.Holder | Role.Item);
                if (item.ItemOfEarlierAnswer is { } id && earlierItems.Count < MaxEarlierItems)
                {
                    earlierItems.Add(id);
                }
                else
                {
                    IsInline &= item.IsInline && !item.IsReference;
                }
            }
            else
            {
                ReadContent(ref json);
            }
        }
    }

    public void ReadTools(ref JsonCursor json) => ReadObjects(ref json, Role.Tool | Role.Holder);

    // A list may be nested, or a single value: providers may read what they do not document.
    private void ReadObjects(ref JsonCursor json, Role role)
    {
        if (json.Kind == JsonTokenType.StartArray)
        {
            while (json.NextItem())
            {
                ReadObjects(ref json, role);
            }
        }
        else if (json.Kind == JsonTokenType.StartObject)
        {
            ReadObject(ref json, role);
        }
        else
        {
            ReadValue(ref json, role);
        }
    }

    private ContentPart ReadObject(ref JsonCursor json, Role role)
    {
        var (part, tool) = (new ContentPart(), role.HasFlag(Role.Tool) ? new ToolDefinition() : null);
        while (json.NextMember())
        {
            if (json.IsNull)
            {
                continue;
            }
            part.Note(json);
            tool?.Note(json);
            if (tool?.TryRead(ref json) == true)
            {
                continue;
            }
            if (role.HasFlag(Role.Content) && json.Kind == JsonTokenType.StartObject && IsSource(json))
            {
                part.NoteSource(ReadObject(ref json, Role.Content | Role.Source));
            }
            else if (role.HasFlag(Role.Content) && json.NameIs("definition"u8))
            {
                // A tool that a message adds.
                ReadObjects(ref json, Role.Tool | Role.Holder);
            }
            else if (role.HasFlag(Role.Holder) && json.NameIs("tools"u8))
            {
                ReadObjects(ref json, Role.Tool | Role.Holder);
            }
            else if (role.HasFlag(Role.Holder) && json.NameIs("input"u8))
            {
                ReadObjects(ref json, Role.Holder);
            }
            else
            {
                ReadValue(ref json, KnownContent.IsOpaque(json.Name) ? Role.None : role);
            }
        }
        if (tool is not null)
        {
            Tools.Add(tool);
        }
        if (role.HasFlag(Role.Source))
        {
            return part;
        }
        if (role.HasFlag(Role.Content) && part.IsImage)
        {
            Images++;
            ImageBytes += part.ImageBytes;
            HasRemoteImages |= part.IsRemoteImage;
        }
        IsInline &= !role.HasFlag(Role.Content) || role.HasFlag(Role.Item) || part.IsInline;
        HasAudio |= role.HasFlag(Role.Content) && part.HasAudio;
        TriggersCompaction |= role.HasFlag(Role.Content) && part.Type == "compaction_trigger";
        return part;
    }

    private static bool IsSource(scoped in JsonCursor json) => json.NameIs("source"u8) || json.NameIs("image_url"u8);

    private void ReadValue(ref JsonCursor json, Role role)
    {
        if (role.HasFlag(Role.Content))
        {
            ReadContent(ref json);
        }
        else
        {
            json.Skip();
        }
    }
}
