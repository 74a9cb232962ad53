using Microsoft.AspNetCore.Http.HttpResults;
using MyCoach.Http;
using MyCoach.ProviderKeys;
using MyCoach.Providers;
using MyCoach.Users;

namespace MyCoach.Billing;

internal static class BillingEndpoints
{
    // Shorter than the time that a browser or a front end waits.
    private static readonly TimeSpan SyncTime = TimeSpan.FromSeconds(60);

    public static void MapBilling(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapObservedPrices();
        var billing = endpoints.MapGroup("/api/billing").WithTags("Billing");
        billing
            .MapGet("/", ListAsync)
            .WithName("ListBilling")
            .WithSummary("List the organisations whose bills are read, with their admin keys masked");
        billing
            .MapGet("/reconciliation", ReconciliationEndpoint.GetAsync)
            .WithMetadata(HoldsMemory.OfExport)
            .WithName("GetReconciliation")
            .WithSummary("Compare a month's bills with what was recorded, and say why they differ");
        billing
            .MapGet("/{provider}", GetAsync)
            .WithETag()
            .WithProblems(StatusCodes.Status404NotFound)
            .WithName("GetBilling")
            .WithSummary("Get the organisation whose bills are read, with its admin key masked");
        billing
            .MapPut("/{provider}", PutBillingEndpoint.PutAsync)
            .WithETag()
            .WithProblems(StatusCodes.Status404NotFound, StatusCodes.Status422UnprocessableEntity)
            .WithName("PutBilling")
            .WithSummary("Try an admin key at the provider, then store or replace it, to read bills with");
        billing
            .MapDelete("/{provider}", DeleteAsync)
            .WithETag()
            .WithProblems(StatusCodes.Status404NotFound)
            .WithName("DeleteBilling")
            .WithSummary("Delete an admin key; what was read of bills stays");
        billing
            .MapPost("/{provider}/sync", SyncAsync)
            .WithProblems(StatusCodes.Status404NotFound)
            .WithName("SyncBilling")
            .WithSummary("Read the bills now, at most four times an hour");
        billing.MapStatements();
    }

    private static async Task<Ok<BillingList>> ListAsync(UserId user, [AsParameters] BillingRequest request)
    {
        var keys = await request.Keys.ListAsync(user, request.Cancellation, KeyPurpose.Billing);
        var views = new List<BillingView>();
        foreach (var key in keys)
        {
            views.Add(
                BillingView.Of(key, await request.Bills.GetAccountAsync(user, key.Provider, request.Cancellation))
            );
        }
        return TypedResults.Ok(new BillingList(views));
    }

    private static async Task<Results<Ok<BillingView>, ProblemHttpResult>> GetAsync(
        UserId user,
        string provider,
        [AsParameters] BillingRequest request
    )
    {
        if (Provider.Find(provider) is not { } known)
        {
            return Problems.UnknownProvider();
        }
        if (await request.FindKeyAsync(user, known) is not { } key)
        {
            return NoKey(known);
        }
        EntityTags.WriteHeader(request.Context, key.ETag);
        return TypedResults.Ok(
            BillingView.Of(key, await request.Bills.GetAccountAsync(user, known, request.Cancellation))
        );
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> DeleteAsync(
        UserId user,
        string provider,
        [AsParameters] BillingRequest request
    )
    {
        if (Provider.Find(provider) is not { } known)
        {
            return Problems.UnknownProvider();
        }
        var outcome = await request.Writer.DeleteAsync(user, known, request.ConditionsAllow, request.Cancellation);
        if (outcome != KeyOutcome.Deleted)
        {
            return outcome == KeyOutcome.Changed ? Problems.PreconditionFailed() : NoKey(known);
        }
        await request.Spend.WithdrawAsync(user, known, CancellationToken.None);
        await request.LogAsync(user, Activity.AdminKeyDeleted, known);
        return TypedResults.NoContent();
    }

    private static async Task<Results<Ok<BillingSyncView>, ProblemHttpResult>> SyncAsync(
        UserId user,
        string provider,
        [AsParameters] BillingRequest request
    )
    {
        var cancellation = request.Cancellation;
        if (Provider.Find(provider) is not { } known)
        {
            return Problems.UnknownProvider();
        }
        if (await request.FindKeyAsync(user, known) is not { } key)
        {
            return NoKey(known);
        }
        if (
            await request.Limits.RefuseOrCountAsync(
                user,
                UserLimit.BillReadings(known.Id),
                request.Context,
                cancellation
            ) is
            { } refusal
        )
        {
            return refusal;
        }
        var isComplete = await ReadAsync(user, key, request);
        var account = await request.Bills.GetAccountAsync(user, known, cancellation);
        return TypedResults.Ok(
            new BillingSyncView(BillingView.Of(key, account), isComplete && account.LastError is null)
        );
    }

    // A provider that asks to wait longer is left to the timer.
    private static async Task<bool> ReadAsync(UserId user, ProviderKey key, BillingRequest request)
    {
        using var time = new CancellationTokenSource(SyncTime, request.Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(time.Token, request.Cancellation);
        try
        {
            return await request.Reader.ReadAsync(user, key, () => time.IsCancellationRequested, either.Token);
        }
        catch (OperationCanceledException) when (time.IsCancellationRequested)
        {
            return false;
        }
    }

    private static ProblemHttpResult NoKey(Provider provider) =>
        Problems.NotFound(
            $"You have no admin key of {provider.Id}. Store one with PUT /api/billing/{provider.Id}, or post statements."
        );
}
