using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Http.HttpResults;
using MyCoach.Catalogue;
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
        if (!TryRead((provider, month), request, FieldRules<InvoicePut>.Check(body), out var invoice, out var invalid))
        {
            return invalid;
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
        await request.Bills.WriteInvoiceAsync(user, invoice.Provider, invoice.Month, total, request.Cancellation);
        await request.LogAsync(user, Activity.InvoiceSet, invoice.Provider, invoice.Month);
        return TypedResults.Ok(ViewOf(invoice, total));
    }

    public static async Task<Results<Ok<InvoiceView>, ProblemHttpResult>> GetAsync(
        UserId user,
        string provider,
        string month,
        [AsParameters] BillingRequest request
    )
    {
        if (!TryRead((provider, month), request, new FieldErrors(), out var invoice, out var invalid))
        {
            return invalid;
        }
        var totals = await request.Bills.ListInvoicesAsync(user, invoice.Month, request.Cancellation);
        return totals.TryGetValue(invoice.Provider, out var total)
            ? TypedResults.Ok(ViewOf(invoice, total))
            : NotEntered(invoice);
    }

    public static async Task<Results<NoContent, ProblemHttpResult>> DeleteAsync(
        UserId user,
        string provider,
        string month,
        [AsParameters] BillingRequest request
    )
    {
        if (!TryRead((provider, month), request, new FieldErrors(), out var invoice, out var invalid))
        {
            return invalid;
        }
        if (!await request.Bills.TryDeleteInvoiceAsync(user, invoice.Provider, invoice.Month, request.Cancellation))
        {
            return NotEntered(invoice);
        }
        await request.LogAsync(user, Activity.InvoiceDeleted, invoice.Provider, invoice.Month);
        return TypedResults.NoContent();
    }

    // With what is wrong with the body, if there is one.
    private static bool TryRead(
        (string Provider, string Month) path,
        BillingRequest request,
        FieldErrors errors,
        [NotNullWhen(true)] out Invoice? invoice,
        [NotNullWhen(false)] out ProblemHttpResult? invalid
    )
    {
        (invoice, invalid) = (null, null);
        if (Provider.Find(path.Provider) is not { } provider)
        {
            invalid = Problems.UnknownProvider();
            return false;
        }
        var (month, now) = (Month.TryParse(path.Month), request.Clock.GetUtcNow());
        errors.Require(month is not null, "month", FieldErrors.InvalidMonthMessage);
        errors.Require(month is not { } begun || begun.Start <= now, "month", "is in the future");
        errors.Require(
            month is not { } ended || ended.End > now.AddDays(-StatementRow.MaxDays),
            "month",
            $"is more than {StatementRow.MaxDays} days ago"
        );
        if (month is not { } of || errors.Any)
        {
            invalid = Problems.Invalid(errors);
            return false;
        }
        invoice = new Invoice(provider, of);
        return true;
    }

    private static InvoiceView ViewOf(Invoice invoice, PicoUsd total) =>
        new(invoice.Provider.Id, invoice.Month.ToString(), total.Usd);

    private static ProblemHttpResult NotEntered(Invoice invoice) =>
        Problems.NotFound($"You have entered no total of the invoice of {invoice.Provider.Id} for {invoice.Month}.");

    private sealed record Invoice(Provider Provider, Month Month);
}
