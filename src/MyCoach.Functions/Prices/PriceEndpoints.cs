using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using MyCoach.Auth;
using MyCoach.Catalogue;
using MyCoach.Http;
using MyCoach.Storage;
using MyCoach.Users;

namespace MyCoach.Prices;

/// <summary>How operators read and correct the price book.</summary>
internal static class PriceEndpoints
{
    public static void MapPrices(this IEndpointRouteBuilder endpoints)
    {
        var admin = endpoints
            .MapGroup("/api/admin/prices")
            .WithTags("Admin")
            .RequireAuthorization(AuthServices.AdminPolicy);
        admin
            .MapGet("/", GetAsync)
            .WithETag()
            .WithName("GetPrices")
            .WithSummary("Get the corrections of the price book that are in force");
        admin
            .MapPut("/", PutAsync)
            .WithETag()
            .WithName("PutPrices")
            .WithSummary("Replace the corrections of the price book, or show what that would change");
        admin
            .MapGet("/versions", ListAsync)
            .WithName("ListPriceVersions")
            .WithSummary("List the stored versions of the price book, newest first");
        admin
            .MapGet("/versions/{version}", GetVersionAsync)
            .WithProblems(StatusCodes.Status404NotFound)
            .WithName("GetPriceVersion")
            .WithSummary("Get a version of the price book");
        admin
            .MapPost("/versions/{version}/revert", RevertAsync)
            .WithETag()
            .WithProblems(StatusCodes.Status404NotFound)
            .WithName("RevertPrices")
            .WithSummary("Store the corrections of an earlier version as a new version");
        admin.MapRepricing();
        admin.MapPriceReview();
    }

    private static async Task<Ok<PriceVersionView>> GetAsync([AsParameters] PriceRequest request)
    {
        var latest = await request.FindLatestAsync();
        request.ShowETag(latest?.Number ?? 0);
        return TypedResults.Ok(latest is null ? PriceVersionView.Embedded : PriceVersionView.Of(latest));
    }

    private static async Task<Results<Ok<PriceChangesView>, ProblemHttpResult>> PutAsync(
        PricePut body,
        [FromQuery(Name = "preview")] string? preview,
        [AsParameters] PriceRequest request
    )
    {
        var errors = PriceChecks.Check(body, ModelCatalogue.Embedded.Book);
        errors.Require(preview is null or "true" or "false", "preview", "must be true or false");
        return errors.Any
            ? Problems.Invalid(errors)
            : await ChangeAsync(body.Corrections, body.Note, isPreview: preview == "true", request);
    }

    private static async Task<Results<Ok<PriceVersionList>, ProblemHttpResult>> ListAsync(
        [FromQuery(Name = "limit")] string? limit,
        [FromQuery(Name = "cursor")] string? cursor,
        [AsParameters] PriceRequest request
    )
    {
        const string Binding = "price versions";
        var errors = new FieldErrors();
        var size = Paging.ReadLimit(limit, errors);
        var before = NumberOf(Paging.ReadCursor(cursor, Binding, errors));
        if (errors.Any)
        {
            return Problems.Invalid(errors);
        }
        var versions = await request
            .Table.ListBeforeAsync(before, request.Cancellation)
            .Take(size + 1)
            .Select(PriceVersionSummary.Of)
            .ToListAsync(request.Cancellation);
        var page = versions.Take(size).ToArray();
        return TypedResults.Ok(
            new PriceVersionList(
                page,
                versions.Count > size
                    ? Cursor.Write(page[^1].Version.ToString(CultureInfo.InvariantCulture), Binding)
                    : null
            )
        );
    }

    private static async Task<Results<Ok<PriceVersionView>, ProblemHttpResult>> GetVersionAsync(
        string version,
        [AsParameters] PriceRequest request
    ) =>
        await FindAsync(version, request) is { } found
            ? TypedResults.Ok(found)
            : Problems.NotFound("There is no such version of the price book.");

    private static async Task<Results<Ok<PriceChangesView>, ProblemHttpResult>> RevertAsync(
        string version,
        [AsParameters] PriceRequest request
    )
    {
        if (await FindAsync(version, request) is not { } earlier)
        {
            return Problems.NotFound("There is no such version of the price book.");
        }
        if (!earlier.IsReadable)
        {
            return Problems.Conflict("A later release stored this version, and this one cannot read it.");
        }
        var corrections = new PriceCorrections(earlier.Models, earlier.Tools, earlier.ImageModels);
        var note = string.Create(CultureInfo.InvariantCulture, $"as version {earlier.Version}");
        return await ChangeAsync(corrections, note, isPreview: false, request);
    }

    private static async Task<PriceVersionView?> FindAsync(string version, PriceRequest request) =>
        NumberOf(version) switch
        {
            null => null,
            0 => PriceVersionView.Embedded,
            { } number => await request.Table.FindAsync(number, request.Cancellation) is { } found
                ? PriceVersionView.Of(found)
                : null,
        };

    private static async Task<Results<Ok<PriceChangesView>, ProblemHttpResult>> ChangeAsync(
        PriceCorrections corrections,
        string? note,
        bool isPreview,
        PriceRequest request
    )
    {
        for (var race = new ConflictRetry(); ; await race.BackOffAsync(request.Cancellation))
        {
            var latest = await request.FindLatestAsync();
            var number = latest?.Number ?? 0;
            if (!request.ConditionsAllow(number))
            {
                return Problems.PreconditionFailed();
            }
            var book = ModelCatalogue.Embedded.Book;
            var before = latest?.Corrections ?? PriceCorrections.None;
            var isNew = !before.IsSameAs(corrections) || latest is { IsReadable: false };
            var changes = PriceEntries.Compare(before.ApplyTo(book), corrections.ApplyTo(book));
            if (isPreview || !isNew)
            {
                request.ShowETag(number);
                return TypedResults.Ok(
                    isNew
                        ? new PriceChangesView(number + 1, At: null, By: null, note, changes)
                        : new PriceChangesView(number, latest?.At, latest?.By, latest?.Note, [])
                );
            }
            var version = new PriceVersion(
                number + 1,
                request.Clock.GetUtcNow(),
                PriceVersion.Operator,
                note,
                corrections
            );
            // If another operator was faster, the conditions of the request decide again.
            if (await request.Table.TryAddAsync(version, request.Cancellation))
            {
                await request.Book.RefreshAsync();
                var subject = string.Create(CultureInfo.InvariantCulture, $"{version.Number}");
                await request.LogAsync(Activity.PricesChanged, subject);
                request.ShowETag(version.Number);
                return TypedResults.Ok(new PriceChangesView(version.Number, version.At, version.By, note, changes));
            }
        }
    }

    private static long? NumberOf(string? text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
