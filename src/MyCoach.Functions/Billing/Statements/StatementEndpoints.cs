using MyCoach.Http;

namespace MyCoach.Billing;

/// <summary>What users without an admin key enter of their bills.</summary>
internal static class StatementEndpoints
{
    /// <param name="billing">The group of all calls about bills.</param>
    public static void MapStatements(this RouteGroupBuilder billing)
    {
        billing
            .MapPost("/{provider}/statements", PostStatementEndpoint.PostAsync)
            .WithMetadata(CsvBody.Instance, BodyLimit.OfStream, HoldsMemory.OfExport)
            .WithProblems(StatusCodes.Status404NotFound)
            .WithName("PostStatement")
            .WithSummary("Add a CSV export of a provider's console: its costs or its usage by day");
        billing
            .MapPut("/{provider}/invoices/{month}", InvoiceEndpoints.PutAsync)
            .WithProblems(StatusCodes.Status404NotFound)
            .WithName("PutInvoice")
            .WithSummary("Enter the total of a month's invoice");
        billing
            .MapGet("/{provider}/invoices/{month}", InvoiceEndpoints.GetAsync)
            .WithProblems(StatusCodes.Status404NotFound)
            .WithName("GetInvoice")
            .WithSummary("Get the total of a month's invoice");
        billing
            .MapDelete("/{provider}/invoices/{month}", InvoiceEndpoints.DeleteAsync)
            .WithProblems(StatusCodes.Status404NotFound)
            .WithName("DeleteInvoice")
            .WithSummary("Delete the total of a month's invoice");
    }
}
