using System.Buffers;
using System.IO.Pipelines;
using MyCoach.Metering;

namespace MyCoach.Gateway;

/// <summary>
/// Sends a provider's answer to the caller, with the provider key masked in case the provider repeats it.
/// </summary>
internal abstract class ClientOutput(HttpResponse response) : IDisposable
{
    public const string Gzip = "gzip";

    private readonly PipeWriter writer = response.BodyWriter;
    private bool hasPassed;

    /// <param name="passesAtOnce">False if the caller can use nothing before the end of the answer.</param>
    /// <param name="meter">Gets each piece before it is written here; null without one.</param>
    public static ClientOutput For(
        HttpResponse response,
        KeyMask mask,
        string? encoding,
        bool passesAtOnce,
        AnswerMeter? meter
    ) =>
        encoding == Gzip
            ? new GzipOutput(response, mask, passesAtOnce, meter as GzipMeter)
            : new PlainOutput(response, mask);

    public abstract void Write(ReadOnlySpan<byte> bytes);

    /// <summary>Writes what is held back. The answer is whole.</summary>
    public abstract void End();

    /// <summary>Sends what was written. The first flush sends the headers too, so it waits for a first byte.</summary>
    public async ValueTask FlushAsync(CancellationToken cancellation)
    {
        if (hasPassed)
        {
            await writer.FlushAsync(cancellation);
        }
    }

    public virtual void Dispose() { }

    protected HttpResponse Response => response;

    protected bool HasStarted => hasPassed || response.HasStarted;

    protected void Pass(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > 0)
        {
            writer.Write(bytes);
            hasPassed = true;
        }
    }
}
