using Microsoft.AspNetCore.Http.HttpResults;
using MyCoach.Hosting;
using MyCoach.Http;
using MyCoach.Users;

namespace MyCoach.Accounts;

internal static class AccountEndpoints
{
    public static void AddAccounts(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<RowEraser>();
        builder.Services.AddSingleton<AccountEraser>();
        builder.Services.AddSingleton<ErasureContinuation>();
        builder.AddMaintenanceStep(
            "erasures",
            ErasureContinuation.TimeLimit,
            (services, cancellation) => services.GetRequiredService<ErasureContinuation>().RunAsync(cancellation)
        );
    }

    public static void MapAccounts(this IEndpointRouteBuilder endpoints)
    {
        var account = endpoints.MapGroup("/api/account").WithTags("Account");
        account
            .MapGet("/", GetAsync)
            .WithMetadata(new AllowedDuringErasure())
            .WithETag()
            .WithName("GetAccount")
            .WithSummary("Get whether the caller's account is being erased");
        account
            .MapDelete("/", DeleteAsync)
            .WithMetadata(new AllowedDuringErasure())
            .WithETag()
            .WithName("DeleteAccount")
            .WithSummary("Erase everything stored about the caller");
        account
            .MapGet("/activity", ListActivityAsync)
            .WithName("ListActivity")
            .WithSummary("List what was done to the caller's keys and data, newest first");
    }

    private static async Task<Ok<AccountView>> GetAsync(
        UserId user,
        ErasuresTable erasures,
        HttpContext context,
        CancellationToken cancellation
    )
    {
        var erasure = await erasures.FindAsync(user, cancellation);
        EntityTags.WriteHeader(context, erasure?.ETag);
        return TypedResults.Ok(new AccountView(user.Value, erasure is { IsDone: false }));
    }

    private static async Task<Results<NoContent, Accepted<AccountView>, ProblemHttpResult>> DeleteAsync(
        UserId user,
        ErasuresTable erasures,
        AccountEraser eraser,
        HttpRequest request,
        CancellationToken cancellation
    )
    {
        if (
            !EntityTags.ConditionsAllow(
                request,
                (await erasures.FindAsync(user, cancellation))?.ETag,
                alwaysExists: true
            )
        )
        {
            return Problems.PreconditionFailed();
        }
        return await eraser.EraseAsync(user, cancellation)
            ? TypedResults.NoContent()
            : TypedResults.Accepted("/api/account", new AccountView(user.Value, Erasing: true));
    }

    private static async Task<Results<Ok<ActivityList>, ProblemHttpResult>> ListActivityAsync(
        UserId user,
        string? limit,
        string? cursor,
        ActivityTable table,
        CancellationToken cancellation
    )
    {
        var errors = new FieldErrors();
        var pageSize = Paging.ReadLimit(limit, errors);
        var continuation = Paging.ReadCursor(cursor, user.Key, errors);
        if (errors.Any)
        {
            return Problems.Invalid(errors);
        }
        return await table.ListAsync(user, pageSize, continuation, cancellation) is var (activity, next)
            ? TypedResults.Ok(
                new ActivityList(
                    [.. activity.Select(ActivityView.Of)],
                    next is null ? null : Cursor.Write(next, user.Key)
                )
            )
            : Problems.Invalid("cursor", Paging.InvalidCursorMessage);
    }
}
