namespace MyCoach.Http;

/// <summary>Endpoint metadata: how much memory a request may hold besides its body.</summary>
/// <param name="bytes">Counted from the request's begin to its end.</param>
internal sealed class HoldsMemory(long bytes)
{
    /// <summary>
    /// For an export. While its reader pauses, it holds a page of rows of the storage, as they came and as they were read.
    /// </summary>
    public static readonly HoldsMemory OfExport = new(16 * 1024 * 1024);

    public long Bytes => bytes;
}
