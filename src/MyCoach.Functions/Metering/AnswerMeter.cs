namespace MyCoach.Metering;

/// <summary>Takes the bytes of an answer as they come, in whatever pieces, and works out what was used.</summary>
internal abstract class AnswerMeter
{
    public virtual AnswerUsage Usage { get; } = new();

    /// <summary>Whether the provider has stated, for good, what was used.</summary>
    public abstract bool IsExact { get; }

    /// <summary>Whether the provider has announced that it generates nothing more, so that reading on costs nothing.</summary>
    public virtual bool HasFinished => IsExact;

    /// <summary>Whether the answer says by itself that it ends here.</summary>
    public virtual bool HasEnded => false;

    /// <summary>Bytes of the body taken so far.</summary>
    public long Length { get; private set; }

    public void Write(ReadOnlySpan<byte> bytes)
    {
        Length += bytes.Length;
        Take(bytes);
    }

    /// <summary>A guess at the output that came so far, where the provider did not state it.</summary>
    public virtual long EstimateOutput(int bytesPerToken) => (Length + bytesPerToken - 1) / bytesPerToken;

    /// <summary>No more will come.</summary>
    public virtual Task CompleteAsync() => Task.CompletedTask;

    protected abstract void Take(ReadOnlySpan<byte> bytes);
}
