namespace MyCoach.Providers;

/// <summary>What is known of a key. Only <see cref="Invalid"/> keeps it from being used.</summary>
internal enum KeyStatus
{
    Valid,
    Restricted,
    NoCredit,
    Invalid,
    Unverified,
}

internal static class KeyStatusNames
{
    /// <summary>The status as callers see it.</summary>
    public static string Name(this KeyStatus status) => status == KeyStatus.NoCredit ? "no_credit" : status.ToString().ToLowerInvariant();
}
