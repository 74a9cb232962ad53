using Microsoft.AspNetCore.Http.HttpResults;
using MyCoach.Http;
using MyCoach.Providers;
using MyCoach.Storage;
using MyCoach.Users;

namespace MyCoach.Billing;

/// <summary>The totals of invoices: one for each provider and month.</summary>
internal static class InvoiceEndpoints
{
    public static async Task<Results<Ok<InvoiceView>, ProblemHttpResult>> PutAsync(
        UserId user,
        string provider,
        string month,
        InvoicePut body,
        [AsParameters] BillingRequest request
    )
    {
        if (Provider.Find(provider) is not { } known)
        {
            return Problems.UnknownProvider();
        }
        var errors = FieldRules<InvoicePut>.Check(body);
        var of = Read(month, request.Clock.GetUtcNow(), errors);
        if (errors.Any)
        {
            return Problems.Invalid(errors);
        }
        if (
            await request.Limits.RefuseOrCountAsync(
                user,
                UserLimit.InvoiceChanges,
                request.Context,
                request.Cancellation
            ) is
            { } refusal
        )
        {
            return refusal;
        }
        var total = ReportJson.ToPico(body.TotalUsd!.Value);
        await request.Bills.WriteInvoiceAsync(user, known, of, total, request.Cancellation);
        await request.LogAsync(user, Activity.InvoiceSet, known, of);
        return TypedResults.Ok(new InvoiceView(known.Id, of.ToString(), total.Usd));
    }

    public static async Task<Results<Ok<InvoiceView>, ProblemHttpResult>> GetAsync(
        UserId user,
        string provider,
        string month,
        [AsParameters] BillingRequest request
    )
    {
        if (Provider.Find(provider) is not { } known)
        {
            return Problems.UnknownProvider();
        }
        var errors = new FieldErrors();
        var of = Read(month, request.Clock.GetUtcNow(), errors);
        if (errors.Any)
        {
            return Problems.Invalid(errors);
        }
        return (await request.Bills.ListInvoicesAsync(user, of, request.Cancellation)).TryGetValue(known, out var total)
            ? TypedResults.Ok(new InvoiceView(known.Id, of.ToString(), total.Usd))
            : None(known, of);
    }

    public static async Task<Results<NoContent, ProblemHttpResult>> DeleteAsync(
        UserId user,
        string provider,
        string month,
        [AsParameters] BillingRequest request
    )
    {
        if (Provider.Find(provider) is not { } known)
        {
            return Problems.UnknownProvider();
        }
        var errors = new FieldErrors();
        var of = Read(month, request.Clock.GetUtcNow(), errors);
        if (errors.Any)
        {
            return Problems.Invalid(errors);
        }
        if (!await request.Bills.TryDeleteInvoiceAsync(user, known, of, request.Cancellation))
        {
            return None(known, of);
        }
        await request.LogAsync(user, Activity.InvoiceDeleted, known, of);
        return TypedResults.NoContent();
    }

    private static Month Read(string text, DateTimeOffset now, FieldErrors errors)
    {
        if (Month.TryParse(text) is not { } month)
        {
            errors.Add("month", FieldErrors.InvalidMonthMessage);
            return Month.Of(now);
        }
        errors.Require(month.Start <= now, "month", "is in the future");
        errors.Require(
            month.End > now.AddDays(-StatementRow.MaxDays),
            "month",
            $"is more than {StatementRow.MaxDays} days ago"
        );
        return month;
    }

    private static ProblemHttpResult None(Provider provider, Month month) =>
        Problems.NotFound($"You have entered no total of the invoice of {provider.Id} for {month}.");
}
