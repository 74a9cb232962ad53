using System.Text;
using System.Threading.Channels;
using MyCoach.Dev.Emulator;

namespace MyCoach.Tests.Support;

/// <summary>An answer of the emulated provider whose pieces a test sends one by one.</summary>
public sealed class Feed
{
    private readonly Channel<ReadOnlyMemory<byte>> pieces = Channel.CreateUnbounded<ReadOnlyMemory<byte>>();

    public PlannedAnswer Answer(
        string contentType = "text/event-stream; charset=utf-8",
        bool breaksOff = false,
        int status = 200
    ) =>
        new()
        {
            Status = status,
            ContentType = contentType,
            Body = pieces.Reader.ReadAllAsync(),
            BreaksOff = breaksOff,
        };

    public void Send(string text) => pieces.Writer.TryWrite(Encoding.UTF8.GetBytes(text));

    public void End() => pieces.Writer.TryComplete();
}
