using System.Globalization;
using Azure.Data.Tables;
using MyCoach.Providers;
using MyCoach.Storage;

namespace MyCoach.Billing;

/// <summary>A price that a provider bills otherwise than the price book says, on days that follow one another.</summary>
/// <param name="Kind">The kind of charge.</param>
/// <param name="Days">In their order.</param>
internal sealed record ObservedPrice(
    Provider Provider,
    string Model,
    string Kind,
    IReadOnlyList<ObservedDay> Days,
    DateTimeOffset NotedAt
)
{
    public TableEntity Write(string partition) =>
        new(partition, $"{Provider.Id}_{KeyEncoding.Encode(Model)}_{Kind}")
        {
            [nameof(Days)] = string.Join(';', Days.Select(day => day.Write())),
            [nameof(NotedAt)] = NotedAt,
        };

    public static ObservedPrice Read(TableEntity row)
    {
        var parts = row.RowKey.Split('_');
        return new ObservedPrice(
            Provider.Find(parts[0])!,
            KeyEncoding.Decode(parts[1]),
            parts[2],
            [.. row.GetString(nameof(Days)).Split(';').Select(ObservedDay.Read)],
            row.GetDateTimeOffset(nameof(NotedAt))!.Value
        );
    }
}

/// <summary>A day's average prices for the same tokens, in cents per million.</summary>
internal readonly record struct ObservedDay(DateOnly Day, decimal Recorded, decimal Billed)
{
    private const string DayFormat = "yyyy-MM-dd";

    public string Write() => string.Create(CultureInfo.InvariantCulture, $"{Day:yyyy-MM-dd}:{Recorded}:{Billed}");

    public static ObservedDay Read(string text)
    {
        var parts = text.Split(':');
        return new ObservedDay(
            DateOnly.ParseExact(parts[0], DayFormat, CultureInfo.InvariantCulture),
            decimal.Parse(parts[1], CultureInfo.InvariantCulture),
            decimal.Parse(parts[2], CultureInfo.InvariantCulture)
        );
    }
}
