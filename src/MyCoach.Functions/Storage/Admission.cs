namespace MyCoach.Storage;

/// <summary>Throws where a write may not be made.</summary>
internal delegate Task Admission(CancellationToken cancellation);
