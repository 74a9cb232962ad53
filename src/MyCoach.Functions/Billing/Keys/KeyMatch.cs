using MyCoach.ProviderKeys;
using MyCoach.Users;

namespace MyCoach.Billing;

/// <summary>Finds a user's stored key among the keys of an organisation.</summary>
internal sealed class KeyMatch(ProviderKeysTable keys, ProviderKeyCipher cipher)
{
    // Why the present stored key is not known.
    public const string NoStoredKey = "no_stored_key";
    public const string NotListed = "keys_not_listed";
    public const string NotFound = "not_found";
    public const string Ambiguous = "ambiguous";

    /// <summary>The account with what is known now of the stored key.</summary>
    /// <exception cref="BillingFaultException"/>
    public async Task<BillingAccount> FindAsync(
        UserId user,
        IProviderBills bills,
        string adminKey,
        BillingAccount account,
        CancellationToken cancellation
    )
    {
        if (await keys.FindAsync(user, account.Provider, cancellation) is not { } stored)
        {
            return account.WithoutLink(NoStoredKey);
        }
        var named = account.NamedFor == stored.KeyId ? account.NamedKeyId : null;
        if (account.Keys.IdOf(stored.KeyId ?? "") is { } known && (named is null || named == known))
        {
            return account with { Unlinked = null };
        }
        var (match, why) = await FindAsync(user, stored, bills, adminKey, named, cancellation);
        return match is null
            ? account.WithoutLink(why)
            : account.With(new KeyLink(stored.KeyId ?? "", match.Id, match.Name));
    }

    private async Task<(OrganisationKey? Key, string Why)> FindAsync(
        UserId user,
        ProviderKey stored,
        IProviderBills bills,
        string adminKey,
        string? named,
        CancellationToken cancellation
    )
    {
        var matches = new List<OrganisationKey>();
        try
        {
            var apiKey = named is null ? await cipher.DecryptAsync(user, stored, cancellation) : "";
            await foreach (var key in bills.ListKeysAsync(adminKey, cancellation))
            {
                if (named is null ? key.Matches(apiKey) : key.Id == named)
                {
                    matches.Add(key);
                }
            }
        }
        catch (BillingFaultException fault) when (fault.Fault == BillingFault.NotAllowed)
        {
            // An id that the user states needs no list.
            return named is null ? (null, NotListed) : (new OrganisationKey(named, Name: null, "", ""), "");
        }
        return matches switch
        {
            [var only] => (only, ""),
            [] => (null, NotFound),
            _ => (null, Ambiguous),
        };
    }
}
