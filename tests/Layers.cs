using System.Text.RegularExpressions;

namespace MyCoach.Tests;

/// <summary>The layers of the program, lowest first. A folder uses only folders of lower layers.</summary>
internal static partial class Layers
{
    /// <summary>The program's root: the files that put everything together.</summary>
    private const string Root = "";

    public static IReadOnlyList<IReadOnlyList<string>> All { get; } =
    [
        ["Hosting"],
        ["Storage"],
        ["Providers"],
        ["Http"],
        ["Crypto"],
        ["Users"],
        ["Auth"],
        ["ProviderKeys"],
        ["Catalogue"],
        ["Metering"],
        ["Bounds"],
        ["Ledger"],
        ["Settings", "Accounts", "Conversations", "Alerts"],
        ["Agents", "Health", "Upkeep"],
        ["Usage", "Budgets", "Tokens", "Prices", "Backups"],
        ["Billing"],
        ["Exports"],
        ["Gateway"],
        ["Web"],
        [Root, "Functions"],
    ];

    public static string NameOf(string folder) => folder == Root ? "MyCoachApp" : folder;

    public static int RankOf(string folder) => All.Index().Single(layer => layer.Item.Contains(folder)).Index;

    /// <summary>
    /// The root and Functions use each other: the program starts the worker, which registers the program's services.
    /// </summary>
    public static bool AreOneLayer(string one, string other) =>
        RankOf(one) == RankOf(Root) && RankOf(other) == RankOf(Root);

    /// <summary>The top folder of a source file; empty for one in the root.</summary>
    public static string FolderOf(string file, string root) =>
        file[(root.Length + 1)..].Split('/') is [var folder, _, ..] ? folder : Root;

    /// <summary>The folders a source file names: in a using directive, or before a type of theirs.</summary>
    public static IEnumerable<string> UsedBy(string source, ILookup<string, string> typesByFolder)
    {
        var code = CommentOrText().Replace(source, "");
        var imported = Import().Matches(code).Select(use => use.Groups["folder"].Value);
        var qualified = Qualified()
            .Matches(code)
            .Where(use => typesByFolder[use.Groups["folder"].Value].Contains(use.Groups["type"].Value))
            .Select(use => use.Groups["folder"].Value);
        var root = RootType().IsMatch(code) ? [Root] : Array.Empty<string>();
        return imported.Concat(qualified).Where(name => All.Any(layer => layer.Contains(name))).Concat(root).Distinct();
    }

    [GeneratedRegex(@"\bMyCoach\.(?<folder>[A-Z]\w+)")]
    private static partial Regex Import();

    [GeneratedRegex(@"(?<![\w.])(?<folder>[A-Z]\w+)\.(?<type>[A-Z]\w+)")]
    private static partial Regex Qualified();

    [GeneratedRegex(@"//.*|^namespace .*|""(?:\\.|[^""\\\n])*""", RegexOptions.Multiline)]
    private static partial Regex CommentOrText();

    [GeneratedRegex(@"(?<!class )\b(?:WireJson\.|AddMyCoach\(|UseMyCoach\()")]
    private static partial Regex RootType();
}
