using MyCoach.Dev.Emulator.Billing;

namespace MyCoach.Dev.Emulator;

/// <summary>
/// What a key allows, which depends only on its text: <list type="bullet"> <item>a valid key starts with
/// <c>sk-ant-api03-</c> for Anthropic, and with <c>sk-</c> but not <c>sk-ant-</c> for OpenAI;</item> <item>any other
/// start, or the word <c>wrong</c> anywhere: 401 for every call;</item> <item>the word <c>restricted</c>: 403 for the
/// list of models; inference works;</item> <item>the word <c>nocredit</c>: listing models works; inference is out of
/// credit;</item> <item>admin keys start with <c>sk-ant-admin01-</c> or <c>sk-admin-</c>, read the bill of their
/// organisation and call no model; an Anthropic key with the word <c>orgwide</c> does both;</item> <item>the word
/// <c>noscope</c> in a key that reads bills: 403 for them; the word <c>usageonly</c>: only for the lists of projects and
/// keys.</item> </list>
/// </summary>
internal sealed class KeyVerdict
{
    private const int ShownAtStart = 8;
    private const int ShownAtEnd = 4;

    private KeyVerdict(string? key, bool hasValidPrefix, bool mayReadBill)
    {
        Key = key ?? "";
        IsValid = hasValidPrefix && !Mentions("wrong");
        MayListModels = !Mentions("restricted");
        HasCredit = !Mentions("nocredit");
        IsAdmin = BilledKey.StartsAsAdmin(Key);
        MayReadBill = mayReadBill && !Mentions("noscope");
        MayListKeys = MayReadBill && !Mentions("usageonly");
    }

    public string Key { get; }

    public bool IsMissing => Key.Length == 0;

    public bool IsValid { get; }

    public bool MayListModels { get; }

    public bool HasCredit { get; }

    public bool IsAdmin { get; }

    public bool MayReadBill { get; }

    public bool MayListKeys { get; }

    /// <summary>
    /// The key as OpenAI repeats it in a 401: a short key whole, the middle of a long key as asterisks.
    /// </summary>
    public string Echo =>
        Key.Length <= ShownAtStart + ShownAtEnd
            ? Key
            : Key[..ShownAtStart] + new string('*', Key.Length - ShownAtStart - ShownAtEnd) + Key[^ShownAtEnd..];

    /// <summary>
    /// Reads <c>x-api-key</c>, which curl and older SDKs send, or the bearer token, which the official .NET SDK sends.
    /// </summary>
    public static KeyVerdict OfAnthropic(HttpRequest request)
    {
        var key = request.Headers.TryGetValue("x-api-key", out var header) ? header.ToString() : BearerToken(request);
        var isAdmin = key?.StartsWith(BilledKey.AnthropicAdminPrefix, StringComparison.Ordinal) is true;
        return new KeyVerdict(
            key,
            isAdmin || key?.StartsWith("sk-ant-api03-", StringComparison.Ordinal) is true,
            isAdmin || key?.Contains("orgwide", StringComparison.Ordinal) is true
        );
    }

    public static KeyVerdict OfOpenAi(HttpRequest request)
    {
        var key = BearerToken(request);
        return new KeyVerdict(
            key,
            key is not null
                && key.StartsWith("sk-", StringComparison.Ordinal)
                && !key.StartsWith("sk-ant-", StringComparison.Ordinal),
            key?.StartsWith(BilledKey.OpenAiAdminPrefix, StringComparison.Ordinal) is true
        );
    }

    private static string? BearerToken(HttpRequest request)
    {
        const string scheme = "Bearer ";
        var header = request.Headers.Authorization.ToString();
        return header.StartsWith(scheme, StringComparison.OrdinalIgnoreCase) ? header[scheme.Length..].Trim() : null;
    }

    private bool Mentions(string word) => Key.Contains(word, StringComparison.OrdinalIgnoreCase);
}
