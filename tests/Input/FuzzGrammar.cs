using System.Text;

namespace MyCoach.Tests.Input;

/// <summary>Makes requests at random that are nearly right: what an attacker, or a client with a fault, might send.</summary>
internal sealed class FuzzGrammar(int seed)
{
    private static readonly string[] Values =
    [
        "anthropic",
        "openai",
        "coach",
        "talk",
        "202611-one",
        "2026-11",
        "2026-13",
        "2026-11-15",
        "0",
        "1",
        "500",
        "501",
        "-1",
        "1e9",
        "null",
        "true",
        "",
        " ",
        ".",
        "..",
        "...",
        "a b",
        "a/b",
        "a\\b",
        "a?b",
        "a#b",
        "a%b",
        "%00",
        "\u0000",
        "\u202e",
        "ä",
        "世界",
        "😀",
        "'",
        "\"",
        "' or '1' eq '1",
        "<script>",
        "${jndi:x}",
        "{{7*7}}",
        "=1+1",
        "../../etc/passwd",
        "..%2f..%2f",
        "*",
        "W/\"x\"",
        "\"x\"",
        "day",
        "model",
        "conversation",
        new('x', 129),
        new('x', 5_000),
    ];

    private static readonly string[] QueryNames =
    [
        "month",
        "from",
        "to",
        "groupBy",
        "limit",
        "cursor",
        "provider",
        "model",
        "conversationId",
        "stream",
        "after",
        "include[]",
        "beta",
        "$filter",
        "",
    ];

    private static readonly string[] HeaderNames =
    [
        "If-Match",
        "If-None-Match",
        "X-MyCoach-User",
        "X-MyCoach-Agent",
        "X-MyCoach-Conversation",
        "anthropic-beta",
        "anthropic-version",
        "x-api-key",
        "Idempotency-Key",
        "Accept",
        "Accept-Encoding",
        "Accept-Language",
        "Content-Encoding",
        "Origin",
        "Host",
        "Range",
        "Expect",
        "traceparent",
        "Cookie",
        "X-Forwarded-For",
        "X-Forwarded-Host",
        "X-HTTP-Method-Override",
        "X-MS-CLIENT-PRINCIPAL",
        "x-stainless-lang",
        "Transfer-Encoding",
    ];

    private static readonly string[] ContentTypes =
    [
        "application/json",
        "application/json; charset=utf-8",
        "application/json; charset=utf-16",
        "application/merge-patch+json",
        "text/plain",
        "a/b/c",
        "",
    ];

    private static readonly string[] Bodies =
    [
        """{"apiKey":"sk-ant-api03-good-key-0001"}""",
        """{"monthlyBudgetCents":100000,"defaultModel":"gpt-4o-mini","alertThresholds":[50,80],"allowUnpricedModels":true}""",
        """{"name":"Coach","preferredModel":"gpt-4o"}""",
        """{"id":"one","provider":"anthropic","model":"claude-haiku-4-5","inputTokens":1000,"outputTokens":500,"conversationId":"talk","agentId":"coach"}""",
        """{"events":[{"provider":"openai","model":"gpt-4o","inputTokens":1,"outputTokens":1},{"provider":"openai","model":"x","inputTokens":1,"outputTokens":1}]}""",
        """{"model":"gpt-4o-mini","messages":[{"role":"user","content":"Hi"}],"max_tokens":5,"n":2,"stream":true,"stream_options":null}""",
        """{"model":"default","input":[{"role":"user","content":[{"type":"input_text","text":"Hi"}]}],"tools":[{"type":"web_search"}],"max_tool_calls":1}""",
        """{"model":"claude-haiku-4-5","max_tokens":5,"system":[{"type":"text","text":"x","cache_control":{"type":"ephemeral","ttl":"1h"}}],"messages":[{"role":"user","content":"Hi"}]}""",
        """{"model":"text-embedding-3-small","input":[[1,2,3],[4]]}""",
    ];

    private static readonly string[] JsonPieces =
    [
        "null",
        "true",
        "0",
        "-1",
        "1e400",
        "9223372036854775808",
        "0.1",
        "\"\"",
        "\"x\"",
        "\"\\ud800\"",
        "\"\\u0000\"",
        "[]",
        "{}",
        "[[[[]]]]",
        "{\"a\":{\"a\":1}}",
        "NaN",
        "'x'",
        "\"2026-11-15T12:00:00Z\"",
        "[\"a\",1,null]",
        "{\"model\":1,\"model\":2}",
    ];

    private readonly Random random = new(seed);

    public bool Chance(int percent) => random.Next(100) < percent;

    public T Pick<T>(IReadOnlyList<T> all) => all[random.Next(all.Count)];

    public string Value() => Chance(10) ? Pick(Values) + Pick(Values) : Pick(Values);

    /// <param name="pattern">With the names of its parameters in braces.</param>
    public string Address(string pattern)
    {
        var path = new StringBuilder();
        foreach (var segment in pattern.Trim('/').Split('/'))
        {
            path.Append('/').Append(segment.StartsWith('{') || Chance(1) ? Segment() : segment);
        }
        return path.Append(Query()).ToString();
    }

    public IEnumerable<(string Name, string Value)> Headers() =>
        Enumerable.Range(0, random.Next(4)).Select(_ => (Pick(HeaderNames), Chance(70) ? Value() : Pick(ContentTypes)));

    public string ContentType() => Chance(80) ? ContentTypes[0] : Pick(ContentTypes);

    public byte[] Body()
    {
        var text = Pick(Bodies);
        for (var edits = random.Next(3); edits > 0; edits--)
        {
            text = Edit(text);
        }
        var bytes = Encoding.UTF8.GetBytes(text);
        if (bytes.Length > 0 && Chance(5))
        {
            bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
        }
        return bytes;
    }

    private string Segment() =>
        Chance(90) ? Uri.EscapeDataString(Value()) : Value().Replace("?", "", StringComparison.Ordinal).Replace("#", "", StringComparison.Ordinal);

    private string Query() =>
        Chance(60)
            ? ""
            : "?"
                + string.Join(
                    '&',
                    Enumerable.Range(0, 1 + random.Next(3)).Select(_ => $"{Uri.EscapeDataString(Pick(QueryNames))}={Uri.EscapeDataString(Value())}")
                );

    private string Edit(string text)
    {
        var at = random.Next(text.Length + 1);
        return random.Next(6) switch
        {
            0 => text[..at],
            1 => text.Insert(at, Pick(JsonPieces)),
            2 => new string('[', random.Next(200)) + text,
            3 => Replace(text, ':'),
            4 => text.Replace("}", $",\"{Pick(QueryNames)}\":{Pick(JsonPieces)}}}", StringComparison.Ordinal),
            _ => Pick(JsonPieces),
        };
    }

    // The value after one of the colons becomes another.
    private string Replace(string text, char before)
    {
        var places = Enumerable.Range(0, text.Length).Where(i => text[i] == before).ToArray();
        if (places.Length == 0)
        {
            return text;
        }
        var from = Pick(places) + 1;
        var to = text.IndexOfAny([',', '}', ']'], from);
        return to < 0 ? text : text[..from] + Pick(JsonPieces) + text[to..];
    }
}
