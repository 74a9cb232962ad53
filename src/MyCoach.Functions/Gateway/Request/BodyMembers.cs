using System.Text;
using System.Text.Json;
using MyCoach.Bounds;
using MyCoach.Providers;

namespace MyCoach.Gateway;

/// <summary>The members of a body that the gateway acts on, and where in the body they are.</summary>
internal sealed class BodyMembers(Operation operation)
{
    private string name = "";
    private int start;
    private int count;
    private Range? statedOutputLimit;
    private Range? statedToolLimit;
    private Range? streamOptions;

    public Range Model { get; private set; }

    public bool Streams { get; private set; }

    /// <summary>Whether <c>background</c> is anything that a provider could read as true.</summary>
    public bool IsInBackground { get; private set; }

    public long Alternatives { get; private set; } = 1;

    public LimitPlace OutputLimit { get; private set; }

    public LimitPlace ToolLimit { get; private set; }

    /// <summary>The edit that makes the provider state the usage of a stream; null if none is needed.</summary>
    public (Range Span, byte[] Text)? UsageRequest { get; private set; }

    /// <summary>A member begins, at its value.</summary>
    public void Begin(scoped in JsonCursor json)
    {
        count++;
        (name, start) = (Encoding.UTF8.GetString(json.Name), json.Start);
        switch (name)
        {
            case "stream":
                Streams = json.Kind == JsonTokenType.True;
                break;
            case "background":
                IsInBackground = json.Kind is not (JsonTokenType.False or JsonTokenType.Null);
                break;
            case "n":
                Alternatives = json.Whole() ?? Alternatives;
                break;
        }
    }

    /// <summary>The member's value has been read.</summary>
    public void End(scoped in JsonCursor json)
    {
        var span = start..json.End;
        switch (name)
        {
            case "model":
                Model = span;
                break;
            case "stream_options":
                streamOptions = span;
                break;
            case var other when operation.OutputLimits is [var limit, ..] && other == limit:
                statedOutputLimit = span;
                break;
            case var other when other == operation.ToolLimit:
                statedToolLimit = span;
                break;
        }
    }

    /// <summary>All members have been read; the cursor is at the closing brace.</summary>
    public void EndBody(scoped in JsonCursor json, ReadOnlyMemory<byte> body)
    {
        var (end, comma) = (json.Start..json.Start, count > 0 ? "," : "");
        if (operation.OutputLimits is [var limit, ..])
        {
            OutputLimit = PlaceOf(limit, statedOutputLimit);
        }
        if (operation.ToolLimit is { } toolLimit)
        {
            ToolLimit = PlaceOf(toolLimit, statedToolLimit);
        }
        if (!Streams || !operation.StatesUsageOnRequest)
        {
            return;
        }
        UsageRequest = streamOptions is { } options
            ? StreamOptions.AskForUsage(body, options)
            : (end, Encoding.UTF8.GetBytes($$"""{{comma}}"stream_options":{"include_usage":true}"""));

        LimitPlace PlaceOf(string limit, Range? stated) =>
            stated is { } span ? new LimitPlace(span, "") : new LimitPlace(end, $"{comma}\"{limit}\":");
    }
}
