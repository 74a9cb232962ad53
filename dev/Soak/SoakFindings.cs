namespace MyCoach.Dev.Soak;

/// <summary>How often a rule was checked, and where it does not hold.</summary>
public sealed record SoakCheck(string Rule, long Checked, IReadOnlyList<string> Failures);

/// <summary>What the checks have found and counted.</summary>
internal sealed class SoakFindings
{
    private readonly OrderedDictionary<string, (long Checked, List<string> Failures)> checks = [];
    private readonly Dictionary<(string Budget, string What), long> counts = [];

    public IReadOnlyList<SoakCheck> Checks =>
        [.. checks.Select(check => new SoakCheck(check.Key, check.Value.Checked, check.Value.Failures))];

    public void Check(string rule, bool holds, Func<string> failure)
    {
        var (count, failures) = checks.GetValueOrDefault(rule, (0, []));
        if (!holds)
        {
            failures.Add(failure());
        }
        checks[rule] = (count + 1, failures);
    }

    public void Count(SoakBudget budget, string what, long added = 1) =>
        counts[(budget.Name, what)] = counts.GetValueOrDefault((budget.Name, what)) + added;

    public long CountOf(string budget, string what) => counts.GetValueOrDefault((budget, what));
}
