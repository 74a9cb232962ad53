using System.Text.Json;

namespace MyCoach.Metering;

/// <summary>
/// Feeds JSON that arrives in pieces to a reader. Keeps only the current incomplete token, and of a long string only its
/// length, so that no answer can take much memory.
/// </summary>
internal sealed class JsonFeed(AnswerReader reader)
{
    private static readonly JsonReaderOptions Options = new() { MaxDepth = AnswerReader.MaxDepth };

    private byte[] buffer = [];
    private int restLength;
    private JsonReaderState state = new(Options);
    private int nextParseLength;
    private bool isBroken;
    private bool isInLongText;
    private bool isEscaped;
    private long skipped;

    /// <summary>Before the next JSON value.</summary>
    public void Begin()
    {
        reader.Begin();
        restLength = 0;
        state = new JsonReaderState(Options);
        (nextParseLength, isBroken, isInLongText) = (0, false, false);
    }

    public void Add(ReadOnlySpan<byte> bytes)
    {
        if (isInLongText)
        {
            bytes = SkipText(bytes);
        }
        if (isBroken || bytes.IsEmpty)
        {
            return;
        }
        if (restLength == 0)
        {
            Keep(bytes[Read(bytes, isFinal: false)..]);
            nextParseLength = 0;
        }
        else
        {
            Keep(bytes);
            // Parse an incomplete token again only after the buffer has doubled, so that long tokens take linear time.
            if (restLength >= Math.Min(nextParseLength, AnswerReader.MaxTextBytes))
            {
                ReadRest(isFinal: false);
            }
        }
        if (restLength > AnswerReader.MaxTextBytes)
        {
            ShortenRest();
        }
    }

    /// <summary>Reads what has arrived since the last parse, which may be incomplete.</summary>
    public void Flush() => ReadRest(isFinal: false);

    /// <summary>Ends the value. False if it is malformed or incomplete.</summary>
    public bool TryEnd()
    {
        ReadRest(isFinal: true);
        return !isBroken && !isInLongText;
    }

    private ReadOnlySpan<byte> Rest => buffer.AsSpan(0, restLength);

    private void ReadRest(bool isFinal)
    {
        var read = isBroken || isInLongText ? 0 : Read(Rest, isFinal);
        restLength -= read;
        buffer.AsSpan(read, restLength).CopyTo(buffer);
        nextParseLength = 2 * restLength;
    }

    private int Read(ReadOnlySpan<byte> bytes, bool isFinal)
    {
        try
        {
            var json = new Utf8JsonReader(bytes, isFinal, state);
            reader.Read(ref json);
            state = json.CurrentState;
            return (int)json.BytesConsumed;
        }
        catch (Exception fault) when (JsonText.IsMalformedInput(fault))
        {
            isBroken = true;
            return bytes.Length;
        }
    }

    // The rest is one incomplete token, after white space and perhaps a comma.
    private void ShortenRest()
    {
        var text = Rest.TrimStart(" \t\r\n"u8);
        var comma = text.StartsWith(","u8) ? text[..1] : default;
        text = text[comma.Length..].TrimStart(" \t\r\n"u8);
        if (text.StartsWith("\""u8) && text.Length - 1 > AnswerReader.MaxTextBytes)
        {
            (isInLongText, isEscaped, skipped) = (true, false, 0);
            SkipText(text[1..]);
            // A text that has ended is a name whose colon is missing.
            isBroken = !isInLongText;
            text = "\""u8;
        }
        isBroken |= !text.StartsWith("\""u8) && text.Length > AnswerReader.MaxTextBytes;
        var shortened = (byte[])[.. comma, .. text];
        restLength = 0;
        Keep(shortened);
    }

    private ReadOnlySpan<byte> SkipText(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var length = isEscaped ? 1 : bytes.IndexOfAny((byte)'"', (byte)'\\');
            if (!isEscaped && length >= 0 && bytes[length] == '"')
            {
                skipped += length;
                reader.SkipText(skipped);
                Keep("\""u8);
                isInLongText = false;
                nextParseLength = 0;
                return bytes[(length + 1)..];
            }
            isEscaped = !isEscaped && length >= 0;
            length =
                length < 0 ? bytes.Length
                : isEscaped ? length + 1
                : length;
            skipped += length;
            bytes = bytes[length..];
        }
        return bytes;
    }

    private void Keep(ReadOnlySpan<byte> bytes)
    {
        if (restLength + bytes.Length > buffer.Length)
        {
            Array.Resize(ref buffer, Math.Max(restLength + bytes.Length, 2 * buffer.Length));
        }
        bytes.CopyTo(buffer.AsSpan(restLength));
        restLength += bytes.Length;
    }
}
