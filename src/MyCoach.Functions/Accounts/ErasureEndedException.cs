namespace MyCoach.Accounts;

/// <summary>Another process has ended the erasure, so nothing more may be deleted.</summary>
internal sealed class ErasureEndedException() : Exception("Another process has ended the erasure.");
