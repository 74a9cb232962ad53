namespace MyCoach.Catalogue;

/// <summary>
/// Where a provider's address processes calls: OpenAI charges more for processing in a region, which is the first part of
/// a regional address, such as <c>eu.api.openai.com</c> (developers.openai.com/api/docs/guides/data-residency).
/// </summary>
internal static class ProviderRegion
{
    private const string GlobalHost = ".api.openai.com";

    /// <summary>Null for an address that is not regional.</summary>
    public static string? Of(Uri address) =>
        address.IdnHost.EndsWith(GlobalHost, StringComparison.OrdinalIgnoreCase)
            ? address.IdnHost[..^GlobalHost.Length].ToLowerInvariant()
            : null;
}
