using Microsoft.AspNetCore.Http.HttpResults;
using MyCoach.Auth;
using MyCoach.Http;
using MyCoach.Storage;
using MyCoach.Users;

namespace MyCoach.Tokens;

/// <summary>Changes, rotates and deletes tokens.</summary>
internal static class TokenChanges
{
    public static async Task<Results<Ok<TokenView>, ProblemHttpResult>> PatchAsync(
        UserId user,
        string tokenId,
        TokenPatch patch,
        [AsParameters] TokenRequest request
    )
    {
        if (patch.Check(request.Catalogue, request.Now) is { Any: true } errors)
        {
            return Problems.Invalid(errors);
        }
        var (changed, refusal) = await ChangeAsync(user, tokenId, patch.ApplyTo, Activity.TokenChanged, request);
        return changed is null ? refusal! : TypedResults.Ok(await request.ViewWithETagAsync(user, changed));
    }

    public static async Task<Results<Ok<NewTokenView>, ProblemHttpResult>> RotateAsync(
        UserId user,
        string tokenId,
        TokenRotation rotation,
        [AsParameters] TokenRequest request
    )
    {
        if (FieldRules<TokenRotation>.Check(rotation) is { Any: true } errors)
        {
            return Problems.Invalid(errors);
        }
        var text = TokenText.Create(user, tokenId);
        var until = request.Now.AddMinutes(rotation.OverlapMinutes ?? TokenRotation.DefaultMinutes);
        var (changed, refusal) = await ChangeAsync(
            user,
            tokenId,
            token => token.Rotate(text, until),
            Activity.TokenRotated,
            request
        );
        return changed is null ? refusal! : TypedResults.Ok(await request.ViewWithETagAsync(user, changed, text));
    }

    public static async Task<Results<NoContent, ProblemHttpResult>> DeleteAsync(
        UserId user,
        string tokenId,
        [AsParameters] TokenRequest request
    )
    {
        if (!Ids.IsId(tokenId))
        {
            return Problems.NotFound();
        }
        // Not limited, because a token that leaked must go. There are no more deletions than tokens.
        var (isDeleted, exists) = await request.Writer.DeleteAsync(
            user,
            tokenId,
            request.ConditionsAllow,
            request.Cancellation
        );
        if (!isDeleted)
        {
            return exists ? Problems.PreconditionFailed() : Problems.NotFound();
        }
        await request.Log.AddAsync(user, request.Actor, Activity.TokenDeleted, tokenId);
        return TypedResults.NoContent();
    }

    private static async Task<(UserToken? Changed, ProblemHttpResult? Refusal)> ChangeAsync(
        UserId user,
        string tokenId,
        Func<UserToken, UserToken> change,
        string activity,
        TokenRequest request
    )
    {
        if (!Ids.IsId(tokenId))
        {
            return (null, Problems.NotFound());
        }
        if (await request.RefuseOrCountAsync(user) is { } refusal)
        {
            return (null, refusal);
        }
        var (changed, exists) = await request.Writer.ChangeAsync(
            user,
            tokenId,
            change,
            request.ConditionsAllow,
            request.Cancellation
        );
        if (changed is null)
        {
            return (null, exists ? Problems.PreconditionFailed() : Problems.NotFound());
        }
        await request.Log.AddAsync(user, request.Actor, activity, tokenId);
        return (changed, null);
    }
}
