namespace MyCoach.Http;

/// <summary>Endpoint metadata: how large a body may be, and the memory that is counted for it.</summary>
/// <param name="bytes">The largest body.</param>
/// <param name="memoryPerByte">Counted against the user's part of the memory budget as the body arrives.</param>
internal sealed class BodyLimit(long bytes, int memoryPerByte)
{
    /// <summary>For a JSON body: the body itself, what it is read into, and what is made of it.</summary>
    public static readonly BodyLimit OfJson = new(1024 * 1024, memoryPerByte: 4);

    /// <summary>For a body that is read as it arrives. Its handler counts what it keeps.</summary>
    public static readonly BodyLimit OfStream = new(10 * 1024 * 1024, memoryPerByte: 0);

    public long Bytes => bytes;

    public int MemoryPerByte => memoryPerByte;
}
