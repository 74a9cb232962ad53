namespace MyCoach.ProviderKeys;

/// <summary>What a stored key is used for.</summary>
internal enum KeyPurpose
{
    /// <summary>The calls of the gateway.</summary>
    Calls,

    /// <summary>Reading the bills of the user's organisation, with its admin key.</summary>
    Billing,
}
