using MyCoach.Providers;

namespace MyCoach.ProviderKeys;

internal static class ApiKeyFormat
{
    public const int MinLength = 8;
    public const int MaxLength = 512;

    /// <summary>Why a key cannot be stored; null if its format is acceptable.</summary>
    public static string? FindFault(Provider provider, string? apiKey)
    {
        if (
            apiKey is not { Length: >= MinLength and <= MaxLength }
            || !apiKey.All(character => character is > ' ' and <= '~')
        )
        {
            return $"must be {MinLength} to {MaxLength} visible ASCII characters";
        }
        return apiKey.StartsWith(provider.AdminKeyPrefix, StringComparison.Ordinal)
            ? "is an organisation admin key, which has more permissions than model calls need; use a regular key"
            : null;
    }
}
