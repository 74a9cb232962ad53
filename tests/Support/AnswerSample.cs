using System.IO.Compression;
using System.Text;
using MyCoach.Gateway;
using MyCoach.Http;
using MyCoach.Metering;
using MyCoach.Providers;

namespace MyCoach.Tests.Support;

/// <summary>What a meter says of an answer.</summary>
internal sealed record Metered(MeteredCall Call, string? FinishReason, bool HasFinished)
{
    public bool IsEstimated => Call.IsEstimated;

    public (long Input, long Output) Tokens => (Call.Tokens.Input, Call.Tokens.Output);
}

/// <summary>An answer to meter, cut in whatever way.</summary>
internal sealed class AnswerSample(Operation operation, byte[] request, byte[] body, string mediaType)
{
    public static readonly Operation Chat = OperationOf(Provider.OpenAi, "chat/completions");
    public static readonly Operation Responses = OperationOf(Provider.OpenAi, "responses");
    public static readonly Operation Embeddings = OperationOf(Provider.OpenAi, "embeddings");
    public static readonly Operation Messages = OperationOf(Provider.Anthropic, "messages");

    /// <summary>14 bytes of text: 5 tokens where the input is estimated.</summary>
    public const string Question = """{"model":"m","messages":[{"role":"user","content":"How are u"}],"stream":true}""";

    private readonly long alternatives = Read(request, operation)?.Alternatives ?? 1;

    public AnswerSample(Operation operation, string request, string body, string mediaType)
        : this(operation, Encoding.UTF8.GetBytes(request), Encoding.UTF8.GetBytes(body), mediaType) { }

    public string Name { get; init; } = "an answer";

    public int Length => body.Length;

    public ReadOnlySpan<byte> Bytes => body;

    public bool IsStream => mediaType == "text/event-stream";

    /// <summary>A request body; null if it is refused.</summary>
    public static CallBody? Read(byte[] body, Operation operation) =>
        CallBody.TryRead(new ReceivedBody(body, new MemoryBudget(long.MaxValue).ShareOf("")), operation);

    /// <summary>A stream of these events, each the JSON of one <c>data</c> line.</summary>
    public static AnswerSample StreamOf(Operation operation, params IEnumerable<string> events) =>
        TextOf(operation, string.Concat(events.Select(json => $"data: {json}\n\n")));

    /// <summary>A stream of this text.</summary>
    public static AnswerSample TextOf(Operation operation, string text, string request = Question) =>
        new(operation, request, text, "text/event-stream");

    public static AnswerSample JsonOf(Operation operation, string text) =>
        new(operation, Question, text, "application/json");

    public AnswerMeter NewMeter(string? encoding = null) => Meters.For(operation, mediaType, encoding, alternatives)!;

    public AnswerSample WithLineEnd(string end) =>
        new(
            operation,
            request,
            Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(body).Replace("\n", end, StringComparison.Ordinal)),
            mediaType
        )
        {
            Name = Name,
        };

    public Task<Metered> WholeAsync() => CutAtAsync(body.Length);

    /// <summary>The answer in two pieces.</summary>
    public Task<Metered> CutAtAsync(int end)
    {
        var meter = NewMeter();
        meter.Write(body.AsSpan(0, end));
        meter.Write(body.AsSpan(end));
        return EndAsync(meter);
    }

    /// <summary>The answer in pieces of one size, but for the first.</summary>
    public Task<Metered> InPiecesAsync(int size, int? first = null) =>
        InPiecesAsync(NewMeter(), body, Sizes(size, first ?? size));

    /// <summary>The answer in pieces of these sizes, over and over.</summary>
    public Task<Metered> InPiecesAsync(int[] sizes) =>
        InPiecesAsync(NewMeter(), body, Enumerable.Repeat(sizes, int.MaxValue).SelectMany(all => all));

    /// <summary>The answer compressed, in pieces of one size.</summary>
    public Task<Metered> PackedAsync(int size = int.MaxValue) =>
        InPiecesAsync(NewMeter("gzip"), Pack(body), Sizes(size, size));

    /// <summary>As much of the answer as came before it broke off.</summary>
    public Task<Metered> BrokenOffAtAsync(int end)
    {
        var meter = NewMeter();
        meter.Write(body.AsSpan(0, end));
        return EndAsync(meter);
    }

    public static byte[] Pack(byte[] plain)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
        {
            gzip.Write(plain);
        }
        return packed.ToArray();
    }

    private static IEnumerable<int> Sizes(int size, int first) => Enumerable.Repeat(size, int.MaxValue).Prepend(first);

    private Task<Metered> InPiecesAsync(AnswerMeter meter, ReadOnlyMemory<byte> bytes, IEnumerable<int> sizes)
    {
        foreach (var size in sizes)
        {
            meter.Write(bytes.Span[..Math.Min(size, bytes.Length)]);
            bytes = bytes[Math.Min(size, bytes.Length)..];
            if (bytes.IsEmpty)
            {
                break;
            }
        }
        return EndAsync(meter);
    }

    private Task<Metered> EndAsync(AnswerMeter meter)
    {
        meter.Complete();
        return Task.FromResult(
            new Metered(
                MeteredCall.Of(operation.Provider, meter, Read(request, operation)?.InputEstimate ?? 0),
                meter.Usage.FinishReason,
                meter.HasFinished
            )
        );
    }

    private static Operation OperationOf(Provider provider, string path) =>
        Operation.All.Single(candidate =>
            candidate.Provider == provider && candidate.Path == path && candidate.IsMetered
        );
}
