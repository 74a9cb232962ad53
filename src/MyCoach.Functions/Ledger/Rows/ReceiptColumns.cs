using System.Globalization;
using Azure.Data.Tables;
using MyCoach.Catalogue;
using MyCoach.Storage;

namespace MyCoach.Ledger;

/// <summary>
/// The columns of an event's row that hold its receipt. The event of a model without a price has none of them.
/// </summary>
internal static class ReceiptColumns
{
    private const string DayFormat = "yyyy-MM-dd";

    /// <param name="prefix">Before the names of the columns: an event can have two receipts.</param>
    public static void Write(TableEntity row, Receipt receipt, string prefix = "")
    {
        row[prefix + "PricedAs"] = receipt.Model;
        row[prefix + "PriceSource"] = receipt.Source;
        row[prefix + "PriceFrom"] = receipt.EffectiveFrom.ToString(DayFormat, CultureInfo.InvariantCulture);
        row[prefix + "PriceEstimated"] = receipt.Estimated;
        row[prefix + "PriceHeld"] = receipt.IsHeld ? true : null;
        row[prefix + "PriceVersion"] = receipt.Version > 0 ? receipt.Version : null;
        // Encoded because the provider chooses these names, which may contain any character.
        row[prefix + "PriceTerms"] =
            receipt.Terms.Count > 0 ? string.Join(';', receipt.Terms.Select(KeyEncoding.Encode)) : null;
        // kind:tokens:centsPerMTok or kind:uses:centsPerUse, depending on the kind.
        row[prefix + "Charges"] = string.Join(
            ';',
            receipt.Charges.Select(charge =>
                string.Create(CultureInfo.InvariantCulture, $"{charge.Kind}:{charge.Count}:{charge.Cents}")
            )
        );
    }

    public static Receipt? Read(TableEntity row, string prefix = "") =>
        row.GetString(prefix + "PricedAs") is not { } model
            ? null
            : new Receipt(
                model,
                row.GetString(prefix + "PriceSource"),
                DateOnly.ParseExact(row.GetString(prefix + "PriceFrom"), DayFormat, CultureInfo.InvariantCulture),
                row.GetBoolean(prefix + "PriceEstimated") ?? false,
                [.. Parts(row.GetString(prefix + "Charges")).Select(ReadCharge)]
            )
            {
                Terms = [.. Parts(row.GetString(prefix + "PriceTerms")).Select(KeyEncoding.Decode)],
                IsHeld = row.GetBoolean(prefix + "PriceHeld") ?? false,
                Version = row.GetInt64(prefix + "PriceVersion") ?? 0,
            };

    private static string[] Parts(string? text) => text?.Split(';', StringSplitOptions.RemoveEmptyEntries) ?? [];

    private static Charge ReadCharge(string text)
    {
        var parts = text.Split(':');
        return new Charge(
            parts[0],
            long.Parse(parts[1], CultureInfo.InvariantCulture),
            decimal.Parse(parts[2], CultureInfo.InvariantCulture)
        );
    }
}
