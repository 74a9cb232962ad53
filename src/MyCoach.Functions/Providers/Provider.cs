using MyCoach.Hosting;

namespace MyCoach.Providers;

/// <summary>A model provider: its id in paths and rows, its address, and how it expects a key.</summary>
internal sealed record Provider(string Id, Uri DefaultBaseUrl, string AdminKeyPrefix, string InvalidKeyCode)
{
    public static readonly Provider Anthropic = new("anthropic", new Uri("https://api.anthropic.com"), "sk-ant-admin", "authentication_error");
    public static readonly Provider OpenAi = new("openai", new Uri("https://api.openai.com"), "sk-admin-", "invalid_api_key");
    public static readonly IReadOnlyList<Provider> All = [Anthropic, OpenAi];

    public static Provider? Find(string? id) => All.FirstOrDefault(provider => provider.Id == id);

    /// <summary>Adds the key to the header that this provider expects.</summary>
    public void Authorize(HttpRequestMessage request, string apiKey)
    {
        if (this == Anthropic)
        {
            request.Headers.Add("x-api-key", apiKey);
            if (!request.Headers.Contains("anthropic-version"))
            {
                request.Headers.Add("anthropic-version", "2023-06-01");
            }
        }
        else
        {
            request.Headers.Authorization = new("Bearer", apiKey);
        }
    }
}

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
        return Uri.TryCreate(configured.TrimEnd('/') + "/", UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
            ? uri
            : throw new SettingException($"Providers__{provider.Id}__BaseUrl", "must be an http or https address");
    }
}
