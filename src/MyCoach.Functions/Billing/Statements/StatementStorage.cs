using MyCoach.Http;
using MyCoach.ProviderKeys;
using MyCoach.Users;

namespace MyCoach.Billing;

/// <summary>Stores the days of an export, and which of the provider's keys the stored one is.</summary>
internal static class StatementStorage
{
    /// <summary>Returns how many days are new or differ from what was stored.</summary>
    /// <exception cref="InvalidRequestException">A day has too many lines; nothing is stored.</exception>
    public static async Task<int> WriteAsync(
        UserId user,
        Statement statement,
        (ProviderKey? Stored, string? ProviderKeyId) key,
        BillingRequest request
    )
    {
        var (kind, lines) = (statement.Kind, statement.Lines);
        var days = lines.ByDay();
        if (days.FirstOrDefault(day => !BillDay.CanHold(day.Value)) is { Value: not null } full)
        {
            throw new InvalidRequestException("body", $"has too many different lines of {full.Key:yyyy-MM-dd}");
        }
        var changed = await request.Bills.WriteAsync(
            user,
            kind.Provider,
            (kind.Source, Organization: null),
            days,
            request.Clock.GetUtcNow(),
            request.Cancellation
        );
        if (key is ({ } stored, { } named))
        {
            await request.Bills.UpdateAsync(
                user,
                kind.Provider,
                account => WithKey(account, stored, named, lines.NameOf(named)),
                request.Cancellation
            );
        }
        return changed;
    }

    private static BillingAccount WithKey(
        BillingAccount account,
        ProviderKey stored,
        string providerKeyId,
        string? name
    )
    {
        name ??= account.Links.FirstOrDefault(link => link.ProviderKeyId == providerKeyId)?.Name;
        var named = account with { NamedKeyId = providerKeyId, NamedFor = stored.KeyId };
        return named.With(new KeyLink(stored.KeyId ?? "", providerKeyId, name));
    }
}
