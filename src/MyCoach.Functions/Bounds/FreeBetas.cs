using System.Text.RegularExpressions;
using MyCoach.Catalogue;
using MyCoach.Hosting;

namespace MyCoach.Bounds;

/// <summary>
/// Betas that the operator declares free of extra cost, in addition to the catalogue's: one version each, or a family.
/// </summary>
internal sealed partial record FreeBetas(IReadOnlyCollection<string> Names)
{
    public bool Contain(string beta) => Names.Contains(beta) || Names.Contains(BetaFamily.Of(beta));

    /// <summary>Reads the settings <c>Budgets__FreeBetas__0</c>, <c>__1</c> and so on.</summary>
    public static FreeBetas Read(IConfiguration configuration) =>
        new([
            .. configuration
                .GetSection("Budgets:FreeBetas")
                .GetChildren()
                .Select(beta => NameOf(beta.Key, beta.Value ?? "")),
        ]);

    private static string NameOf(string index, string beta) =>
        Name().IsMatch(beta)
            ? beta
            : throw new SettingException(
                $"Budgets__FreeBetas__{index}",
                "must be a value of anthropic-beta, such as name-2026-01-31, or its name without the date"
            );

    [GeneratedRegex(@"^[a-z0-9-]{1,100}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Name();
}
