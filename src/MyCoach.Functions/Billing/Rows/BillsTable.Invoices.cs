using Azure;
using Azure.Data.Tables;
using MyCoach.Catalogue;
using MyCoach.Ledger;
using MyCoach.Providers;
using MyCoach.Storage;
using MyCoach.Users;

namespace MyCoach.Billing;

internal sealed partial class BillsTable
{
    /// <summary>The totals of a month's invoices, by provider.</summary>
    public async Task<IReadOnlyDictionary<Provider, PicoUsd>> ListInvoicesAsync(
        UserId user,
        Month month,
        CancellationToken cancellation
    ) =>
        await table
            .QueryAsync(MonthRows.FilterOf(user.MonthPartition(month), MonthRows.Kind("invoice")), cancellation)
            .ToDictionaryAsync(
                row => Provider.Find(row.RowKey.Split('_')[1])!,
                row => PicoUsd.Parse(row.GetString("TotalPicoUsd")),
                cancellationToken: cancellation
            );

    public Task WriteInvoiceAsync(
        UserId user,
        Provider provider,
        Month month,
        PicoUsd total,
        CancellationToken cancellation
    ) =>
        table.WriteAsync(
            user,
            new TableEntity(user.MonthPartition(month), InvoiceKeyOf(provider)) { ["TotalPicoUsd"] = total.ToString() },
            cancellation
        );

    /// <summary>False if it does not exist.</summary>
    public Task<bool> TryDeleteInvoiceAsync(
        UserId user,
        Provider provider,
        Month month,
        CancellationToken cancellation
    ) => table.TryDeleteAsync(user.MonthPartition(month), InvoiceKeyOf(provider), ETag.All, cancellation);

    private static string InvoiceKeyOf(Provider provider) => $"invoice_{provider.Id}";
}
