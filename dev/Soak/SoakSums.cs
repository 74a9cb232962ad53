using System.Globalization;
using Azure.Data.Tables;

namespace MyCoach.Dev.Soak;

/// <summary>What an event or a row of totals states, read apart from the program's own code.</summary>
internal readonly record struct SoakSums(long Requests, long InputTokens, long OutputTokens, Int128 CostPicoUsd)
{
    public static SoakSums OfEvent(TableEntity row) => Of(row, 1);

    public static SoakSums OfTotals(TableEntity row) => Of(row, row.GetInt64("Requests")!.Value);

    public static SoakSums OfEvents(IEnumerable<TableEntity> events) => Of(events.Select(OfEvent));

    public static SoakSums Of(IEnumerable<SoakSums> all) => all.Aggregate(default(SoakSums), (sum, next) => sum + next);

    public static SoakSums operator +(SoakSums left, SoakSums right) =>
        checked(
            new(
                left.Requests + right.Requests,
                left.InputTokens + right.InputTokens,
                left.OutputTokens + right.OutputTokens,
                left.CostPicoUsd + right.CostPicoUsd
            )
        );

    private static SoakSums Of(TableEntity row, long requests) =>
        new(
            requests,
            row.GetInt64("InputTokens")!.Value,
            row.GetInt64("OutputTokens")!.Value,
            Int128.Parse(row.GetString("CostPicoUsd"), CultureInfo.InvariantCulture)
        );
}
