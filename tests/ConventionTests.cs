using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using MyCoach.Tests.Support;

namespace MyCoach.Tests;

/// <summary>What a reader of the sources may rely on. A convention that is not tested is a wish.</summary>
public sealed partial class ConventionTests
{
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

    [GeneratedRegex(
        @"^\s*(?!//)[\w\s]*\b(?:class|record|struct|interface|enum)\s+(?:class\s+|struct\s+)?(?<name>[A-Z]\w*)",
        RegexOptions.Multiline
    )]
    private static partial Regex DeclaredType();

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
