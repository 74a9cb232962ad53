using System.Collections.Frozen;
using System.Reflection;

namespace MyCoach.Web;

/// <summary>The files of the page, which are embedded in the program with their compressed forms.</summary>
internal sealed class PageFiles
{
    /// <summary>The folder of the files whose names contain a hash of their content.</summary>
    public const string Assets = "assets/";

    private const string Prefix = "page/";
    private const string Start = "index.html";

    // Ids of usage events may contain dots.
    private const string EventAddresses = "usage/";

    // The smallest first.
    private static readonly (string Extension, string? ContentEncoding)[] Forms =
    [
        (".br", "br"),
        (".gz", "gzip"),
        ("", null),
    ];

    private readonly FrozenDictionary<string, PageFile> files = Read();

    /// <summary>
    /// The file of this path. A path that names no file is the address of a view, which the first file shows. Null if
    /// there is no such file.
    /// </summary>
    public PageFile? Find(PathString path)
    {
        var name = path.Value?.TrimStart('/') ?? "";
        return files.GetValueOrDefault(name) ?? (NamesFile(name) ? null : files[Start]);
    }

    private static bool NamesFile(string name) =>
        name.StartsWith(Assets, StringComparison.Ordinal)
        || (Path.HasExtension(name) && !name.StartsWith(EventAddresses, StringComparison.Ordinal));

    private static FrozenDictionary<string, PageFile> Read()
    {
        var resources = Assembly
            .GetExecutingAssembly()
            .GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .ToHashSet(StringComparer.Ordinal);
        return resources
            .Where(resource => !IsCompressed(resource))
            .Select(resource => resource[Prefix.Length..])
            .ToFrozenDictionary(name => name, name => new PageFile(name, FormsOf(Prefix + name, resources)));
    }

    private static PageFileForm[] FormsOf(string resource, HashSet<string> resources) =>
        [
            .. Forms
                .Where(form => resources.Contains(resource + form.Extension))
                .Select(form => new PageFileForm(resource + form.Extension, form.ContentEncoding)),
        ];

    private static bool IsCompressed(string resource) =>
        Forms.Any(form =>
            form.ContentEncoding is not null && resource.EndsWith(form.Extension, StringComparison.Ordinal)
        );
}
