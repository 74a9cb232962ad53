namespace MyCoach.Bench;

/// <summary>A clock that starts at noon on the 10th of this month, runs at normal speed and can be advanced.</summary>
internal sealed class ForwardClock : TimeProvider
{
    private TimeSpan ahead;

    public ForwardClock()
    {
        var now = base.GetUtcNow();
        ahead = new DateTimeOffset(now.Year, now.Month, 10, 12, 0, 0, TimeSpan.Zero) - now;
    }

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + ahead;

    public override long GetTimestamp() => base.GetTimestamp() + (long)(ahead.TotalSeconds * TimestampFrequency);

    public void Advance(TimeSpan time) => ahead += time;
}
