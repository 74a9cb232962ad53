namespace MyCoach.Billing;

/// <summary>Why a bill could not be read.</summary>
internal enum BillingFault
{
    /// <summary>The provider does not know the key.</summary>
    KeyRefused,

    /// <summary>The key may not read it: an ordinary key, a missing scope, or an account without an organisation.</summary>
    NotAllowed,

    /// <summary>The provider limits the requests, or fails.</summary>
    Busy,

    Unreachable,

    /// <summary>The answer has another form than documented.</summary>
    Unreadable,

    /// <summary>An amount is in another currency than US dollars.</summary>
    Currency,

    /// <summary>A day has more lines than a row can hold.</summary>
    TooLong,
}

/// <summary>A bill could not be read. The message says nothing of what the provider sent.</summary>
internal sealed class BillingFaultException(BillingFault fault, string message, Exception? inner = null)
    : Exception(message, inner)
{
    public BillingFault Fault => fault;

    public static BillingFaultException Unreadable(Exception? inner = null) =>
        new(BillingFault.Unreadable, "The provider's report has another form than documented.", inner);

    public static BillingFaultException OtherCurrency() =>
        new(
            BillingFault.Currency,
            "The bill has amounts in another currency than US dollars, which cannot be compared."
        );
}
