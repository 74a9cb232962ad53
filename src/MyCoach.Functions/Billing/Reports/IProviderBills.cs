using MyCoach.Ledger;
using MyCoach.Providers;

namespace MyCoach.Billing;

/// <summary>Reads the reports of one provider's organisations. Every method can throw <see cref="BillingFaultException"/>.</summary>
internal interface IProviderBills
{
    Provider Provider { get; }

    /// <summary>Proves with one harmless request that the key may read bills. Returns what is known of its organisation.</summary>
    Task<Organisation> CheckAsync(string adminKey, CancellationToken cancellation);

    /// <summary>All keys of the organisation, including those of archived projects.</summary>
    IAsyncEnumerable<OrganisationKey> ListKeysAsync(string adminKey, CancellationToken cancellation);

    /// <summary>What is reported for each day of the period. A day without any use has no lines.</summary>
    Task<IReadOnlyDictionary<DateOnly, BillLines>> ReadAsync(
        string adminKey,
        Period days,
        CancellationToken cancellation
    );
}

/// <param name="Id">Null if the provider does not say.</param>
internal sealed record Organisation(string? Id, string? Name)
{
    /// <summary>Whether both ids are known, and are not the same.</summary>
    public static bool AreDifferent(string? one, string? other) => one is not null && other is not null && one != other;
}
