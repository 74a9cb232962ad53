using MyCoach.Providers;

namespace MyCoach.ProviderKeys;

/// <summary>
/// Recognises keys that a provider must not see: those of others, and admin keys. Only what is certain by its form is
/// refused; anything else the provider decides.
/// </summary>
internal static class MisplacedKey
{
    // The form of a JSON Web Token, such as the caller's own.
    private const string TokenPrefix = "eyJ";

    private static readonly (string Prefix, string Owner)[] Others =
    [
        ("sk-or-", "OpenRouter"),
        ("AIza", "Google"),
        ("gsk_", "Groq"),
        ("xai-", "xAI"),
        ("pplx-", "Perplexity"),
        ("hf_", "Hugging Face"),
        ("ghp_", "GitHub"),
        ("github_pat_", "GitHub"),
    ];

    /// <summary>Why the key must not be sent to the provider; null if it may be.</summary>
    public static string? FindFault(Provider provider, string apiKey, KeyPurpose purpose)
    {
        if (
            purpose == KeyPurpose.Calls
            && Provider.All.FirstOrDefault(owner => StartsWith(owner.AdminKeyPrefix)) is { } organisation
        )
        {
            return $"is an organisation admin key of {organisation.Id}, which has more permissions than model calls need; "
                + $"use a regular key, and store the admin key with PUT /api/billing/{organisation.Id} to compare bills";
        }
        if (StartsWith(TokenPrefix))
        {
            return $"is a token, not a key; create a key at {provider.Id}";
        }
        if (Others.FirstOrDefault(other => StartsWith(other.Prefix)) is { Owner: { } foreign })
        {
            return $"looks like a key of {foreign}; MyCoach stores keys of anthropic and openai";
        }
        return OwnerOf(apiKey) is { } owner && owner != provider
            ? $"looks like a key of {owner.Id}; store it with PUT /api/{(purpose == KeyPurpose.Calls ? "keys" : "billing")}/{owner.Id}"
            : null;

        bool StartsWith(string prefix) => apiKey.StartsWith(prefix, StringComparison.OrdinalIgnoreCase);
    }

    // Anthropic's prefix begins with OpenAI's. It counts anywhere: a key may be pasted with its name, or in quotation marks.
    private static Provider? OwnerOf(string apiKey) =>
        apiKey.Contains(Provider.Anthropic.KeyPrefix, StringComparison.OrdinalIgnoreCase) ? Provider.Anthropic
        : apiKey.StartsWith(Provider.OpenAi.KeyPrefix, StringComparison.OrdinalIgnoreCase) ? Provider.OpenAi
        : null;
}
