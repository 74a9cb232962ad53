using MyCoach.Storage;

namespace MyCoach.Billing;

/// <summary>A stored key, and the provider's id of it.</summary>
/// <param name="KeyId">As <c>GET /api/keys</c> names it; empty for a key that an earlier release stored.</param>
/// <param name="Name">The provider's name of the key.</param>
internal sealed record KeyLink(string KeyId, string ProviderKeyId, string? Name)
{
    /// <summary>The id of the organisation; null if the provider does not name it.</summary>
    public string? Organization { get; init; }

    /// <summary>How many stored keys are remembered. Each replacement of a key makes one.</summary>
    public const int Max = 100;

    private const int MaxNameLength = 64;

    /// <summary>Whether the provider's name of the key is known, and is this one.</summary>
    public bool IsNamed(string name) => Name is not null && Shorten(Name) == Shorten(name);

    public static string Write(IEnumerable<KeyLink> links) =>
        string.Join(
            ';',
            links.Select(link =>
                $"{link.KeyId}:{KeyEncoding.Encode(link.ProviderKeyId)}:{KeyEncoding.Encode(Shorten(link.Name ?? ""))}"
                + $":{KeyEncoding.Encode(link.Organization ?? "")}"
            )
        );

    public static IReadOnlyList<KeyLink> Read(string? column) =>
        string.IsNullOrEmpty(column)
            ? []
            :
            [
                .. column
                    .Split(';')
                    .Select(link => link.Split(':'))
                    .Select(parts => new KeyLink(parts[0], KeyEncoding.Decode(parts[1]), TextOf(parts[2]))
                    {
                        // An earlier release stored none.
                        Organization = TextOf(parts.ElementAtOrDefault(3)),
                    }),
            ];

    private static string? TextOf(string? part) => string.IsNullOrEmpty(part) ? null : KeyEncoding.Decode(part);

    private static string Shorten(string name) => name.Length <= MaxNameLength ? name : name[..MaxNameLength];
}
