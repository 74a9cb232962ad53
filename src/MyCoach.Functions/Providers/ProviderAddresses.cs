using MyCoach.Hosting;

namespace MyCoach.Providers;

/// <summary>
/// The address of each provider: its own, that of a region, or the configured address of an emulator or a proxy, which
/// has no regions.
/// </summary>
internal sealed class ProviderAddresses
{
    private readonly Dictionary<Provider, Uri> baseUrls;

    public ProviderAddresses(IConfiguration configuration) =>
        baseUrls = Provider.All.ToDictionary(
            provider => provider,
            provider => BaseUrlOf(provider, configuration[$"Providers:{provider.Id}:BaseUrl"])
        );

    public bool HasRegions(Provider provider) =>
        provider == Provider.OpenAi && baseUrls[provider] == provider.DefaultBaseUrl;

    /// <summary>
    /// The provider's address for calls with a key of this account. A region that is not known does not choose a host:
    /// the key would go there.
    /// </summary>
    public Uri Of(Provider provider, KeyAccount account) =>
        account.Region is { } region && KeyAccount.Regions.Contains(region) && HasRegions(provider)
            ? new Uri($"https://{region}.{provider.DefaultBaseUrl.Host}")
            : baseUrls[provider];

    private static Uri BaseUrlOf(Provider provider, string? configured)
    {
        if (string.IsNullOrEmpty(configured))
        {
            return provider.DefaultBaseUrl;
        }
        // Without a trailing slash, a relative path would replace the last segment instead of extending the path.
        return
            Uri.TryCreate(configured.TrimEnd('/') + "/", UriKind.Absolute, out var uri)
            && uri.Scheme is "http" or "https"
            ? uri
            : throw new SettingException($"Providers__{provider.Id}__BaseUrl", "must be an http or https address");
    }
}
