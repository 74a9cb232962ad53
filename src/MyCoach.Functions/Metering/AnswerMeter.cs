namespace MyCoach.Metering;

/// <summary>Reads an answer's bytes as they arrive, in pieces of any size, and determines the usage.</summary>
internal abstract class AnswerMeter
{
    public virtual AnswerUsage Usage { get; } = new();

    /// <summary>Whether the provider has stated the final usage.</summary>
    public abstract bool IsExact { get; }

    /// <summary>Whether the provider has finished generating, so that the rest of the answer adds no cost.</summary>
    public virtual bool HasFinished => IsExact;

    /// <summary>Whether the answer's own end marker has arrived.</summary>
    public virtual bool HasEnded => false;

    /// <summary>The number of body bytes read so far.</summary>
    public long Length { get; private set; }

    public void Write(ReadOnlySpan<byte> bytes)
    {
        Length += bytes.Length;
        Take(bytes);
    }

    /// <summary>
    /// Estimates the output tokens received so far, for answers whose usage the provider did not state.
    /// </summary>
    public virtual long EstimateOutput(int bytesPerToken) => (Length + bytesPerToken - 1) / bytesPerToken;

    /// <summary>Processes buffered bytes after the last write.</summary>
    public virtual void Complete() { }

    protected abstract void Take(ReadOnlySpan<byte> bytes);
}
