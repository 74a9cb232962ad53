using System.Text.Json;

namespace MyCoach.Metering;

/// <summary>The numbers and texts of an answer.</summary>
internal sealed partial class AnswerReader
{
    private void ReadValue(ref Utf8JsonReader json)
    {
        if (json.TokenType == JsonTokenType.Number && json.ValueSpan.Length > MaxTextBytes)
        {
            throw new JsonException("A number is too long.");
        }
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
        stated.Set(pending, number);
        inputTokens = pending == AnswerField.InputTokens ? number : inputTokens;
        outputTokens = pending == AnswerField.OutputTokens ? number : outputTokens;
        usage.Set(pending, number);
    }

    private void ReadText(ref Utf8JsonReader json)
    {
        var length = json.ValueSpan.Length + skippedBytes;
        skippedBytes = 0;
        if (length > MaxTextBytes)
        {
            textBytes += pending is AnswerField.Text or AnswerField.Delta ? length : 0;
            return;
        }
        switch (pending)
        {
            case AnswerField.Type:
                Type = AnswerFieldNames.TypeOf(ref json);
                break;
            case AnswerField.ItemType or AnswerField.ItemStatus or AnswerField.ItemQuality or AnswerField.ItemSize:
            case AnswerField.ActionType:
                tools.Read(pending, ref json);
                break;
            case AnswerField.ItemId:
                usage.AddItem(json.GetString()!);
                break;
            case AnswerField.ToolType:
                toolType = json.GetString();
                break;
            case AnswerField.ToolModel:
                toolModel = json.GetString();
                break;
            case AnswerField.ToolQuality:
                toolQuality = json.GetString();
                break;
            case AnswerField.ToolSize:
                toolSize = json.GetString();
                break;
            case AnswerField.CacheTtl:
                usage.Declared = usage.Declared with { CacheTtl = json.GetString() };
                break;
            case AnswerField.BlockType:
                // It marks where another model takes over, and is no output of a model.
                contentBlocks -= json.ValueTextEquals("fallback"u8) ? 1 : 0;
                break;
            case AnswerField.Container:
                usage.AddContainer(json.GetString()!);
                break;
            case AnswerField.PartModel or AnswerField.PartType or AnswerField.PartFinishReason:
                iterations!.Read(pending, ref json);
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
