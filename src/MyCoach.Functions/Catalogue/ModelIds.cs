using System.Text.RegularExpressions;
using MyCoach.Providers;

namespace MyCoach.Catalogue;

/// <summary>
/// The spellings of one model's name: <c>claude-haiku-4.5</c>, <c>claude-haiku-4-5</c>,
/// <c>claude-haiku-4-5-20251001</c>, <c>…-latest</c>, <c>…[1m]</c>. Never a prefix: <c>claude-sonnet-5-5</c> is no
/// spelling of <c>claude-sonnet-5</c>.
/// </summary>
internal static partial class ModelIds
{
    public const int MaxBytes = 128;

    private const string FineTuned = "ft:";

    // How clients write that they use a model with a context of a million tokens.
    private const string MillionContext = "[1m]";

    /// <summary>Whether the name says that the model takes a million tokens, whatever its usual limit.</summary>
    public static bool AsksForMillionTokens(string? model) =>
        model?.EndsWith(MillionContext, StringComparison.OrdinalIgnoreCase) == true;

    /// <summary>
    /// The base model of a fine-tuned one (<c>ft:base:organization:suffix:id</c>); null for any other name.
    /// </summary>
    public static string? BaseOf(Provider provider, string model) =>
        provider == Provider.OpenAi
        && model.StartsWith(FineTuned, StringComparison.OrdinalIgnoreCase)
        && model.IndexOf(':', FineTuned.Length) is > 0 and var end
            ? model[FineTuned.Length..end]
            : null;

    /// <summary>The names to look up in the catalogue, most exact first.</summary>
    public static IEnumerable<string> Spellings(Provider provider, string model)
    {
        yield return model;
        if (provider == Provider.Anthropic && AsksForMillionTokens(model))
        {
            model = model[..^MillionContext.Length];
            yield return model;
        }
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
