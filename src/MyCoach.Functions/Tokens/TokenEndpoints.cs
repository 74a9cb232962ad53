using Microsoft.AspNetCore.Http.HttpResults;
using MyCoach.Auth;
using MyCoach.Http;
using MyCoach.Storage;
using MyCoach.Users;

namespace MyCoach.Tokens;

internal static class TokenEndpoints
{
    public static void AddTokens(this IHostApplicationBuilder builder) => builder.Services.AddSingleton<TokenWriter>();

    public static void MapTokens(this IEndpointRouteBuilder endpoints)
    {
        var tokens = endpoints.MapGroup("/api/tokens").WithTags("Tokens");
        tokens.MapGet("/", ListAsync).WithName("ListTokens").WithSummary("List the caller's tokens, at most 50");
        tokens
            .MapPost("/", PostAsync)
            .WithProblems(StatusCodes.Status409Conflict)
            .WithName("CreateToken")
            .WithSummary("Create a token for a program; its text is shown only now");
        tokens
            .MapGet("/{tokenId}", GetAsync)
            .WithETag()
            .WithProblems(StatusCodes.Status404NotFound)
            .WithName("GetToken")
            .WithSummary("Get a token");
        tokens
            .MapPatch("/{tokenId}", TokenChanges.PatchAsync)
            .Accepts<TokenPatch>("application/merge-patch+json", "application/json")
            .WithETag()
            .WithProblems(StatusCodes.Status404NotFound)
            .WithName("PatchToken")
            .WithSummary("Change a token's name, expiry, models or budget with a JSON merge patch");
        tokens
            .MapDelete("/{tokenId}", TokenChanges.DeleteAsync)
            .WithETag()
            .WithProblems(StatusCodes.Status404NotFound)
            .WithName("DeleteToken")
            .WithSummary("Delete a token: calls with it are refused within ten seconds");
        tokens
            .MapPost("/{tokenId}/rotate", TokenChanges.RotateAsync)
            .WithETag()
            .WithProblems(StatusCodes.Status404NotFound)
            .WithName("RotateToken")
            .WithSummary("Give a token a new text; the present one stays valid for an hour or as said");
    }

    private static async Task<Ok<TokenList>> ListAsync(UserId user, [AsParameters] TokenRequest request)
    {
        var month = request.Usage.FindTotalsByTokenAsync(user, Month.Of(request.Now), request.Cancellation);
        var tokens = await request.Table.ListAsync(user, request.Cancellation);
        var totals = await month;
        return TypedResults.Ok(
            new TokenList([
                .. tokens
                    .OrderBy(token => token.CreatedAt)
                    .Select(token => new TokenView(token, totals.GetValueOrDefault(token.Id), request.Now)),
            ])
        );
    }

    private static async Task<Results<Ok<TokenView>, ProblemHttpResult>> GetAsync(
        UserId user,
        string tokenId,
        [AsParameters] TokenRequest request
    ) =>
        Ids.IsId(tokenId)
        && await request.Table.FindAsync(TokenOwner.Of(user), tokenId, request.Cancellation) is { } token
            ? TypedResults.Ok(await request.ViewWithETagAsync(user, token))
            : Problems.NotFound();

    private static async Task<Results<Created<NewTokenView>, ProblemHttpResult>> PostAsync(
        UserId user,
        TokenPost body,
        [AsParameters] TokenRequest request
    )
    {
        var errors = body.Check(request.Catalogue, request.Now);
        if (
            !errors.Any
            && body.AgentId is { } agent
            && !await request.Agents.ExistsAsync(user, agent, request.Cancellation)
        )
        {
            errors.Add("agentId", "is no agent of yours; create it with PUT /api/agents/{id}");
        }
        if (errors.Any)
        {
            return Problems.Invalid(errors);
        }
        if (await request.RefuseOrCountAsync(user) is { } refusal)
        {
            return refusal;
        }
        var text = TokenText.Create(user);
        var token = new UserToken(
            user,
            text.Id,
            body.Name!,
            [.. TokenScope.All.Intersect(body.Scopes!)],
            body.AgentId,
            body.ConversationId,
            body.Models ?? [],
            body.ExpiresAt,
            request.Now
        )
        {
            MonthlyBudgetCents = body.MonthlyBudgetCents,
            Hash = text.Hash,
            Hint = text.Hint,
        };
        if (!await request.Writer.TryCreateAsync(user, token, request.Cancellation))
        {
            return Problems.Conflict(
                $"You already have {TokensTable.MaxPerUser} tokens, which is the limit. Delete one first."
            );
        }
        await request.Log.AddAsync(user, request.Actor, Activity.TokenCreated, text.Id);
        return TypedResults.Created($"/api/tokens/{text.Id}", new NewTokenView(token, text, month: null, request.Now));
    }
}
