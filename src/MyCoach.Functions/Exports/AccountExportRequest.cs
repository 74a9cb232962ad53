using Microsoft.AspNetCore.Mvc;
using MyCoach.Users;

namespace MyCoach.Exports;

/// <summary>A request to export an account, with the services that handle it.</summary>
// FromServices on the properties: see ProviderKeyRequest.
internal readonly record struct AccountExportRequest(
    [property: FromServices] AccountExport Export,
    [property: FromServices] LimitsTable Limits,
    [property: FromServices] ActivityTable Log,
    Actor Actor,
    HttpContext Context,
    CancellationToken Cancellation
);
