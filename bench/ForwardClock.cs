namespace MyCoach.Bench;

/// <summary>Begins at noon of the 10th of this month, goes as the system's clock does, and can be put forward.</summary>
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

    public void PutForward(TimeSpan time) => ahead += time;
}
