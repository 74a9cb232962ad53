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

    public static void Write(TableEntity row, Receipt receipt)
    {
        row["PricedAs"] = receipt.Model;
        row["PriceSource"] = receipt.Source;
        row["PriceFrom"] = receipt.EffectiveFrom.ToString(DayFormat, CultureInfo.InvariantCulture);
        row["PriceEstimated"] = receipt.Estimated;
        row["PriceVersion"] = receipt.Version > 0 ? receipt.Version : null;
        // Encoded because the provider chooses these names, which may contain any character.
        row["PriceTerms"] = receipt.Terms.Count > 0 ? string.Join(';', receipt.Terms.Select(KeyEncoding.Encode)) : null;
        // kind:tokens:centsPerMTok or kind:uses:centsPerUse, depending on the kind.
        row["Charges"] = string.Join(
            ';',
            receipt.Charges.Select(charge =>
                string.Create(CultureInfo.InvariantCulture, $"{charge.Kind}:{charge.Count}:{charge.Cents}")
            )
        );
    }

    public static Receipt? Read(TableEntity row) =>
        row.GetString("PricedAs") is not { } model
            ? null
            : new Receipt(
                model,
                row.GetString("PriceSource"),
                DateOnly.ParseExact(row.GetString("PriceFrom"), DayFormat, CultureInfo.InvariantCulture),
                row.GetBoolean("PriceEstimated") ?? false,
                [.. Parts(row.GetString("Charges")).Select(ReadCharge)]
            )
            {
                Terms = [.. Parts(row.GetString("PriceTerms")).Select(KeyEncoding.Decode)],
                Version = row.GetInt64("PriceVersion") ?? 0,
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
