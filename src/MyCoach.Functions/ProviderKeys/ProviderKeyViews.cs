using System.ComponentModel.DataAnnotations;
using MyCoach.Providers;

namespace MyCoach.ProviderKeys;

/// <summary>A stored key as shown to its owner. No response contains the key itself.</summary>
public sealed record ProviderKeyView(
    string Provider,
    string MaskedKey,
    bool IsValid,
    string Status,
    DateTimeOffset? LastValidatedAt,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt
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
            key.UpdatedAt
        );
}

public sealed record ProviderKeyList(IReadOnlyList<ProviderKeyView> Keys);

// A class, because a record's ToString would print the key.
/// <summary>The key to store.</summary>
public sealed class ProviderKeyPut
{
    [Required, StringLength(ApiKeyFormat.MaxLength, MinimumLength = ApiKeyFormat.MinLength)]
    public string? ApiKey { get; init; }
}
