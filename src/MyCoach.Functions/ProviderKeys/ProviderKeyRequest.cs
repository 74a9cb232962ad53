using Azure;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using MyCoach.Http;
using MyCoach.Providers;
using MyCoach.Users;

namespace MyCoach.ProviderKeys;

/// <summary>A request that checks or changes a provider key, with the services that do it.</summary>
// Without FromServices on the property, the request delegate generator takes the service for a possible JSON body, and
// the OpenAPI document fails. The generator sets the properties, so it does not read the constructor's attributes.
internal readonly record struct ProviderKeyRequest(
    [property: FromServices] ProviderKeysTable Table,
    [property: FromServices] ProviderKeyCipher Cipher,
    [property: FromServices] ProviderKeyWriter Writer,
    [property: FromServices] KeyValidation Validation,
    [property: FromServices] ProviderAddresses Addresses,
    [property: FromServices] LimitsTable Limits,
    [property: FromServices] ActivityTable Log,
    Actor Actor,
    HttpContext Context,
    CancellationToken Cancellation
)
{
    public bool ConditionsAllow(ETag? row) => EntityTags.ConditionsAllow(Context.Request, row);

    public Task<ProblemHttpResult?> RefuseOrCountCheckAsync(UserId user) =>
        Limits.RefuseOrCountAsync(user, UserLimit.KeyChecks, Context, Cancellation);

    public Task LogAsync(UserId user, string action, Provider provider) =>
        Log.AddAsync(user, Actor, action, provider.Id);
}
