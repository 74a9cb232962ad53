namespace MyCoach.Dev.Emulator;

/// <summary>
/// What a key may do, judged by its text alone:
/// <list type="bullet">
/// <item>right: <c>sk-ant-api03-…</c> for Anthropic; <c>sk-…</c> but not <c>sk-ant-…</c> for OpenAI;</item>
/// <item>any other beginning, or the word <c>wrong</c> anywhere: 401 on everything;</item>
/// <item>the word <c>restricted</c>: 403 on the models, good for inference;</item>
/// <item>the word <c>nocredit</c>: good for the models, out of credit for inference.</item>
/// </list>
/// </summary>
internal sealed class KeyVerdict
{
    private const int ShownAtStart = 8;
    private const int ShownAtEnd = 4;

    private KeyVerdict(string? key, bool hasRightPrefix)
    {
        Key = key ?? "";
        IsRight = hasRightPrefix && !Mentions("wrong");
        MayListModels = !Mentions("restricted");
        HasCredit = !Mentions("nocredit");
    }

    public string Key { get; }

    public bool IsMissing => Key.Length == 0;

    public bool IsRight { get; }

    public bool MayListModels { get; }

    public bool HasCredit { get; }

    /// <summary>The key as OpenAI repeats it in its 401: a short one whole, a long one with the middle starred out.</summary>
    public string Echo =>
        Key.Length <= ShownAtStart + ShownAtEnd
            ? Key
            : Key[..ShownAtStart] + new string('*', Key.Length - ShownAtStart - ShownAtEnd) + Key[^ShownAtEnd..];

    /// <summary>From <c>x-api-key</c> as in curl and the older SDKs, or from the bearer token that the official .NET SDK sends.</summary>
    public static KeyVerdict OfAnthropic(HttpRequest request)
    {
        var key = request.Headers.TryGetValue("x-api-key", out var header) ? header.ToString() : BearerToken(request);
        return new KeyVerdict(key, key?.StartsWith("sk-ant-api03-", StringComparison.Ordinal) is true);
    }

    public static KeyVerdict OfOpenAi(HttpRequest request)
    {
        var key = BearerToken(request);
        return new KeyVerdict(
            key,
            key is not null && key.StartsWith("sk-", StringComparison.Ordinal) && !key.StartsWith("sk-ant-", StringComparison.Ordinal)
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
