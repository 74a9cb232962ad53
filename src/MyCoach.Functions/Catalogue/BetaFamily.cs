using System.Text.RegularExpressions;

namespace MyCoach.Catalogue;

/// <summary>The versions of a beta feature of Anthropic: its name without the date.</summary>
/// <param name="Cost"><c>none</c>: it changes no price. <c>request</c>: it costs what the request then contains, such as
/// a tool, a speed or long input, which the bound counts. <c>unknown</c>: it may cost something else.</param>
internal sealed partial record BetaFamily(string Family, string Cost)
{
    public bool IsBounded => Cost is "none" or "request";

    /// <summary>The name of a beta's family.</summary>
    /// <param name="beta">A value of <c>anthropic-beta</c>, such as <c>name-2026-01-31</c> or <c>name-20260131</c>.</param>
    public static string Of(string beta) => Date().Replace(beta, "");

    [GeneratedRegex(@"-(\d{4}-\d{2}-\d{2}|\d{8})\z", RegexOptions.CultureInvariant)]
    private static partial Regex Date();
}
