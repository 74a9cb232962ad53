using MyCoach.Http;

namespace MyCoach.Gateway;

/// <summary>The bytes of a call's body. They can be long, so they are let go as soon as the provider has them.</summary>
internal sealed class ReceivedBody(ReadOnlyMemory<byte> bytes, MemoryShare share)
{
    public int Length { get; } = bytes.Length;

    /// <summary>Empty after the release.</summary>
    public ReadOnlyMemory<byte> Bytes { get; private set; } = bytes;

    public void Release()
    {
        if (!Bytes.IsEmpty)
        {
            Bytes = default;
            share.Shrink(Length);
        }
    }
}
