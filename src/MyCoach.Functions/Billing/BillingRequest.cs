using Azure;
using Microsoft.AspNetCore.Mvc;
using MyCoach.Crypto;
using MyCoach.Http;
using MyCoach.ProviderKeys;
using MyCoach.Providers;
using MyCoach.Storage;
using MyCoach.Users;

namespace MyCoach.Billing;

/// <summary>A request about bills, with the services that it needs.</summary>
// FromServices on the properties: see ProviderKeyRequest.
internal readonly record struct BillingRequest(
    [property: FromServices] ProviderKeysTable Keys,
    [property: FromServices] BillsTable Bills,
    [property: FromServices] BillingKeyWriter Writer,
    [property: FromServices] BillReader Reader,
    [property: FromServices] SpendCount Spend,
    [property: FromServices] OrganisationCheck Organisations,
    [property: FromServices] IEnumerable<IProviderBills> Providers,
    [property: FromServices] DataKeys DataKeys,
    [property: FromServices] LimitsTable Limits,
    [property: FromServices] ActivityTable Log,
    [property: FromServices] TimeProvider Clock,
    Actor Actor,
    HttpContext Context,
    CancellationToken Cancellation
)
{
    public bool ConditionsAllow(ETag? row) => EntityTags.ConditionsAllow(Context.Request, row);

    public IProviderBills BillsOf(Provider provider) => Providers.Single(bills => bills.Provider == provider);

    public Task<ProviderKey?> FindKeyAsync(UserId user, Provider provider) =>
        Keys.FindAsync(user, provider, Cancellation, KeyPurpose.Billing);

    public Task LogAsync(UserId user, string action, Provider provider) =>
        Log.AddAsync(user, Actor, action, provider.Id);

    public Task LogAsync(UserId user, string action, Provider provider, Month month) =>
        Log.AddAsync(user, Actor, action, $"{provider.Id} {month}");
}
