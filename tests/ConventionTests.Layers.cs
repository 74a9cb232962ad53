using MyCoach.Tests.Support;

namespace MyCoach.Tests;

/// <summary>Layers, folders and namespaces.</summary>
public sealed partial class ConventionTests
{
    // Folders of tests that mirror no folder of the program: what tests share, the development run, and bad input,
    // which every endpoint meets alike.
    private static readonly string[] FoldersOfTestsAlone = ["Support", "Dev", "Input", "Clients"];

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

    private static string FolderOf(string file) => Layers.FolderOf(file, "src/MyCoach.Functions");

    private static string NamespaceOf(string file, string root, string rootNamespace) =>
        Layers.FolderOf(file, root) is { Length: > 0 } folder ? $"{rootNamespace}.{folder}" : rootNamespace;
}
