using System.ComponentModel.DataAnnotations;
using MyCoach.Http;
using MyCoach.Providers;

namespace MyCoach.ProviderKeys;

/// <summary>A stored key as shown to its owner. No response contains the key itself.</summary>
public sealed record ProviderKeyView(
    [property: ProviderName] string Provider,
    string MaskedKey,
    bool IsValid,
    [property: AllowedValues("valid", "restricted", "no_credit", "invalid", "unverified")] string Status,
    DateTimeOffset? LastValidatedAt,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt,
    string? Organization,
    string? Project,
    string? Region
)
{
    internal static ProviderKeyView Of(ProviderKey key) =>
        new(
            key.Provider.Id,
            key.MaskedKey,
            key.IsUsable,
            key.Status.Name(),
            key.LastValidatedAt,
            key.CreatedAt,
            key.UpdatedAt,
            key.Account.Organization,
            key.Account.Project,
            key.Account.Region
        );
}

public sealed record ProviderKeyList(IReadOnlyList<ProviderKeyView> Keys);

// A class, because a record's ToString would print the key.
/// <summary>The key to store.</summary>
public sealed class ProviderKeyPut
{
    [Required, StringLength(KeyFormat.MaxLength, MinimumLength = KeyFormat.MinLength)]
    public string? ApiKey { get; init; }

    /// <summary>The OpenAI organization that calls with this key are made for, such as org-…</summary>
    [StringLength(KeyAccount.MaxLength)]
    public string? Organization { get; init; }

    /// <summary>The OpenAI project that calls with this key are made for, such as proj_…</summary>
    [StringLength(KeyAccount.MaxLength)]
    public string? Project { get; init; }

    /// <summary>The region of the OpenAI project, such as eu: calls go to eu.api.openai.com.</summary>
    [StringLength(KeyAccount.MaxLength)]
    public string? Region { get; init; }

    internal KeyAccount Account => new(Organization, Project, Region);
}
