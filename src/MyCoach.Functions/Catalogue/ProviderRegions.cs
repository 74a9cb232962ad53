using MyCoach.Providers;

namespace MyCoach.Catalogue;

/// <summary>
/// Where the configured address of a provider processes calls: OpenAI charges more for processing in a region, which is
/// the first part of a regional address, such as <c>eu.api.openai.com</c>
/// (developers.openai.com/api/docs/guides/data-residency).
/// </summary>
internal sealed class ProviderRegions(ProviderAddresses addresses)
{
    private const string GlobalHost = ".api.openai.com";

    private readonly string? openAi = RegionOf(addresses.Of(Provider.OpenAi, "").IdnHost);

    /// <summary>Null for an address that is not regional.</summary>
    public string? Of(Provider provider) => provider == Provider.OpenAi ? openAi : null;

    private static string? RegionOf(string host) =>
        host.EndsWith(GlobalHost, StringComparison.OrdinalIgnoreCase)
            ? host[..^GlobalHost.Length].ToLowerInvariant()
            : null;
}
