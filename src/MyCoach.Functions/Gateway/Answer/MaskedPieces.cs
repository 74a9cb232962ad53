namespace MyCoach.Gateway;

/// <summary>
/// Masks the provider key in a text that arrives in pieces. Holds back the end of a piece only while it may be the
/// beginning of the key. All other bytes pass at once and unchanged.
/// </summary>
internal sealed class MaskedPieces(KeyMask mask)
{
    private byte[] held = [];

    public bool HasFoundKey { get; private set; }

    public bool IsHolding => held.Length > 0;

    /// <summary>Takes the next piece and returns what may pass now.</summary>
    public ReadOnlySpan<byte> Take(ReadOnlySpan<byte> piece)
    {
        var text = IsHolding ? (byte[])[.. held, .. piece] : piece;
        if (mask.Mask(text) is { } masked)
        {
            HasFoundKey = true;
            text = masked;
        }
        var passed = text.Length - mask.CountBeginning(text);
        held = text[passed..].ToArray();
        return text[..passed];
    }

    /// <summary>What is held at the end of the text.</summary>
    public ReadOnlySpan<byte> TakeRest()
    {
        var rest = held;
        held = [];
        return rest;
    }
}
