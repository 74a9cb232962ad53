using MyCoach.Providers;

namespace MyCoach.ProviderKeys;

internal static class ApiKeyFormat
{
    /// <summary>Why a key cannot be stored; null if its format is acceptable.</summary>
    public static string? FindFault(Provider provider, string? apiKey)
    {
        if (apiKey is not { Length: >= 8 and <= 512 } || !apiKey.All(character => character is > ' ' and <= '~'))
        {
            return "must be 8 to 512 visible ASCII characters";
        }
        return apiKey.StartsWith(provider.AdminKeyPrefix, StringComparison.Ordinal)
            ? "is an organisation admin key, which has more permissions than model calls need; use a regular key"
            : null;
    }
}
