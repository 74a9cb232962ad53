namespace MyCoach.Billing;

/// <summary>The keys of one organisation that the user's stored keys are or were.</summary>
internal sealed record KnownKeys(IReadOnlyList<KeyLink> Links)
{
    /// <summary>
    /// Whether bills are compared for the stored keys that are known, and not for all use of the organisation. One known
    /// key is enough, so that a new key that is not found yet changes nothing for the earlier ones.
    /// </summary>
    public bool AreCompared => Links.Count > 0;

    /// <summary>The provider's id of the only key; null if several are known, or none.</summary>
    public string? OnlyId => OnlyOf(Links);

    /// <summary>The provider's id of a stored key; null if it is not known.</summary>
    public string? IdOf(string? keyId) => Links.FirstOrDefault(link => link.KeyId == keyId)?.ProviderKeyId;

    /// <summary>The provider's id of the key with a name; null if none or several are known.</summary>
    public string? IdOfName(string name) => OnlyOf(Links.Where(link => link.IsNamed(name)));

    public bool Has(string? providerKeyId) => Links.Any(link => link.ProviderKeyId == providerKeyId);

    private static string? OnlyOf(IEnumerable<KeyLink> links) =>
        links.Select(link => link.ProviderKeyId).Distinct().ToArray() is [var only] ? only : null;
}
