using MyCoach.ProviderKeys;
using MyCoach.Providers;
using MyCoach.Users;

namespace MyCoach.Billing;

/// <summary>
/// Whether an admin key is of the organisation that the user's stored key belongs to, as the provider's answers name it.
/// </summary>
internal sealed class OrganisationCheck(BillingClient client, ProviderKeysTable keys, ProviderKeyCipher cipher)
{
    /// <summary>False only if the provider names two organisations.</summary>
    /// <exception cref="BillingFaultException">The provider is busy or cannot be reached.</exception>
    public async Task<bool> MayBeSameAsync(
        UserId user,
        Provider provider,
        Organisation organisation,
        CancellationToken cancellation
    )
    {
        if (
            organisation.Id is null
            || await keys.FindAsync(user, provider, cancellation) is not { } stored
            || stored.Account.Organization is { } named && named == organisation.Id
        )
        {
            return true;
        }
        try
        {
            using var answer = await client.GetAsync(
                provider,
                await cipher.DecryptAsync(user, stored, cancellation),
                "v1/models?limit=1",
                cancellation,
                isPatient: false
            );
            return answer.Organization is null || answer.Organization == organisation.Id;
        }
        catch (BillingFaultException fault)
            when (fault.Fault is BillingFault.KeyRefused or BillingFault.NotAllowed or BillingFault.Unreadable)
        {
            // The stored key says nothing.
            return true;
        }
    }
}
