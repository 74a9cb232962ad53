using System.Text;
using System.Text.Json;

namespace MyCoach.Bounds;

/// <summary>The members of a tool that decide what its uses cost.</summary>
internal sealed class ToolDefinition
{
    private static readonly string[] ImageMembers =
    [
        "type",
        "action",
        "background",
        "model",
        "moderation",
        "output_compression",
        "output_format",
        "quality",
        "size",
    ];

    private static readonly string[] ImageModels = ["gpt-image-1", "gpt-image-1-mini"];
    private static readonly string[] ImageSizes = ["auto", "1024x1024", "1024x1536", "1536x1024"];

    /// <summary>Null if it is absent or not a string.</summary>
    public string? Type { get; private set; }

    /// <summary>Null if it is absent or malformed.</summary>
    public long? MaxUses { get; private set; }

    public bool HasMalformedMaxUses { get; private set; }

    public string? ImageModel { get; private set; }

    public string? ImageQuality { get; private set; }

    public string? ImageSize { get; private set; }

    /// <summary>Whether only the model itself, not its code, may call the tool.</summary>
    public bool IsDirect { get; private set; }

    public bool RunsLocally { get; private set; }

    /// <summary>Why the price of a session in its container is unknown; null if it is known.</summary>
    public string? UnknownContainer { get; private set; }

    /// <summary>The first member that changes an image's price in an unknown way; null if all are known.</summary>
    public string? UnknownImageMember { get; private set; }

    /// <summary>Notes a member that is not null.</summary>
    public void Note(scoped in JsonCursor json)
    {
        if (json.NameIs("type"u8))
        {
            Type = json.Text();
        }
        else if (json.NameIs("max_uses"u8))
        {
            MaxUses = json.Count();
            HasMalformedMaxUses = MaxUses is null;
        }
        RunsLocally |= json.NameIs("execution"u8) && json.TextIs("client"u8);
        ImageModel = json.NameIs("model"u8) ? json.Text() : ImageModel;
        ImageQuality = json.NameIs("quality"u8) ? json.Text() : ImageQuality;
        ImageSize = json.NameIs("size"u8) ? json.Text() : ImageSize;
        UnknownImageMember ??= FindUnknownImageMember(json);
    }

    /// <summary>Reads a member with a value of several parts. False if the member is not one of these.</summary>
    public bool TryRead(ref JsonCursor json)
    {
        if (json.NameIs("allowed_callers"u8))
        {
            ReadCallers(ref json);
        }
        else if (json.NameIs("environment"u8))
        {
            ReadEnvironment(ref json);
        }
        else if (json.NameIs("container"u8))
        {
            ReadContainer(ref json);
        }
        else
        {
            return false;
        }
        return true;
    }

    private void ReadCallers(ref JsonCursor json)
    {
        if (json.Kind != JsonTokenType.StartArray)
        {
            json.Skip();
            return;
        }
        var (count, areDirect) = (0, true);
        for (; json.NextItem(); count++)
        {
            areDirect &= json.TextIs("direct"u8);
            json.Skip();
        }
        IsDirect = count > 0 && areDirect;
    }

    private void ReadEnvironment(ref JsonCursor json)
    {
        if (json.Kind != JsonTokenType.StartObject)
        {
            json.Skip();
            return;
        }
        while (json.NextMember())
        {
            RunsLocally |= json.NameIs("type"u8) && json.TextIs("local"u8);
            json.Skip();
        }
    }

    // A session's price depends on the container's memory.
    private void ReadContainer(ref JsonCursor json)
    {
        if (json.Kind != JsonTokenType.StartObject)
        {
            UnknownContainer =
                json.Kind == JsonTokenType.String ? "with a container whose memory is unknown" : UnknownContainer;
            json.Skip();
            return;
        }
        while (json.NextMember())
        {
            if (json.NameIs("memory_limit"u8) && !json.IsNull && !json.TextIs("1g"u8))
            {
                UnknownContainer = "with a memory_limit other than 1g";
            }
            json.Skip();
        }
    }

    private static string? FindUnknownImageMember(scoped in JsonCursor json)
    {
        var name = Encoding.UTF8.GetString(json.Name);
        var isKnown = name switch
        {
            "model" => ImageModels.Contains(json.Text()),
            "size" => ImageSizes.Contains(json.Text()),
            _ => ImageMembers.Contains(name),
        };
        return isKnown ? null : name;
    }
}
