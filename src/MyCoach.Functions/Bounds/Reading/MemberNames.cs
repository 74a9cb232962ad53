using System.Text.Json;
using MyCoach.Metering;

namespace MyCoach.Bounds;

/// <summary>
/// The member names of the objects that are open at one place of a body, to find duplicates. Keeps positions in the
/// body instead of texts.
/// </summary>
internal sealed class MemberNames(ReadOnlyMemory<byte> body) : IComparer<MemberNames.Name>
{
    /// <summary>Of all open objects together. No real request comes near, and it bounds the memory.</summary>
    public const int MaxOpen = 100_000;

    // Up to this many names, comparing each new one with all others is fastest. More are sorted at the object's end.
    private const int Few = 16;

    private readonly int[] begins = new int[JsonCursor.MaxDepth + 1];
    private Name[] open = new Name[32];
    private int depth;
    private int count;

    public void Enter() => begins[depth++] = count;

    /// <param name="start">Where the name begins, after its quotation mark.</param>
    /// <exception cref="JsonException">The object has the name already, or too many names are open.</exception>
    /// <exception cref="InvalidOperationException">The name has an unpaired surrogate.</exception>
    public void Add(int start, int length, bool isEscaped)
    {
        var name = new Name(start, length, isEscaped);
        name = name with { Hash = HashOf(TextOf(name)) };
        var first = begins[depth - 1];
        if (count - first < Few)
        {
            foreach (var other in open.AsSpan(first..count))
            {
                ThrowIfSame(name, other);
            }
        }
        if (count == open.Length)
        {
            Array.Resize(
                ref open,
                count == MaxOpen ? throw new JsonException("Too many members.") : Math.Min(2 * count, MaxOpen)
            );
        }
        open[count++] = name;
    }

    /// <exception cref="JsonException">The object has a name twice.</exception>
    public void Leave()
    {
        var names = open.AsSpan(begins[--depth]..count);
        count = begins[depth];
        if (names.Length > Few)
        {
            names.Sort(this);
            for (var at = 1; at < names.Length; at++)
            {
                ThrowIfSame(names[at - 1], names[at]);
            }
        }
    }

    int IComparer<Name>.Compare(Name one, Name other) =>
        one.Hash != other.Hash ? one.Hash.CompareTo(other.Hash) : TextOf(one).SequenceCompareTo(TextOf(other));

    private void ThrowIfSame(Name one, Name other)
    {
        if (one.Hash == other.Hash && TextOf(one).SequenceEqual(TextOf(other)))
        {
            throw new JsonException("A member occurs twice.");
        }
    }

    private ReadOnlySpan<byte> TextOf(Name name)
    {
        var raw = body.Span.Slice(name.Start, name.Length);
        return name.IsEscaped ? JsonText.Unescape(body.Span.Slice(name.Start - 1, name.Length + 2)) : raw;
    }

    private static int HashOf(ReadOnlySpan<byte> text)
    {
        HashCode hash = default;
        hash.AddBytes(text);
        return hash.ToHashCode();
    }

    internal readonly record struct Name(int Start, int Length, bool IsEscaped)
    {
        public int Hash { get; init; }
    }
}
