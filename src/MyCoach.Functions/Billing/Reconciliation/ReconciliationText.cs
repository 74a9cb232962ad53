using System.Globalization;
using MyCoach.Catalogue;

namespace MyCoach.Billing;

/// <summary>Says in a sentence or two what a comparison found, and what limits it.</summary>
internal static class ReconciliationText
{
    // Less is not worth a sentence: a hundredth of a cent.
    private static readonly PicoUsd Least = new(100_000_000);

    public static string Summary(Reconciled reconciled, CellSum sum)
    {
        if (!reconciled.Read.Any(day => day.IsBilled))
        {
            return "No costs of these days are known yet. Store an admin key, or post a statement of your provider's console.";
        }
        var compared = $"Providers billed {Dollars(sum.Billed)}, and MyCoach recorded {Dollars(sum.Recorded)}";
        if (Abs(sum.Difference) < Least)
        {
            return $"{compared}: they agree.";
        }
        var causes = Phrases(sum.Causes)
            .Where(cause => Abs(cause.Amount) >= Least)
            .OrderByDescending(cause => Abs(cause.Amount))
            .Select(cause => $"{Dollars(cause.Amount)} {cause.Text}")
            .ToArray();
        return $"{compared}. Of the difference of {Dollars(sum.Difference)}, {string.Join(", ", causes)}.";
    }

    public static IReadOnlyList<string> Notes(Reconciled reconciled)
    {
        var notes = new List<string>();
        foreach (var (provider, account) in reconciled.Accounts.OrderBy(account => account.Key.Id))
        {
            var days = reconciled.Read.Where(day => day.Bill.Provider == provider).ToArray();
            if (days.Length == 0)
            {
                continue;
            }
            if (days.Any(day => !account.KeysOn(day.Bill).AreCompared))
            {
                notes.Add(
                    $"{provider.Id}: your stored key is not known among the organisation's keys, so all use of the organisation is compared."
                );
            }
            if (days.Any(day => Organisation.AreDifferent(day.Bill.Organization, account.OrganizationId)))
            {
                notes.Add(
                    $"{provider.Id}: some days are of the organisation whose admin key was replaced, and are compared with the use of its keys."
                );
            }
            if (reconciled.Comparison.Other.TryGetValue(provider, out var other) && other != PicoUsd.Zero)
            {
                notes.Add(
                    $"{provider.Id}: {Dollars(other)} of the bill is for other keys or for none, and is not compared."
                );
            }
            if (reconciled.Comparison.Unlinked.TryGetValue(provider, out var unlinked))
            {
                notes.Add(
                    $"{provider.Id}: {Dollars(unlinked)} was recorded of stored keys that are not known among the organisation's, and is not compared."
                );
            }
            if (days.Any(day => !day.Bill.Lines.HasRequests))
            {
                notes.Add(
                    $"{provider.Id}: the bill counts no calls, so other calls and other tokens cannot be separated: both are "
                        + "under calls. Free tokens are under price."
                );
            }
            if (days.Any(day => !day.Bill.Lines.HasKeys && account.KeysOn(day.Bill).AreCompared))
            {
                notes.Add($"{provider.Id}: the bill names no keys; what each cost is derived from its tokens.");
            }
            if (days.Any(day => !day.IsBilled && day.Bill.Status != DayStatus.Open))
            {
                notes.Add($"{provider.Id}: some days have usage but no costs yet; they are not compared.");
            }
            if (days.Any(day => day.Bill.Status == DayStatus.Open))
            {
                notes.Add($"{provider.Id}: the bills of some days still grow; these days are not compared.");
            }
        }
        if (reconciled.HasRemoved)
        {
            notes.Add("The recorded calls of this time are removed, so there is nothing to compare.");
        }
        return notes;
    }

    private static IEnumerable<(PicoUsd Amount, string Text)> Phrases(Causes causes) =>
        [
            (
                causes.Calls,
                causes.Calls > PicoUsd.Zero
                    ? "is for calls outside MyCoach, or lost here"
                    : "is for calls that are recorded here and not billed"
            ),
            (causes.Tokens, "is for other numbers of tokens"),
            (causes.Price, "is for other prices"),
            (causes.Free, "is for free tokens, discounts and refunds"),
            (causes.NotPerCall, "is for storage, sessions and the like"),
            (causes.Rest, "is unexplained"),
        ];

    private static PicoUsd Abs(PicoUsd amount) => amount < PicoUsd.Zero ? PicoUsd.Zero - amount : amount;

    private static string Dollars(PicoUsd amount) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{(amount < PicoUsd.Zero ? "-" : "")}${decimal.Round(Abs(amount).Usd, 4, MidpointRounding.AwayFromZero):0.00##}"
        );
}
