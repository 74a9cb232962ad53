using Microsoft.AspNetCore.Mvc;
using MyCoach.Catalogue;
using MyCoach.Ledger;
using MyCoach.Users;

namespace MyCoach.Usage;

/// <summary>A request that reads usage, with the services that read it.</summary>
// FromServices on the properties: see ProviderKeyRequest.
internal readonly record struct UsageReading(
    [property: FromServices] MonthTable Table,
    [property: FromServices] TombstonesTable Conversations,
    [property: FromServices] ModelCatalogue Catalogue,
    [property: FromServices] LimitsTable Limits,
    [property: FromServices] ActivityTable Log,
    [property: FromServices] TimeProvider Clock,
    Actor Actor,
    HttpContext Context,
    CancellationToken Cancellation
);
