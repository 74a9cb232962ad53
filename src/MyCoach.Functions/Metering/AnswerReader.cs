using System.Text.Json;

namespace MyCoach.Metering;

/// <summary>
/// Reads the JSON of an answer or of one of its events, token by token and so in any pieces, and notes what it states. The providers' forms share no
/// name with two meanings, so that one reader knows them all: chat completions and embeddings, responses, messages.
/// </summary>
internal sealed class AnswerReader(AnswerUsage usage)
{
    public const int MostDepth = 256;

    private readonly Place[] places = new Place[MostDepth + 1];
    private int depth;
    private Member pending;
    private long? inputTokens;
    private long? outputTokens;
    private long textBytes;
    private int choices = -1;
    private bool hasUsage;
    private ToolUses tools;
    private bool hasOutput;
    private int finishes;
    private int iterationDepth;
    private Iterations? iterations;

    /// <summary>The <c>type</c> of the event that is being read.</summary>
    public EventType Type { get; private set; }

    /// <summary>Whether the event that was read is the one of a chat that states the usage and nothing else.</summary>
    public bool IsUsageAlone => choices == 0 && hasUsage;

    public void Read(ref Utf8JsonReader json)
    {
        while (json.Read())
        {
            switch (json.TokenType)
            {
                case JsonTokenType.PropertyName:
                    pending = Names.Find(places[depth], ref json);
                    // What an event carries has a type as well, which is not the event's.
                    pending = pending == Member.Type && depth > 1 ? Member.None : pending;
                    break;
                case JsonTokenType.StartObject or JsonTokenType.StartArray:
                    Enter();
                    break;
                case JsonTokenType.EndObject or JsonTokenType.EndArray:
                    // Only a usage that is complete states anything: the answer can break off in the middle of it.
                    hasUsage |= places[depth] == Place.Usage;
                    if (depth == iterationDepth)
                    {
                        iterations!.End();
                        iterationDepth = 0;
                    }
                    depth--;
                    break;
                default:
                    Take(ref json);
                    break;
            }
        }
    }

    /// <summary>The event, or the whole answer, is complete.</summary>
    public void End()
    {
        usage.HasError |= Type == EventType.Error;
        usage.HasBegun |= textBytes > 0 || hasUsage || choices > 0;
        usage.Finishes += finishes;
        if (hasUsage)
        {
            usage.InputTokens = inputTokens ?? usage.InputTokens;
            // The number in message_start is a placeholder for an output that has not begun.
            usage.OutputTokens = (Type == EventType.MessageStart ? null : outputTokens) ?? usage.OutputTokens;
            iterations?.WriteTo(usage);
        }
        // Sound comes as text as well, which is not what it is charged as.
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

    /// <summary>Before the next event.</summary>
    public void Begin()
    {
        (depth, pending, textBytes, choices, hasUsage, hasOutput) = (0, default, 0, -1, false, false);
        (inputTokens, outputTokens, finishes, tools) = (null, null, 0, default);
        (iterationDepth, Type) = (0, EventType.Other);
        iterations?.Clear();
    }

    private void Enter()
    {
        var parent = places[depth];
        var place = (depth, parent) switch
        {
            (0, _) => Place.Root,
            (_, Place.Choices) => Place.Choice,
            (_, Place.ToolCalls) => Place.ToolCall,
            (_, Place.Items) => Place.Item,
            (_, Place.Iterations) => Place.Iteration,
            _ => Names.PlaceOf(pending),
        };
        switch (place)
        {
            case Place.Choices:
                choices = 0;
                break;
            case Place.Choice:
                choices++;
                break;
            case Place.Items:
                hasOutput = true;
                break;
            case Place.Error:
                usage.HasError = true;
                break;
        }
        pending = Member.None;
        places[++depth] = place;
        if (place == Place.Iteration)
        {
            iterationDepth = depth;
            iterations ??= new Iterations();
            iterations.Begin();
        }
    }

    private void Take(ref Utf8JsonReader json)
    {
        if (json.TokenType == JsonTokenType.Number && json.TryGetInt64(out var number) && number >= 0)
        {
            TakeNumber(Math.Min(number, MeteredCall.MostTokens));
        }
        else if (json.TokenType == JsonTokenType.String)
        {
            TakeText(ref json);
        }
        pending = Member.None;
    }

    private void TakeNumber(long number)
    {
        if (iterationDepth > 0)
        {
            iterations!.Add(pending, number);
            return;
        }
        inputTokens = pending == Member.InputTokens ? number : inputTokens;
        outputTokens = pending == Member.OutputTokens ? number : outputTokens;
        usage.Note(pending, number);
    }

    private void TakeText(ref Utf8JsonReader json)
    {
        switch (pending)
        {
            case Member.Type:
                Type = Names.TypeOf(ref json);
                break;
            case Member.ItemType:
                tools.Add(ref json);
                break;
            case Member.Container:
                usage.Containers.Add(json.GetString()!);
                break;
            case Member.PartModel:
                iterations!.Name(json.GetString()!);
                break;
            case Member.Id:
                usage.ResponseId ??= json.GetString();
                break;
            case Member.Model:
                usage.Model = JsonText.Keep(usage.Model, ref json);
                break;
            case Member.ServiceTier:
                usage.ServiceTier = JsonText.Keep(usage.ServiceTier, ref json);
                break;
            case Member.Speed:
                usage.Speed = JsonText.Keep(usage.Speed, ref json);
                break;
            case Member.Geography:
                usage.Geography = JsonText.Keep(usage.Geography, ref json);
                break;
            case Member.FinishReason:
                usage.FinishReason = JsonText.Keep(usage.FinishReason, ref json);
                finishes++;
                break;
            case Member.Text or Member.Delta:
                textBytes += JsonText.LengthOf(ref json);
                break;
        }
    }
}
