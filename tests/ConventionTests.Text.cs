using System.Text.RegularExpressions;
using MyCoach.Tests.Support;

namespace MyCoach.Tests;

/// <summary>Sizes, words and names.</summary>
public sealed partial class ConventionTests
{
    private static readonly string[] BannedWords =
    [
        "Manager",
        "Helper",
        "Util",
        "Utils",
        "Common",
        "Base",
        "Impl",
        "Dto",
        "Info",
    ];

    [Fact]
    public void Files_are_short_without_long_lines()
    {
        var sizes = Sources.Select(file => Lines(file.Value)).Order().ToArray();

        Assert.Empty(Sources.Where(file => Lines(file.Value) > 200).Select(file => file.Key));
        Assert.InRange(sizes[sizes.Length / 2], 1, 60);
        Assert.InRange(sizes[sizes.Length * 9 / 10], 1, 130);
        Assert.InRange(Lines(Sources["src/MyCoach.Functions/Program.cs"]), 1, 80);
        // The formatter breaks code at 120 columns, but no string.
        Assert.Contains("\"printWidth\": 120", Repository.Read(".csharpierrc.json"), StringComparison.Ordinal);
        Assert.Empty(FilesWith(LongLine()));
    }

    [Fact]
    public void Words_are_plain_English()
    {
        var files = ((string[])["src", "tests", "dev", "bench"])
            .SelectMany(folder => Repository.Files(folder, "*.cs"))
            .Where(file => file != "tests/ConventionTests.Text.cs")
            .Concat(Repository.Files("docs", "*.md"))
            .Concat(Repository.Files("infra", "*.bicep"))
            .Concat(["README.md", "CONTRIBUTING.md", "bench/README.md"])
            .ToArray();

        Assert.True(files.Length > 400);
        Assert.Empty(
            from file in files
            from word in OddWord().Matches(Repository.Read(file))
            select $"{file}: {word.Value}"
        );
    }

    [Fact]
    public void Table_cells_of_the_docs_are_short() =>
        Assert.Empty(
            from file in Repository.Files("docs", "*.md").Concat(["README.md", "CONTRIBUTING.md"])
            from line in Repository.Read(file).Split('\n').Where(line => line.StartsWith('|'))
            from cell in line.Split('|')
            where cell.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length > 25
            select $"{file}: {cell.Trim()}"
        );

    [Fact]
    public void Names_say_what_a_thing_is() =>
        Assert.DoesNotContain(
            Sources.SelectMany(file =>
                DeclaredType().Matches(file.Value).Select(type => type.Groups["name"].Value).Append(NameOf(file.Key))
            ),
            name =>
                Words().Matches(name).Any(word => BannedWords.Contains(word.Value))
                || name.EndsWith("Service", StringComparison.Ordinal)
        );

    private static int Lines(string text) => text.TrimEnd().Split('\n').Length;

    private static string NameOf(string file) => file.Split('/')[^1].Split('.')[0];

    [GeneratedRegex("[A-Z][a-z0-9]*")]
    private static partial Regex Words();

    // In identifiers too, where a word ends at an underscore or a capital letter.
    [GeneratedRegex(
        @"(?<![A-Za-z])(?:(?:[Tt]old|[Tt]ells|[Nn]obody|[Ww]hoever|[Ss]omebody|[Aa]nybody)(?![a-z])|(?:is|are)[ _]none\b|no such thing|of[ _]its[ _]own|goes on\b|stands(?! for)\b|comes to\b|is to be had|one a user)"
    )]
    private static partial Regex OddWord();

    [GeneratedRegex("^.{161,}$", RegexOptions.Multiline)]
    private static partial Regex LongLine();
}
