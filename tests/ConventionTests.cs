using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using MyCoach.Tests.Support;

namespace MyCoach.Tests;

/// <summary>What a reader of the sources may rely on. A convention that is not tested is a wish.</summary>
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

    // Folders of tests that mirror no folder of the program: what tests share, the development run, and bad input,
    // which every endpoint meets alike.
    private static readonly string[] FoldersOfTestsAlone = ["Support", "Dev", "Input"];

    private static readonly IReadOnlyDictionary<string, string> Sources = Repository
        .Files("src", "*.cs")
        .ToDictionary(file => file, Repository.Read);

    private static IEnumerable<Type> Types =>
        typeof(MyCoach.Program)
            .Assembly.GetTypes()
            .Where(type =>
                type.Namespace?.StartsWith("MyCoach", StringComparison.Ordinal) == true
                && !type.IsDefined(typeof(CompilerGeneratedAttribute))
            );

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
            .Where(file => file != "tests/ConventionTests.cs")
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

    [Fact]
    public void A_refusal_of_the_storage_is_caught_where_its_rows_are_known() =>
        Assert.All(
            FilesWith(CatchOfStorageFault()),
            file =>
                Assert.True(
                    file.Contains("/Storage/", StringComparison.Ordinal)
                        || file.EndsWith("Table.cs", StringComparison.Ordinal),
                    file
                )
        );

    [Fact]
    public void Every_reading_of_the_clock_goes_through_TimeProvider() => Assert.Empty(FilesWith(StaticClock()));

    [Fact]
    public void Nothing_is_left_to_do_in_a_comment() => Assert.Empty(FilesWith(Unfinished()));

    [Fact]
    public void Only_what_crosses_the_wire_and_functions_are_public() =>
        // The validation and description generators of ASP.NET Core pass over internal types, and the worker's
        // generator over internal functions.
        Assert.Empty(
            Types
                .Where(type =>
                    type.IsVisible
                    && type.Namespace != "MyCoach.Functions"
                    && WireJson.Default.GetTypeInfo(type) is null
                )
                .Select(type => type.FullName)
        );

    [Fact]
    public void Nothing_that_holds_a_plaintext_key_has_a_text_form()
    {
        const BindingFlags Every = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;
        var holders = Types.Where(type =>
            type.GetProperties(Every).Any(property => HoldsSecret(property.Name, property.PropertyType))
            || type.GetFields(Every).Any(field => HoldsSecret(field.Name, field.FieldType))
        );

        Assert.Contains(typeof(MyCoach.ProviderKeys.ProviderKeyPut), holders);
        // A record writes its members into ToString, and so into a log line.
        Assert.Empty(
            holders.Where(type => type.GetMethod("PrintMembers", Every) is not null).Select(type => type.FullName)
        );
        Assert.Empty(
            holders
                .Where(type => type.GetMethod(nameof(ToString), [])?.DeclaringType == type)
                .Select(type => type.FullName)
        );

        static bool HoldsSecret(string name, Type type) =>
            (type == typeof(string) && SecretName().IsMatch(name))
            || (type == typeof(byte[]) && name.EndsWith("key", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public void A_folder_uses_only_folders_of_lower_layers()
    {
        var types = Sources
            .SelectMany(file =>
                DeclaredType()
                    .Matches(file.Value)
                    .Select(type => (Folder: FolderOf(file.Key), Name: type.Groups["name"].Value))
            )
            .ToLookup(type => type.Folder, type => type.Name);
        var uses = (
            from file in Sources
            from used in Layers.UsedBy(file.Value, types)
            where used != FolderOf(file.Key)
            select (File: file.Key, Folder: FolderOf(file.Key), Used: used)
        ).ToArray();

        Assert.Contains(uses, use => use is { Folder: "Gateway", Used: "Ledger" });
        Assert.Empty(
            uses.Where(use =>
                    Layers.RankOf(use.Used) >= Layers.RankOf(use.Folder) && !Layers.AreOneLayer(use.Used, use.Folder)
                )
                .Select(use => $"{use.File} uses {use.Used}")
        );
    }

    [Fact]
    public void Every_folder_has_a_layer_and_the_picture_shows_it()
    {
        var folders = Sources.Keys.Select(FolderOf).Distinct();
        var guide = Repository.Read("CONTRIBUTING.md");

        Assert.Equal(Layers.All.SelectMany(layer => layer).Order(), folders.Order());
        Assert.All(
            Layers.All,
            layer =>
                Assert.Contains($"[{string.Join(" · ", layer.Select(Layers.NameOf))}]", guide, StringComparison.Ordinal)
        );
    }

    [Fact]
    public void A_top_folder_is_a_namespace()
    {
        Assert.All(
            Sources,
            file =>
                Assert.Contains(
                    $"\nnamespace {NamespaceOf(file.Key, "src/MyCoach.Functions", "MyCoach")};",
                    "\n" + file.Value
                )
        );
        Assert.All(
            Repository.Files("tests", "*.cs"),
            file =>
                Assert.Contains(
                    $"\nnamespace {NamespaceOf(file, "tests", "MyCoach.Tests")};",
                    "\n" + Repository.Read(file)
                )
        );
    }

    [Fact]
    public void Tests_are_in_the_folders_of_what_they_test()
    {
        var folders = Sources.Keys.Select(file => file.Split('/')[2]).ToHashSet();

        Assert.All(
            Repository.Files("tests", "*.cs").Select(file => file.Split('/')).Where(parts => parts.Length > 2),
            parts => Assert.Contains(parts[1], folders.Union(FoldersOfTestsAlone))
        );
    }

    [Fact]
    public void Every_package_is_used()
    {
        var versions = XDocument.Parse(Repository.Read("Directory.Packages.props"));
        var used = ((string[])["src", "dev", "tests", "bench", "infra"])
            .SelectMany(folder => Repository.Files(folder, "*.csproj"))
            .SelectMany(project => XDocument.Parse(Repository.Read(project)).Descendants("PackageReference"))
            .Select(reference => (string?)reference.Attribute("Include"))
            .ToHashSet();

        Assert.All(
            versions
                .Descendants("ItemGroup")
                .Where(group =>
                    ((string?)group.Attribute("Label"))?.StartsWith("Pinned", StringComparison.Ordinal) != true
                )
                .Elements("PackageVersion"),
            version => Assert.Contains((string?)version.Attribute("Include"), used)
        );
    }

    [Theory]
    [InlineData("Microsoft.Azure.Functions.Worker", "[Function(")]
    [InlineData("Microsoft.Azure.Functions.Worker.Extensions.Http", "[HttpTrigger(")]
    [InlineData("Azure.Data.Tables", "TableServiceClient(")]
    [InlineData("Azure.Identity", "ManagedIdentityCredential(")]
    public void The_program_is_built_on_the_packages_of_Azure(string package, string use)
    {
        Assert.Contains(
            $"<PackageReference Include=\"{package}\" />",
            Repository.Read("src/MyCoach.Functions/MyCoach.Functions.csproj")
        );
        Assert.Contains(Sources.Values, source => source.Contains(use, StringComparison.Ordinal));
    }

    private static IEnumerable<string> FilesWith(Regex pattern) =>
        Sources.Where(file => pattern.IsMatch(file.Value)).Select(file => file.Key);

    private static int Lines(string text) => text.TrimEnd().Split('\n').Length;

    private static string NameOf(string file) => file.Split('/')[^1].Split('.')[0];

    private static string FolderOf(string file) => Layers.FolderOf(file, "src/MyCoach.Functions");

    private static string NamespaceOf(string file, string root, string rootNamespace) =>
        Layers.FolderOf(file, root) is { Length: > 0 } folder ? $"{rootNamespace}.{folder}" : rootNamespace;

    [GeneratedRegex(
        @"^\s*(?!//)[\w\s]*\b(?:class|record|struct|interface|enum)\s+(?:class\s+|struct\s+)?(?<name>[A-Z]\w*)",
        RegexOptions.Multiline
    )]
    private static partial Regex DeclaredType();

    [GeneratedRegex("[A-Z][a-z0-9]*")]
    private static partial Regex Words();

    // In identifiers too, where a word ends at an underscore or a capital letter.
    [GeneratedRegex(
        @"(?<![A-Za-z])(?:(?:[Tt]old|[Tt]ells|[Nn]obody|[Ww]hoever|[Ss]omebody|[Aa]nybody)(?![a-z])|(?<!there )is none\b|(?<!there )are none\b|no such thing|of its own|goes on\b|stands(?! for)\b|comes to\b|is to be had|one a user)"
    )]
    private static partial Regex OddWord();

    [GeneratedRegex("^.{161,}$", RegexOptions.Multiline)]
    private static partial Regex LongLine();

    [GeneratedRegex(
        @"catch\s*\(\s*(?:Azure\.)?RequestFailedException|catch\s*\([^)]*\)\s*when\s*\([^{]*\bis\s+RequestFailedException"
    )]
    private static partial Regex CatchOfStorageFault();

    [GeneratedRegex(@"\bDateTime(?:Offset)?\.(?:UtcNow|Now|Today)\b|\bStopwatch\b|\bEnvironment\.TickCount")]
    private static partial Regex StaticClock();

    [GeneratedRegex(@"\b(?:TODO|FIXME|HACK|XXX)\b")]
    private static partial Regex Unfinished();

    [GeneratedRegex(
        "^<?(?:ApiKey|AdminKey|PlainKey|Plaintext|PlaintextKey|Secret|WebhookSecret|Token)(?:>|$)",
        RegexOptions.IgnoreCase
    )]
    private static partial Regex SecretName();
}
