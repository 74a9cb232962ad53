using System.Text;
using static MyCoach.Tests.Input.FuzzVocabulary;

namespace MyCoach.Tests.Input;

/// <summary>
/// Makes requests at random that are nearly right: what an attacker, or a client with a fault, might send.
/// </summary>
internal sealed class FuzzGrammar(int seed)
{
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
        Chance(90)
            ? Uri.EscapeDataString(Value())
            : Value().Replace("?", "", StringComparison.Ordinal).Replace("#", "", StringComparison.Ordinal);

    private string Query() =>
        Chance(60)
            ? ""
            : "?"
                + string.Join(
                    '&',
                    Enumerable
                        .Range(0, 1 + random.Next(3))
                        .Select(_ => $"{Uri.EscapeDataString(Pick(QueryNames))}={Uri.EscapeDataString(Value())}")
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
