namespace MyCoach.Dev.Soak;

/// <summary>
/// Judges the calls that were not settled when their instance was killed: they must have ended so shortly before it that
/// others took as long to settle.
/// </summary>
internal sealed class SoakLosses(SoakFindings findings)
{
    private static readonly TimeSpan Usual = TimeSpan.FromSeconds(10);

    // The caller may read for a moment what the killed instance has sent.
    private static readonly TimeSpan Buffered = TimeSpan.FromSeconds(1);

    private readonly List<TimeSpan> settled = [];
    private readonly List<(string Rule, SoakCall Call, string Name)> open = [];

    public IReadOnlyList<(string Name, long Count)> Figures =>
        [
            ("ms from the end of a call to its event in storage, median", Milliseconds(Settled(0.5))),
            ("… 99th percentile", Milliseconds(Settled(0.99))),
            ("… longest", Milliseconds(Settled(1))),
            ("ms from the end of a call to the kill before it settled, longest", Milliseconds(EarliestOpen)),
        ];

    private TimeSpan EarliestOpen =>
        open.Select(left => left.Call.Life.KilledAt - left.Call.EndedAt).Max() ?? TimeSpan.Zero;

    public void NoteSettled(TimeSpan afterEnd) => settled.Add(afterEnd);

    public void NoteOpen(string rule, SoakCall call, string name) => open.Add((rule, call, name));

    public void Judge()
    {
        var longest = Settled(1) > Usual ? Settled(1) : Usual;
        foreach (var (rule, call, name) in open)
        {
            var before = call.Life.KilledAt - call.EndedAt;
            findings.Check(
                rule,
                before <= longest
                    && (before >= -Buffered || call.Ending is SoakEnding.BrokenOff or SoakEnding.Unanswered),
                () => before is null ? $"{name}: no kill" : $"{name} ended {before} before the kill"
            );
        }
    }

    private TimeSpan Settled(double share) =>
        settled.Order().ElementAtOrDefault(Math.Min((int)(share * settled.Count), settled.Count - 1));

    private static long Milliseconds(TimeSpan time) => (long)time.TotalMilliseconds;
}
