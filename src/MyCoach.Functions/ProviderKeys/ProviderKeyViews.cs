using System.ComponentModel.DataAnnotations;
using MyCoach.Http;
using MyCoach.Providers;

namespace MyCoach.ProviderKeys;

/// <summary>
/// A stored key as shown to its owner. <c>status</c> says what it is worth, such as <c>unverified</c> before a check;
/// <c>isValid</c> is true unless the provider refused the key. <c>keyId</c> names the key in usage, also after another one has replaced it; null if an
/// earlier release stored it. No response contains the key itself.
/// </summary>
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
    string? Region,
    string? KeyId
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
            key.Account.Region,
            key.KeyId
        );
}

public sealed record ProviderKeyList(IReadOnlyList<ProviderKeyView> Keys);

// A class, because a record's ToString would print the key. Members have set, not init: only then a JsonException says
// which type a member must have.
/// <summary>The key to store.</summary>
public sealed class ProviderKeyPut
{
    [Required, StringLength(KeyFormat.MaxLength, MinimumLength = KeyFormat.MinLength)]
    public string? ApiKey { get; set; }

    /// <summary>The OpenAI organization that calls with this key are made for, such as org-…</summary>
    [StringLength(KeyAccount.MaxLength)]
    public string? Organization { get; set; }

    /// <summary>The OpenAI project that calls with this key are made for, such as proj_…</summary>
    [StringLength(KeyAccount.MaxLength)]
    public string? Project { get; set; }

    /// <summary>The region of the OpenAI project, such as eu: calls go to eu.api.openai.com.</summary>
    [StringLength(KeyAccount.MaxLength)]
    public string? Region { get; set; }

    internal KeyAccount Account => new(Organization, Project, Region);
}
