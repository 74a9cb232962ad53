using System.Text.RegularExpressions;

namespace MyCoach.Hosting;

internal static partial class Ids
{
    /// <summary>Whether the text is an id of an agent, a conversation or an event: 1–128 of <c>A–Z a–z 0–9 . _ : -</c>.</summary>
    public static bool IsId(string? text) => text is not null && Id().IsMatch(text);

    [GeneratedRegex(@"^[A-Za-z0-9._:-]{1,128}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Id();
}
