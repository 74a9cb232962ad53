using System.ComponentModel.DataAnnotations;
using MyCoach.Http;
using MyCoach.ProviderKeys;

namespace MyCoach.Billing;

/// <summary>A stored admin key, masked, with its organisation and how far its bills are read.</summary>
/// <param name="OrganizationId">As the provider names it; null if it does not say.</param>
/// <param name="Scope"><c>key</c>: bills are compared for your stored keys alone. <c>organisation</c>: for all use of the
/// organisation, because your stored key is not known among its keys.</param>
/// <param name="ScopeReason">Why the present stored key is not known among the organisation's: none is stored, the admin key
/// may not list keys, none of them looks like it, or several do. Null if it is known.</param>
/// <param name="ProviderKeyId">The provider's id of your stored key, as you named it; null if you named none.</param>
/// <param name="Keys">Which of the provider's keys your stored keys are or were.</param>
/// <param name="ReadThrough">The last day whose bill was read, in UTC; null before the first reading.</param>
/// <param name="LastError">Why the last reading failed; null if it did not.</param>
public sealed record BillingView(
    [property: ProviderName] string Provider,
    string MaskedKey,
    string? OrganizationId,
    string? OrganizationName,
    [property: AllowedValues(BillingView.KeyScope, BillingView.OrganisationScope)] string Scope,
    [property: AllowedValues(KeyMatch.NoStoredKey, KeyMatch.NotListed, KeyMatch.NotFound, KeyMatch.Ambiguous)]
        string? ScopeReason,
    string? ProviderKeyId,
    IReadOnlyList<BilledKeyView> Keys,
    DateOnly? ReadThrough,
    DateTimeOffset? LastReadAt,
    string? LastError,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt
)
{
    internal const string KeyScope = "key";
    internal const string OrganisationScope = "organisation";

    internal static BillingView Of(ProviderKey key, BillingAccount account) =>
        new(
            key.Provider.Id,
            key.MaskedKey,
            account.OrganizationId,
            account.OrganizationName,
            ScopeOf(account),
            account.Unlinked,
            account.NamedKeyId,
            [.. account.Links.Select(BilledKeyView.Of)],
            account.ReadThrough,
            account.LastReadAt,
            account.LastError,
            key.CreatedAt,
            key.UpdatedAt
        );

    internal static string ScopeOf(BillingAccount account) => account.Keys.AreCompared ? KeyScope : OrganisationScope;
}

/// <param name="KeyId">Your stored key, as <c>GET /api/keys</c> names it; null if an earlier release stored it.</param>
/// <param name="ProviderKeyId">The provider's id of it.</param>
/// <param name="Name">The provider's name of it; null if it has none.</param>
public sealed record BilledKeyView(string? KeyId, string ProviderKeyId, string? Name)
{
    internal static BilledKeyView Of(KeyLink link) =>
        new(link.KeyId.Length == 0 ? null : link.KeyId, link.ProviderKeyId, link.Name);
}

public sealed record BillingList(IReadOnlyList<BillingView> Billing);

/// <summary>What a reading of bills came to.</summary>
/// <param name="IsComplete">Whether all days that were due are read. Otherwise the timer continues.</param>
public sealed record BillingSyncView(BillingView Billing, bool IsComplete);

// A class, because a record's ToString would print the key. Members have set, not init: only then a JsonException says
// which type a member must have.
/// <summary>The admin key to store.</summary>
public sealed class BillingPut
{
    /// <summary>A key of your organisation that may read its usage and costs.</summary>
    [Required, StringLength(KeyFormat.MaxLength, MinimumLength = KeyFormat.MinLength)]
    public string? AdminKey { get; set; }

    /// <summary>The provider's id of the key that you store for calls, if it cannot be found by its first and last characters.</summary>
    [StringLength(MaxIdLength, MinimumLength = 1)]
    public string? ProviderKeyId { get; set; }

    private const int MaxIdLength = 128;
}
