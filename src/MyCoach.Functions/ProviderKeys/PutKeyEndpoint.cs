using Microsoft.AspNetCore.Http.HttpResults;
using MyCoach.Http;
using MyCoach.Providers;
using MyCoach.Users;

namespace MyCoach.ProviderKeys;

internal static class PutKeyEndpoint
{
    public static async Task<Results<Created<ProviderKeyView>, Ok<ProviderKeyView>, ProblemHttpResult>> PutAsync(
        UserId user,
        string provider,
        ProviderKeyPut body,
        [AsParameters] ProviderKeyRequest request
    )
    {
        var (context, cancellation) = (request.Context, request.Cancellation);
        var apiKey = body.ApiKey?.Trim();
        if (Provider.Find(provider) is not { } known)
        {
            return Problems.UnknownProvider();
        }
        var faults = KeyFormat.FindFaults(known, body, request.Addresses);
        if (faults.Any)
        {
            return Problems.Invalid(faults);
        }
        if (!await request.Cipher.CanEncryptAsync(cancellation))
        {
            return Problems.EncryptionUnavailable();
        }
        // Check the preconditions first: a key that may not be stored need not be checked at the provider.
        var old = await request.Table.FindAsync(user, known, cancellation);
        if (!request.ConditionsAllow(old?.ETag))
        {
            return Problems.PreconditionFailed();
        }
        if (await request.RefuseOrCountCheckAsync(user) is { } refusal)
        {
            return refusal;
        }
        var (outcome, key) = await request.Writer.StoreAsync(
            user,
            known,
            apiKey!,
            body.Account,
            old,
            request.ConditionsAllow,
            cancellation
        );
        if (key is null)
        {
            return KeyAnswers.ProblemOf(outcome, known);
        }
        var isNew = outcome == KeyOutcome.Created;
        await request.LogAsync(user, isNew ? Activity.KeyCreated : Activity.KeyReplaced, known);
        return isNew ? KeyAnswers.CreatedWithETag(context, key) : KeyAnswers.OkWithETag(context, key);
    }
}
