using System.Text.Json;

namespace MyCoach.Bounds;

/// <summary>
/// Reads the prompts of a text completion: a text, a list of texts, a list of tokens, or a list of such lists. The body
/// has at least one byte for each token in each form.
/// </summary>
internal sealed class PromptReader
{
    /// <summary>Without a prompt, the model begins a new document.</summary>
    public long Count { get; private set; } = 1;

    /// <summary>Whether the answer repeats the prompt.</summary>
    public bool Echoes { get; private set; }

    /// <param name="member"><c>prompt</c> or <c>echo</c>.</param>
    public void Read(string member, ref JsonCursor json)
    {
        Echoes |= member == "echo" && json.Kind != JsonTokenType.False;
        if (member == "echo" || json.Kind != JsonTokenType.StartArray)
        {
            json.Skip();
            return;
        }
        var (prompts, hasTokens) = (0L, false);
        while (json.NextItem())
        {
            if (json.Kind == JsonTokenType.Number)
            {
                hasTokens = true;
            }
            else
            {
                prompts++;
            }
            json.Skip();
        }
        Count = Math.Max(1, prompts + (hasTokens ? 1 : 0));
    }
}
