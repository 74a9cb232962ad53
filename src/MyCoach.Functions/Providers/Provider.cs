namespace MyCoach.Providers;

/// <summary>A model provider: its id in paths and rows, its address, and how it expects a key.</summary>
internal sealed record Provider(
    string Id,
    Uri DefaultBaseUrl,
    string KeyPrefix,
    string AdminKeyPrefix,
    string InvalidKeyCode
)
{
    public static readonly Provider Anthropic = new(
        "anthropic",
        new Uri("https://api.anthropic.com"),
        "sk-ant-",
        "sk-ant-admin",
        "authentication_error"
    );
    public static readonly Provider OpenAi = new(
        "openai",
        new Uri("https://api.openai.com"),
        "sk-",
        "sk-admin-",
        "invalid_api_key"
    );
    public static readonly IReadOnlyList<Provider> All = [Anthropic, OpenAi];

    public static Provider? Find(string? id) => All.FirstOrDefault(provider => provider.Id == id);

    /// <summary>Adds the key to the header that this provider expects, and what selects its account.</summary>
    public void Authorize(HttpRequestMessage request, string apiKey, KeyAccount account)
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
            account.Select(request);
        }
    }
}
