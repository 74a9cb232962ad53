using System.Globalization;
using Azure.Data.Tables;

namespace MyCoach.Dev.Soak;

/// <summary>Adds up the stored events of a user's month, and compares the sums with the ledger and the totals.</summary>
internal sealed class SoakSumAudit(SoakBook book, IReadOnlyCollection<TableEntity> rows, SoakFindings findings)
{
    private readonly TableEntity[] events = [.. RowsOf(rows, "event")];

    public static IEnumerable<TableEntity> RowsOf(IEnumerable<TableEntity> rows, string kind) =>
        rows.Where(row => row.RowKey.StartsWith($"{kind}_", StringComparison.Ordinal));

    public void Check()
    {
        // A month that no call has reached yet may have marks alone, which keep ids out of it.
        var ledger = rows.SingleOrDefault(row => row.RowKey == "ledger");
        var counted = ledger is null ? default : SoakSums.OfTotals(ledger);
        Require("The ledger is the sum of the events", counted == SoakSums.OfEvents(events));
        Require(
            "Nothing stays reserved",
            ledger?.GetString("ReservedPicoUsd") is null or "0" && !RowsOf(rows, "reservation").Any()
        );
        Require(
            "The totals of days, models and conversations are the sums of their events",
            AreSame(Totals("day", parts: 4), Sums(DayKeyOf)) && AreSame(Totals("conversation", 2), Sums(TalkKeyOf))
        );
        Require(
            "Each posted event has its mark, and each call is where its id says",
            RowsOf(rows, "mark")
                .Select(row => row.GetString("Event"))
                .Where(marked => marked is not null)
                .Order()
                .SequenceEqual(events.Where(row => !IsCall(row)).Select(KeyOf).Order())
                && events.Where(IsCall).All(row => KeyOf(row) == KeyOfCall(row.GetString("Id")))
        );
        Require("The program had no sum to correct", !RowsOf(rows, "repair").Any());
        if (book.Budget.MaxSpend is { } most)
        {
            var spent = SoakSums.OfEvents(events.Where(IsCall)).CostPicoUsd;
            Require("Calls spend no more than the budget", spent <= most);
        }
    }

    public static bool IsCall(TableEntity row) => row.GetString("Id").StartsWith("gw-", StringComparison.Ordinal);

    // The id is gw- and a UUID, whose first 12 digits are the milliseconds since 1970.
    private static string KeyOfCall(string id)
    {
        var digits = id["gw-".Length..].Replace("-", "", StringComparison.Ordinal)[..12];
        var at = DateTime.UnixEpoch.AddMilliseconds(
            long.Parse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture)
        );
        return string.Create(CultureInfo.InvariantCulture, $"event_{DateTime.MaxValue.Ticks - at.Ticks:D19}_{id}");
    }

    private void Require(string rule, bool holds) =>
        findings.Check(rule, holds, () => $"{book.User}, {rows.First().PartitionKey}");

    // The stored key, which is a fifth part of a day's row, is the same for all calls of a user and unknown of posts.
    private Dictionary<string, SoakSums> Totals(string kind, int parts) =>
        RowsOf(rows, kind)
            .GroupBy(row => string.Join('_', row.RowKey.Split('_').Take(parts)))
            .ToDictionary(group => group.Key, group => SoakSums.Of(group.Select(SoakSums.OfTotals)));

    private Dictionary<string, SoakSums> Sums(Func<TableEntity, string?> key) =>
        events
            .Where(row => key(row) is not null)
            .GroupBy(row => key(row)!)
            .ToDictionary(group => group.Key, group => SoakSums.OfEvents(group));

    private static string KeyOf(TableEntity row) => row.RowKey;

    // No name of the soak's models has a character that keys encode.
    private static string DayKeyOf(TableEntity row) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"day_{row.GetDateTimeOffset("CreatedAt")!.Value.UtcDateTime:yyyyMMdd}_{row.GetString("Provider")}_{row.GetString("Model")}"
        );

    private static string? TalkKeyOf(TableEntity row) =>
        row.GetString("ConversationId") is { } id ? $"conversation_{id}" : null;

    private static bool AreSame(Dictionary<string, SoakSums> left, Dictionary<string, SoakSums> right) =>
        left.Count == right.Count && left.All(pair => right.TryGetValue(pair.Key, out var sum) && sum == pair.Value);
}
