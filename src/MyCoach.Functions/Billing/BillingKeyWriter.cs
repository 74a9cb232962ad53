using Azure;
using MyCoach.Crypto;
using MyCoach.ProviderKeys;
using MyCoach.Providers;
using MyCoach.Storage;
using MyCoach.Users;

namespace MyCoach.Billing;

/// <summary>Stores and deletes admin keys, with what is known of their organisation.</summary>
internal sealed class BillingKeyWriter(
    ProviderKeysTable keys,
    BillsTable bills,
    DataKeys dataKeys,
    KeyMatch match,
    TimeProvider clock
)
{
    /// <summary>Stores a key that was accepted. Null if the preconditions do not allow it.</summary>
    /// <exception cref="BillingFaultException">The organisation's keys cannot be listed now.</exception>
    public async Task<(ProviderKey Key, BillingAccount Account, bool IsNew)?> StoreAsync(
        UserId user,
        (IProviderBills Bills, Organisation Organisation) at,
        (string AdminKey, string? NamedKeyId) given,
        Func<ETag?, bool> isAllowed,
        CancellationToken cancellation
    )
    {
        var provider = at.Bills.Provider;
        var dataKey = await dataKeys.CurrentAsync(cancellation) ?? throw new EncryptionUnavailableException();
        var callKey = await keys.FindAsync(user, provider, cancellation);
        var account = await match.FindAsync(
            user,
            at.Bills,
            given.AdminKey,
            Begin(await bills.GetAccountAsync(user, provider, cancellation)),
            cancellation
        );
        var encrypted = ProviderKeyCipher.Encrypt(user, provider, given.AdminKey, dataKey, KeyPurpose.Billing);
        for (var race = new ConflictRetry(); ; await race.BackOffAsync(cancellation))
        {
            var stored = await keys.FindAsync(user, provider, cancellation, KeyPurpose.Billing);
            if (!isAllowed(stored?.ETag))
            {
                return null;
            }
            var now = clock.GetUtcNow();
            var key = new ProviderKey(
                provider,
                encrypted,
                dataKey.Id,
                ProviderKey.Mask(given.AdminKey),
                KeyStatus.Valid,
                now,
                stored?.CreatedAt ?? now,
                now
            )
            {
                Purpose = KeyPurpose.Billing,
                ETag = stored?.ETag,
                Account = KeyAccount.Default with { Organization = at.Organisation.Id },
                StoreId = Guid.NewGuid().ToString("N"),
            };
            if (await keys.TryWriteAsync(user, key, CancellationToken.None) is not { } written)
            {
                continue;
            }
            return (
                written,
                await bills.UpdateAsync(
                    user,
                    provider,
                    // A reading may have changed the rest meanwhile.
                    old => Begin(old) with { Links = account.Links, Unlinked = account.Unlinked },
                    CancellationToken.None
                ),
                stored is null
            );
        }

        // Another organisation has other keys and other bills.
        BillingAccount Begin(BillingAccount old) =>
            (Organisation.AreDifferent(old.OrganizationId, at.Organisation.Id) ? old.LeaveOrganisation() : old) with
            {
                OrganizationId = at.Organisation.Id,
                OrganizationName = at.Organisation.Name,
                NamedKeyId = given.NamedKeyId,
                NamedFor = given.NamedKeyId is null ? null : callKey?.KeyId,
                LastError = null,
            };
    }

    /// <summary>Deletes the key. What was read of bills stays.</summary>
    public async Task<KeyOutcome> DeleteAsync(
        UserId user,
        Provider provider,
        Func<ETag?, bool> isAllowed,
        CancellationToken cancellation
    )
    {
        for (var race = new ConflictRetry(); ; await race.BackOffAsync(cancellation))
        {
            if (await keys.FindAsync(user, provider, cancellation, KeyPurpose.Billing) is not { } key)
            {
                return isAllowed(null) ? KeyOutcome.NotFound : KeyOutcome.Changed;
            }
            if (!isAllowed(key.ETag))
            {
                return KeyOutcome.Changed;
            }
            if (await keys.TryDeleteAsync(user, key, CancellationToken.None))
            {
                return KeyOutcome.Deleted;
            }
        }
    }
}
