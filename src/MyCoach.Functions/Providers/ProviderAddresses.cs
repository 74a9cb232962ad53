using MyCoach.Hosting;

namespace MyCoach.Providers;

/// <summary>The address of each provider: its own, or the configured address of an emulator.</summary>
internal sealed class ProviderAddresses
{
    private readonly Dictionary<Provider, Uri> baseUrls;

    public ProviderAddresses(IConfiguration configuration) =>
        baseUrls = Provider.All.ToDictionary(
            provider => provider,
            provider => BaseUrlOf(provider, configuration[$"Providers:{provider.Id}:BaseUrl"])
        );

    /// <param name="path">A path without a leading slash, such as <c>v1/models</c>.</param>
    public Uri Of(Provider provider, string path) => new(baseUrls[provider], path);

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
