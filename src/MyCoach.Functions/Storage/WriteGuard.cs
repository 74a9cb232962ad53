namespace MyCoach.Storage;

/// <summary>A check that runs just before each attempt at a write. Throws if the write is not allowed.</summary>
internal delegate Task WriteGuard(CancellationToken cancellation);
