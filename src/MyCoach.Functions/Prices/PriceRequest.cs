using Microsoft.AspNetCore.Mvc;
using MyCoach.Catalogue;
using MyCoach.Http;
using MyCoach.Users;

namespace MyCoach.Prices;

/// <summary>An operator's request about prices, with the services that handle it.</summary>
// FromServices on the properties: see ProviderKeyRequest.
internal readonly record struct PriceRequest(
    [property: FromServices] PriceVersionsTable Table,
    [property: FromServices] PriceBook Book,
    [property: FromServices] TimeProvider Clock,
    HttpContext Context,
    CancellationToken Cancellation
)
{
    /// <summary>Who stores a version: the operator's user id, or <c>service</c>.</summary>
    public string By => Context.Features.Get<Caller>() is { IsService: false, User.Value: var id } ? id : "service";

    /// <summary>The latest stored version; null for the embedded book.</summary>
    public async Task<PriceVersion?> FindLatestAsync() =>
        await Table.FindAsync(await Table.FindLatestAsync(Cancellation), Cancellation);

    public bool ConditionsAllow(long version) => EntityTags.ConditionsAllow(Context.Request, new(TagOf(version)));

    public void ShowETag(long version) => EntityTags.WriteHeader(Context, new(TagOf(version)));

    private static string TagOf(long version) => $"prices-{version}";
}
