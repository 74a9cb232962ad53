using System.Text.Json;

namespace MyCoach.Metering;

/// <summary>
/// Reads the JSON of an answer or of one of its events token by token and records the usage it states. One reader
/// handles chat completions, embeddings, responses and messages, because no field name has different meanings in these
/// formats.
/// </summary>
internal sealed class AnswerReader(AnswerUsage usage)
{
    public const int MaxDepth = 256;

    private readonly AnswerScope[] scopes = new AnswerScope[MaxDepth + 1];
    private int depth;
    private AnswerField pending;
    private long? inputTokens;
    private long? outputTokens;
    private long textBytes;
    private int choices = -1;
    private bool hasUsage;
    private ToolUses tools;
    private bool hasOutput;
    private int finishedChoices;
    private int iterationDepth;
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
                    break;
                case JsonTokenType.StartObject or JsonTokenType.StartArray:
                    Enter();
                    break;
                case JsonTokenType.EndObject or JsonTokenType.EndArray:
                    // Use only a complete usage object: the connection can break in the middle of one.
                    hasUsage |= scopes[depth] == AnswerScope.Usage;
                    if (depth == iterationDepth)
                    {
                        iterations!.End();
                        iterationDepth = 0;
                    }
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
        if (hasOutput || Type == EventType.ItemDone)
        {
            tools.WriteTo(usage, isOneOfMany: Type == EventType.ItemDone);
        }
    }

    /// <summary>Resets the state before the next event.</summary>
    public void Begin()
    {
        (depth, pending, textBytes, choices, hasUsage, hasOutput) = (0, default, 0, -1, false, false);
        (inputTokens, outputTokens, finishedChoices, tools) = (null, null, 0, default);
        (iterationDepth, Type) = (0, EventType.Other);
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

    private void ReadValue(ref Utf8JsonReader json)
    {
        if (json.TokenType == JsonTokenType.Number && json.TryGetInt64(out var number) && number >= 0)
        {
            ReadNumber(Math.Min(number, MeteredCall.MaxTokens));
        }
        else if (json.TokenType == JsonTokenType.String)
        {
            ReadText(ref json);
        }
        pending = AnswerField.None;
    }

    private void ReadNumber(long number)
    {
        if (iterationDepth > 0)
        {
            iterations!.Add(pending, number);
            return;
        }
        inputTokens = pending == AnswerField.InputTokens ? number : inputTokens;
        outputTokens = pending == AnswerField.OutputTokens ? number : outputTokens;
        usage.Set(pending, number);
    }

    private void ReadText(ref Utf8JsonReader json)
    {
        switch (pending)
        {
            case AnswerField.Type:
                Type = AnswerFieldNames.TypeOf(ref json);
                break;
            case AnswerField.ItemType:
                tools.Add(ref json);
                break;
            case AnswerField.Container:
                usage.Containers.Add(json.GetString()!);
                break;
            case AnswerField.PartModel:
                iterations!.Name(json.GetString()!);
                break;
            case AnswerField.Id:
                usage.ResponseId ??= json.GetString();
                break;
            case AnswerField.Model:
                usage.Model = JsonText.ReadOrReuse(usage.Model, ref json);
                break;
            case AnswerField.ServiceTier:
                usage.ServiceTier = JsonText.ReadOrReuse(usage.ServiceTier, ref json);
                break;
            case AnswerField.Speed:
                usage.Speed = JsonText.ReadOrReuse(usage.Speed, ref json);
                break;
            case AnswerField.Geography:
                usage.Geography = JsonText.ReadOrReuse(usage.Geography, ref json);
                break;
            case AnswerField.FinishReason:
                usage.FinishReason = JsonText.ReadOrReuse(usage.FinishReason, ref json);
                finishedChoices++;
                break;
            case AnswerField.Text or AnswerField.Delta:
                textBytes += JsonText.LengthOf(ref json);
                break;
        }
    }
}
