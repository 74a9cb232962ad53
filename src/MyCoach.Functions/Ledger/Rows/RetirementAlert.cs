using System.Globalization;
using Azure.Data.Tables;
using MyCoach.Storage;

namespace MyCoach.Ledger;

/// <summary>
/// The coming or past retirement of a model that a user has chosen. Its row is in the month in which the warnings of the
/// retirement begin, so that later months cannot record it again.
/// </summary>
/// <param name="RetiresOn">From this day on the provider refuses calls to the model.</param>
/// <param name="ChosenBy">Where the model is chosen: <c>settings</c>, <c>agent coach</c>.</param>
internal sealed record RetirementAlert(
    string Model,
    DateOnly RetiresOn,
    IReadOnlyList<string> ChosenBy,
    Delivery Delivery
) : Alert(Delivery)
{
    private const string Prefix = "retirement_";
    private const string Day = "yyyy-MM-dd";

    // No id of an agent contains it.
    private const char Separator = ',';

    public DateTimeOffset RaisedAt => Delivery.RaisedAt;

    public override string RowKey => KeyOf(Model);

    public static string KeyOf(string model) => Prefix + KeyEncoding.Encode(model);

    public static bool IsKey(string rowKey) => rowKey.StartsWith(Prefix, StringComparison.Ordinal);

    public static RetirementAlert Read(TableEntity row) =>
        new(
            KeyEncoding.Decode(row.RowKey[Prefix.Length..]),
            DateOnly.ParseExact(row.GetString(nameof(RetiresOn)), Day, CultureInfo.InvariantCulture),
            row.GetString(nameof(ChosenBy)).Split(Separator),
            Delivery.Read(row, nameof(RaisedAt))
        )
        {
            ETag = row.ETag,
        };

    protected override void WriteTo(TableEntity row)
    {
        row[nameof(RaisedAt)] = RaisedAt;
        row[nameof(RetiresOn)] = RetiresOn.ToString(Day, CultureInfo.InvariantCulture);
        row[nameof(ChosenBy)] = string.Join(Separator, ChosenBy);
    }
}
