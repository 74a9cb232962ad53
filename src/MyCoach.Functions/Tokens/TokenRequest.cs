using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using MyCoach.Agents;
using MyCoach.Auth;
using MyCoach.Catalogue;
using MyCoach.Http;
using MyCoach.Ledger;
using MyCoach.Storage;
using MyCoach.Users;

namespace MyCoach.Tokens;

/// <summary>A request about tokens, with the services that handle it.</summary>
// FromServices on the properties: see ProviderKeyRequest.
internal readonly record struct TokenRequest(
    [property: FromServices] TokensTable Table,
    [property: FromServices] TokenWriter Writer,
    [property: FromServices] MonthTable Usage,
    [property: FromServices] AgentCache Agents,
    [property: FromServices] ModelCatalogue Catalogue,
    [property: FromServices] LimitsTable Limits,
    [property: FromServices] ActivityTable Log,
    [property: FromServices] TimeProvider Clock,
    Actor Actor,
    HttpContext Context,
    CancellationToken Cancellation
)
{
    public DateTimeOffset Now => Clock.GetUtcNow();

    /// <param name="token">Null if it does not exist.</param>
    public bool ConditionsAllow(UserToken? token) =>
        EntityTags.ConditionsAllow(
            Context.Request,
            token is null ? EntityTags.Absent : TokenETag.PrefixOf(token),
            exists: token is not null,
            isPrefix: token is not null
        );

    public Task<ProblemHttpResult?> RefuseOrCountAsync(UserId user) =>
        Limits.RefuseOrCountAsync(user, UserLimit.TokenChanges, Context, Cancellation);

    /// <summary>The token for the response, whose <c>ETag</c> header is set.</summary>
    public async Task<TokenView> ViewWithETagAsync(UserId user, UserToken token)
    {
        var view = new TokenView(token, await ReadMonthAsync(user, token), Now);
        Context.Response.Headers.ETag = TokenETag.Of(token, view);
        return view;
    }

    /// <summary>As the other, with the text.</summary>
    public async Task<NewTokenView> ViewWithETagAsync(UserId user, UserToken token, TokenText text)
    {
        var view = new NewTokenView(token, text, await ReadMonthAsync(user, token), Now);
        Context.Response.Headers.ETag = TokenETag.Of(token, view);
        return view;
    }

    private Task<TotalsRow> ReadMonthAsync(UserId user, UserToken token) =>
        Usage.FindTotalsAsync(user, Month.Of(Now), MonthRows.TokenKey(token.Id), Cancellation);
}
