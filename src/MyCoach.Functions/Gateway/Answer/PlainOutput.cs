namespace MyCoach.Gateway;

/// <summary>Sends an answer that is not compressed: each piece at once.</summary>
internal sealed class PlainOutput(HttpResponse response, KeyMask mask) : ClientOutput(response)
{
    private readonly MaskedPieces pieces = new(mask);

    public override void Write(ReadOnlySpan<byte> bytes) => Pass(pieces.Take(bytes));

    public override void End() => Pass(pieces.TakeRest());
}
