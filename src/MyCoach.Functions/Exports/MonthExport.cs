using Azure.Data.Tables;
using MyCoach.Budgets;
using MyCoach.Catalogue;
using MyCoach.Ledger;
using MyCoach.Usage;
using MyCoach.Users;

namespace MyCoach.Exports;

/// <summary>
/// Writes a user's months from their rows. The rows of a month come by kind, in the order of the arrays; the budget
/// needs the ledger and the alerts, so it is last.
/// </summary>
internal sealed class MonthExport(ExportWriter writer, ModelCatalogue catalogue, DateTimeOffset now)
{
    private static readonly string[] Arrays = ["agents", "conversations", "days", "events", "reservations", "tokens"];

    private string? partition;
    private int begun;
    private MonthLedger? ledger;
    private readonly List<ThresholdAlert> alerts = [];

    /// <summary>Writes the row. False if no member of a month shows it.</summary>
    public bool TryWrite(TableEntity row)
    {
        if (row.PartitionKey != partition)
        {
            End();
            Begin(row.PartitionKey);
        }
        switch (row.RowKey.Split('_')[0])
        {
            case "agent":
                Write(
                    row,
                    "agents",
                    read => new GroupView(read.RowKey["agent_".Length..], provider: null, Totals.Read(read))
                );
                return true;
            case "conversation":
                Write(
                    row,
                    "conversations",
                    read => new GroupView(MonthRows.ConversationOf(read.RowKey), provider: null, Totals.Read(read))
                );
                return true;
            case "day":
                Write(row, "days", read => new DayTotalsView(read.RowKey, Totals.Read(read)));
                return true;
            case "event":
                Write(row, "events", read => new UsageReceiptView(EventRow.Read(read), catalogue));
                return true;
            case "reservation":
                Write(row, "reservations", read => ReservationView.Of(Reservation.Read(read)));
                return true;
            case "token":
                Write(
                    row,
                    "tokens",
                    read => new GroupView(MonthRows.TokenOf(read.RowKey), provider: null, Totals.Read(read))
                );
                return true;
            case MonthRows.LedgerKey:
                ledger = MonthLedger.Read(row);
                return true;
            // A mark repeats the id of its event.
            case "mark":
                return true;
            case "threshold" when ThresholdAlert.Read(row) is { IsSilent: false } alert:
                alerts.Add(alert);
                return true;
            default:
                return false;
        }
    }

    /// <summary>Ends the last month.</summary>
    public void End()
    {
        if (partition is null)
        {
            return;
        }
        BeginArray(Arrays.Length);
        writer.Json.WriteEndArray();
        var (_, month) = UserId.ParseMonthPartition(partition);
        writer.Write("budget", ledger is null ? null : BudgetView.Of(ledger, month, now, alerts));
        writer.Json.WriteEndObject();
        (partition, ledger, begun) = (null, null, 0);
        alerts.Clear();
    }

    private void Begin(string monthPartition)
    {
        partition = monthPartition;
        writer.Json.WriteStartObject();
        writer.Json.WriteString("month", UserId.ParseMonthPartition(monthPartition).Month.ToString());
    }

    private void Write<TView>(TableEntity row, string array, Func<TableEntity, TView> view)
    {
        BeginArray(Array.IndexOf(Arrays, array) + 1);
        writer.Write(view(row));
    }

    // Begins the arrays up to this one, and ends those before it.
    private void BeginArray(int count)
    {
        for (; begun < count; begun++)
        {
            if (begun > 0)
            {
                writer.Json.WriteEndArray();
            }
            writer.Json.WriteStartArray(Arrays[begun]);
        }
    }
}
