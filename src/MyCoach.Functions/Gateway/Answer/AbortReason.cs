namespace MyCoach.Gateway;

/// <summary>Why the gateway aborted a call.</summary>
internal enum AbortReason
{
    None,
    NoAnswer,
    Silent,
    TooLong,
    ClientLeft,
}
