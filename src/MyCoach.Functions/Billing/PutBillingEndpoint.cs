using Microsoft.AspNetCore.Http.HttpResults;
using MyCoach.Http;
using MyCoach.ProviderKeys;
using MyCoach.Providers;
using MyCoach.Users;

namespace MyCoach.Billing;

/// <summary>Takes an admin key only if it works: its form says little, and differs between organisations.</summary>
internal static class PutBillingEndpoint
{
    public static async Task<Results<Created<BillingView>, Ok<BillingView>, ProblemHttpResult>> PutAsync(
        UserId user,
        string provider,
        BillingPut body,
        [AsParameters] BillingRequest request
    )
    {
        var cancellation = request.Cancellation;
        if (Provider.Find(provider) is not { } known)
        {
            return Problems.UnknownProvider();
        }
        var adminKey = body.AdminKey?.Trim() ?? "";
        var faults = FieldRules<BillingPut>.Check(body);
        if (KeyFormat.FindFault(known, adminKey, KeyPurpose.Billing) is { } fault)
        {
            faults.Add("adminKey", fault);
        }
        if (faults.Any)
        {
            return Problems.Invalid(faults);
        }
        if (await request.DataKeys.CurrentAsync(cancellation) is null)
        {
            return Problems.EncryptionUnavailable();
        }
        if (!request.ConditionsAllow((await request.FindKeyAsync(user, known))?.ETag))
        {
            return Problems.PreconditionFailed();
        }
        if (
            await request.Limits.RefuseOrCountAsync(user, UserLimit.KeyChecks, request.Context, cancellation) is
            { } refusal
        )
        {
            return refusal;
        }
        return await TryAsync(user, known, (adminKey, body.ProviderKeyId), request);
    }

    private static async Task<Results<Created<BillingView>, Ok<BillingView>, ProblemHttpResult>> TryAsync(
        UserId user,
        Provider provider,
        (string AdminKey, string? NamedKeyId) given,
        BillingRequest request
    )
    {
        var cancellation = request.Cancellation;
        try
        {
            var bills = request.BillsOf(provider);
            var organisation = await bills.CheckAsync(given.AdminKey, cancellation);
            if (!await request.Organisations.MayBeSameAsync(user, provider, organisation, cancellation))
            {
                return Refused("This admin key is of another organisation than your stored key.");
            }
            if (
                await request.Writer.StoreAsync(
                    user,
                    (bills, organisation),
                    given,
                    request.ConditionsAllow,
                    cancellation
                )
                is not var (key, account, isNew)
            )
            {
                return Problems.PreconditionFailed();
            }
            await request.LogAsync(user, isNew ? Activity.AdminKeyCreated : Activity.AdminKeyReplaced, provider);
            EntityTags.WriteHeader(request.Context, key.ETag);
            var view = BillingView.Of(key, account);
            return isNew ? TypedResults.Created($"/api/billing/{provider.Id}", view) : TypedResults.Ok(view);
        }
        catch (BillingFaultException fault)
        {
            return ProblemOf(fault, provider, request.Context);
        }
    }

    private static ProblemHttpResult ProblemOf(BillingFaultException fault, Provider provider, HttpContext context) =>
        fault.Fault switch
        {
            BillingFault.KeyRefused => Refused($"{provider.Id} does not know this key."),
            BillingFault.NotAllowed => Refused(
                provider == Provider.OpenAi
                    ? "This key may not read the organisation's costs. Use an admin key (sk-admin-…) of an owner, with the permission api.usage.read."
                    : "This key may not read the organisation. Use an admin key (sk-ant-admin…), which a member with the role admin creates in the Console."
            ),
            _ => Problems.ProviderUnavailable(context, provider.Id),
        };

    private static ProblemHttpResult Refused(string why) =>
        Problems.Of(StatusCodes.Status422UnprocessableEntity, "key_rejected", $"{why} Nothing was stored.");
}
