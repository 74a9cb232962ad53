using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using MyCoach.Catalogue;
using MyCoach.Http;
using MyCoach.ProviderKeys;
using MyCoach.Providers;
using MyCoach.Users;

namespace MyCoach.Billing;

/// <summary>Stores an export of a provider's console, by day, if all of it can be read.</summary>
internal static class PostStatementEndpoint
{
    private const string KeyField = "providerKeyId";
    private const int MaxIdBytes = 128;

    public static async Task<Results<Ok<StatementView>, ProblemHttpResult>> PostAsync(
        UserId user,
        string provider,
        [FromQuery(Name = KeyField)] string? providerKeyId,
        [FromServices] ModelCatalogue models,
        [AsParameters] BillingRequest request
    )
    {
        var (context, cancellation) = (request.Context, request.Cancellation);
        if (Provider.Find(provider) is not { } known)
        {
            return Problems.UnknownProvider();
        }
        if (!CsvBody.Is(context.Request))
        {
            return CsvBody.Unsupported();
        }
        if (providerKeyId is not null && !PlainTextAttribute.IsPlain(providerKeyId, MaxIdBytes))
        {
            return Problems.Invalid(KeyField, PlainTextAttribute.MessageOf(MaxIdBytes));
        }
        var stored = await request.Keys.FindAsync(user, known, cancellation);
        if (providerKeyId is not null && stored is null)
        {
            return Problems.Invalid(KeyField, $"names no key: you have no stored key of {known.Id}");
        }
        if (await request.Limits.RefuseOrCountAsync(user, UserLimit.Statements, context, cancellation) is { } refusal)
        {
            return refusal;
        }
        try
        {
            var account = await request.Bills.GetAccountAsync(user, known, cancellation);
            var lines = new StatementLines(
                models,
                account.Keys.IdOfName,
                context.Features.GetRequiredFeature<MemoryShare>()
            );
            var statement = await StatementReader.ReadAsync(
                context.Request.Body,
                known,
                lines,
                DateOnly.FromDateTime(request.Clock.GetUtcNow().UtcDateTime),
                (kind, header) => CheckKey(kind, header, account, providerKeyId),
                cancellation
            );
            return TypedResults.Ok(await StoreAsync(user, statement, (stored, providerKeyId), request));
        }
        catch (BadHttpRequestException fault) when (fault.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return CsvBody.TooLarge();
        }
    }

    // The export of usage has no ids of keys, so that the name of the key must be known.
    private static void CheckKey(
        StatementKind kind,
        IReadOnlyCollection<string> header,
        BillingAccount account,
        string? providerKeyId
    )
    {
        if (
            providerKeyId is not null
            && kind.Name == StatementKind.Usage
            && !header.Contains("api_key_id")
            && !account.Links.Any(link => link.ProviderKeyId == providerKeyId && link.Name is not null)
        )
        {
            throw new InvalidRequestException(
                KeyField,
                "is not in an export of usage. Post the export of costs with it first, which has the name of the key"
            );
        }
    }

    private static async Task<StatementView> StoreAsync(
        UserId user,
        Statement statement,
        (ProviderKey? Stored, string? ProviderKeyId) key,
        BillingRequest request
    )
    {
        var (kind, lines) = (statement.Kind, statement.Lines);
        if (key.ProviderKeyId is { } id && lines.KeyIds.Count > 0 && !lines.KeyIds.Contains(id))
        {
            throw new InvalidRequestException(KeyField, "is not among the keys of the export");
        }
        var changed = await StatementStorage.WriteAsync(user, statement, key, request);
        await request.LogAsync(user, Activity.StatementAdded, kind.Provider);
        return new StatementView(
            kind.Provider.Id,
            kind.Name,
            lines.Period.First,
            lines.Period.Last,
            lines.Period.Days.Count(),
            statement.Rows,
            changed,
            statement.Ignored,
            kind.Source == BillSource.CostCsv ? lines.Total.Usd : null
        );
    }
}
