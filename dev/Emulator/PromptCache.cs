using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace MyCoach.Dev.Emulator;

/// <summary>
/// Prompt tokens in the three kinds that are billed separately. Anthropic reports each kind; OpenAI reports the sum and the cached parts.
/// </summary>
internal sealed record EmulatedUsage(long Fresh, long CacheWritten, long CacheRead, long Output, bool IsCachedForAnHour)
{
    public long Prompt => Fresh + CacheWritten + CacheRead;

    public long Total => Prompt + Output;
}

/// <summary>Remembers the cacheable prompts of each key and model. Entries do not expire.</summary>
internal sealed class PromptCache
{
    private readonly ConcurrentDictionary<string, byte> seen = new();

    public EmulatedUsage Account(KeyVerdict key, string model, Prompt prompt, EmulatedAnswer answer)
    {
        var cacheable = prompt.CacheableText;
        var cached = Prompt.TokensOf(cacheable);
        var isNew = cached > 0 && seen.TryAdd(Fingerprint(key.Key, model, cacheable), 0);
        return new EmulatedUsage(
            Fresh: prompt.Tokens - cached,
            CacheWritten: isNew ? cached : 0,
            CacheRead: isNew ? 0 : cached,
            Output: answer.Tokens,
            prompt.IsCachedForAnHour
        );
    }

    private static string Fingerprint(string key, string model, string text) =>
        Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes($"{key}\n{model}\n{text}")));
}
