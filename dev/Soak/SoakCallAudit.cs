using System.Globalization;
using Azure.Data.Tables;

namespace MyCoach.Dev.Soak;

/// <summary>Compares the stored events of a user with the calls through the gateway.</summary>
internal sealed class SoakCallAudit(SoakBook book, SoakFindings findings, SoakLosses losses)
{
    private const string NeverLost = "A call with a budget is never lost";

    /// <param name="billed">How many calls of the user the provider bills.</param>
    public void Check(IReadOnlyCollection<TableEntity> events, int billed)
    {
        var stored = events.ToLookup(row => row.GetString("Metadata_call"));
        var lost = 0;
        foreach (var call in book.Calls)
        {
            var rows = stored[call.Number].ToArray();
            findings.Count(book.Budget, call.Ending.ToString());
            findings.Check("A call is stored once at most", rows.Length < 2, () => NameOf(call));
            lost += rows.Length == 0 && IsLost(call) ? 1 : 0;
            foreach (var row in rows)
            {
                CheckEvent(call, row);
            }
        }
        var numbers = book.Calls.Select(call => call.Number).ToHashSet();
        findings.Check(
            "No call is stored that was not made",
            stored.All(rows => rows.Key is { } number && numbers.Contains(number)),
            () => book.User
        );
        CheckBill(events.Count, billed, lost);
    }

    private static bool WasAnswered(SoakCall call) =>
        call.Ending is SoakEnding.Answered or SoakEnding.Left or SoakEnding.BrokenOff;

    private bool IsLost(SoakCall call)
    {
        if (!WasAnswered(call))
        {
            return false;
        }
        if (book.Budget.Holds)
        {
            findings.Check(NeverLost, false, () => NameOf(call));
        }
        else
        {
            losses.NoteOpen(
                "A call without a budget is lost only by a kill before it could settle",
                call,
                NameOf(call)
            );
        }
        findings.Count(book.Budget, $"Lost{call.Ending}");
        return true;
    }

    private void CheckEvent(SoakCall call, TableEntity row)
    {
        var used = SoakSums.OfEvent(row);
        var isExpired = row.GetBoolean("Expired") == true;
        findings.Count(book.Budget, isExpired ? "Expired" : "Stored");
        if (book.Budget.Holds)
        {
            findings.Check(NeverLost, true, () => "");
        }
        if (WasAnswered(call))
        {
            findings.Check(
                "An event has the id that the answer named",
                call.UsageId?.EndsWith($"-{row.GetString("Id")}", StringComparison.Ordinal) == true,
                () => NameOf(call)
            );
        }
        if (isExpired)
        {
            CheckExpired(call, used);
            return;
        }
        if (WasAnswered(call))
        {
            losses.NoteSettled(row.Timestamp!.Value - call.EndedAt);
        }
        findings.Check(
            "A refused call costs nothing",
            call.Ending is not (SoakEnding.Refused or SoakEnding.Unavailable),
            () => NameOf(call)
        );
        if (call.Ending == SoakEnding.Answered)
        {
            var (input, output) = call.Tokens ?? default;
            findings.Check(
                "A call costs what its answer states",
                used == new SoakSums(1, input, output, SoakBudget.CostOf(input, output))
                    && row.GetBoolean("Estimated") != true,
                () => $"{NameOf(call)} is {used} instead of {input} and {output} tokens"
            );
        }
    }

    private void CheckExpired(SoakCall call, SoakSums used)
    {
        var (least, most) = book.Budget.HeldBy(call);
        findings.Check(
            "An expired call costs what it held",
            book.Budget.Holds && used.CostPicoUsd >= least && used.CostPicoUsd <= most,
            () => $"{NameOf(call)} cost {used.CostPicoUsd}; it held {least} to {most}"
        );
        // Whether storage that failed had reserved the call is unknown to its caller.
        if (call.Ending != SoakEnding.Unavailable)
        {
            losses.NoteOpen("A call expires only after a kill before it could settle", call, NameOf(call));
        }
    }

    private void CheckBill(int stored, int billed, int lost)
    {
        var open = book.Calls.Count(call => call.Ending is SoakEnding.Unanswered or SoakEnding.Unavailable);
        string Name() =>
            string.Create(CultureInfo.InvariantCulture, $"{book.User}: {stored} are stored, {billed} are billed");
        if (book.Budget.Holds)
        {
            findings.Check("Every billed call with a budget is stored", stored >= billed, Name);
            findings.Check("What no provider has billed was cut off before", stored <= billed + open, Name);
            return;
        }
        findings.Count(book.Budget, "LostUnanswered", billed - stored - lost);
        findings.Check("Every stored call without a budget is billed", stored <= billed, Name);
        findings.Check("A billed call that is not stored was cut off", billed - stored - lost <= open, Name);
    }

    private string NameOf(SoakCall call) => $"{book.User} call {call.Number}, {call.Ending}, {call.UsageId}";
}
