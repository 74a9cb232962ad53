using System.Text.Json;

namespace MyCoach.Metering;

/// <summary>
/// Reads the JSON of an answer or of one of its events token by token and records the usage it states. One reader
/// handles chat completions, embeddings, responses and messages, because no field name has different meanings in these
/// formats.
/// </summary>
internal sealed partial class AnswerReader(AnswerUsage usage)
{
    public const int MaxDepth = 256;

    /// <summary>Of longer texts only the length counts. Names and ids are shorter.</summary>
    public const int MaxTextBytes = 64 * 1024;

    private readonly AnswerScope[] scopes = new AnswerScope[MaxDepth + 1];
    private int depth;
    private AnswerField pending;
    private long? inputTokens;
    private long? outputTokens;
    private long textBytes;
    private long skippedBytes;
    private int choices = -1;
    private bool hasUsage;
    private ToolUses tools;
    private bool hasOutput;
    private int finishedChoices;
    private int iterationDepth;
    private int contentBlocks;
    private StatedToolUse stated;
    private string? toolType;
    private string? toolModel;
    private string? toolQuality;
    private string? toolSize;
    private Iterations? iterations;

    /// <summary>The <c>type</c> of the current event.</summary>
    public EventType Type { get; private set; }

    /// <summary>Whether the last event read is the chat event that contains only the usage.</summary>
    public bool IsUsageOnly => choices == 0 && hasUsage;

    public void Read(ref Utf8JsonReader json)
    {
        while (json.Read())
        {
            switch (json.TokenType)
            {
                case JsonTokenType.PropertyName:
                    pending = AnswerFieldNames.Find(scopes[depth], ref json);
                    // Objects inside an event have a type too; only the top-level one is the event's.
                    pending = pending == AnswerField.Type && depth > 1 ? AnswerField.None : pending;
                    skippedBytes = 0;
                    break;
                case JsonTokenType.StartObject or JsonTokenType.StartArray:
                    Enter();
                    break;
                case JsonTokenType.EndObject or JsonTokenType.EndArray:
                    // Use only a complete usage object: the connection can break in the middle of one.
                    hasUsage |= scopes[depth] == AnswerScope.Usage;
                    Leave();
                    depth--;
                    break;
                default:
                    ReadValue(ref json);
                    break;
            }
        }
    }

    /// <summary>Records the results of a complete event or answer.</summary>
    public void End()
    {
        usage.HasError |= Type == EventType.Error;
        usage.HasBegun |= textBytes > 0 || hasUsage || choices > 0;
        usage.FinishedChoices += finishedChoices;
        if (hasUsage)
        {
            usage.InputTokens = inputTokens ?? usage.InputTokens;
            // The output count in message_start is a placeholder.
            usage.OutputTokens = (Type == EventType.MessageStart ? null : outputTokens) ?? usage.OutputTokens;
            iterations?.WriteTo(usage);
        }
        // Audio arrives as base64 text, but is not charged as text.
        if (textBytes > 0 && Type != EventType.AudioDelta)
        {
            usage.TextBytes += textBytes;
            usage.TextEvents++;
        }
        usage.HasContent |= contentBlocks > 0;
        if (Type == EventType.ItemDone)
        {
            usage.Shown += tools.Counts;
        }
        else if (hasOutput)
        {
            usage.Listed = tools.Counts;
        }
        // At the start of a stream the numbers are still 0.
        if (Type is EventType.None or EventType.ResponseEnd)
        {
            usage.StatedTools = stated;
        }
    }

    /// <summary>The next text was shortened by this many bytes.</summary>
    public void SkipText(long bytes) => skippedBytes = bytes;

    /// <summary>Resets the state before the next event.</summary>
    public void Begin()
    {
        (depth, pending, textBytes, choices, hasUsage, hasOutput) = (0, default, 0, -1, false, false);
        (inputTokens, outputTokens, finishedChoices, tools) = (null, null, 0, default);
        (iterationDepth, Type, skippedBytes) = (0, EventType.None, 0);
        (contentBlocks, stated) = (0, default);
        iterations?.Clear();
    }

    private void Enter()
    {
        var scope = depth == 0 ? AnswerScope.Root : AnswerFieldNames.ScopeWithin(scopes[depth], pending);
        switch (scope)
        {
            case AnswerScope.Choices:
                choices = 0;
                break;
            case AnswerScope.Choice:
                choices++;
                break;
            case AnswerScope.Items:
                hasOutput = true;
                break;
            case AnswerScope.Error:
                usage.HasError = true;
                break;
            case AnswerScope.Item:
                tools.BeginItem();
                break;
            case AnswerScope.Tool:
                (toolType, toolModel, toolQuality, toolSize) = (null, null, null, null);
                break;
            case AnswerScope.Block:
                contentBlocks++;
                break;
        }
        pending = AnswerField.None;
        scopes[++depth] = scope;
        if (scope == AnswerScope.Iteration)
        {
            iterationDepth = depth;
            iterations ??= new Iterations();
            iterations.Begin();
        }
    }

    private void Leave()
    {
        if (depth == iterationDepth)
        {
            iterations!.End();
            iterationDepth = 0;
        }
        switch (scopes[depth])
        {
            case AnswerScope.Item:
                tools.EndItem();
                break;
            case AnswerScope.Tool when toolType is not null:
                usage.Declared = usage.Declared.With(toolType, toolModel, toolQuality, toolSize);
                break;
        }
    }
}
