using System.Text.RegularExpressions;
using MyCoach.Providers;

namespace MyCoach.Catalogue;

/// <summary>
/// The spellings of one model's name: <c>claude-haiku-4.5</c>, <c>claude-haiku-4-5</c>,
/// <c>claude-haiku-4-5-20251001</c>, <c>…-latest</c>.
/// </summary>
internal static partial class ModelIds
{
    public const int MaxBytes = 128;

    /// <summary>The names to look up in the catalogue, most exact first.</summary>
    public static IEnumerable<string> Spellings(Provider provider, string model)
    {
        yield return model;
        var undated = Suffix().Replace(model, "");
        if (undated != model)
        {
            yield return undated;
        }
        if (provider == Provider.Anthropic && model.Contains('.', StringComparison.Ordinal))
        {
            yield return model.Replace('.', '-');
            yield return undated.Replace('.', '-');
        }
    }

    [GeneratedRegex(@"-(20\d{6}|20\d\d-\d\d-\d\d|latest)\z", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Suffix();
}
