namespace MyCoach.Providers;

/// <summary>The result of the last check or use of a key. Only an <see cref="Invalid"/> key is not used.</summary>
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
    /// <summary>The name of the status in responses.</summary>
    public static string Name(this KeyStatus status) => status == KeyStatus.NoCredit ? "no_credit" : status.ToString().ToLowerInvariant();
}
