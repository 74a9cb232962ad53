using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.Features;

namespace MyCoach.Dev.Emulator;

/// <summary>A recorded call, byte for byte.</summary>
public sealed class EmulatedCall
{
    private readonly TaskCompletionSource<bool> end = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal EmulatedCall(HttpRequest request, ReadOnlyMemory<byte> body, DateTimeOffset arrivedAt)
    {
        Method = request.Method;
        // The raw target, because decoding would hide wrong encoding.
        PathAndQuery = request.HttpContext.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        Headers = request.Headers.ToDictionary(
            header => header.Key,
            header => header.Value.ToString(),
            StringComparer.OrdinalIgnoreCase
        );
        Body = body;
        ArrivedAt = arrivedAt;
    }

    public string Method { get; }

    /// <summary>With the emulator's prefix: <c>/anthropic/v1/messages?beta=true</c>.</summary>
    public string PathAndQuery { get; }

    /// <summary>Header names are case-insensitive. Several values of one name are joined by a comma.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; }

    public ReadOnlyMemory<byte> Body { get; }

    public DateTimeOffset ArrivedAt { get; }

    /// <summary>
    /// Completes with the call: true if the whole response was written; false if the client disconnected or the
    /// emulator broke the connection.
    /// </summary>
    public Task<bool> AnsweredInFull => end.Task;

    public string BodyText => Encoding.UTF8.GetString(Body.Span);

    public JsonNode? BodyJson => JsonNode.Parse(Body.Span);

    public string? Header(string name) => Headers.GetValueOrDefault(name);

    internal void End(bool answeredInFull) => end.TrySetResult(answeredInFull);
}

internal sealed class CallLog
{
    private const int MaxCalls = 1000;

    private readonly ConcurrentQueue<EmulatedCall> calls = new();

    private long total;

    public int Count => calls.Count;

    public long Total => Interlocked.Read(ref total);

    public void Add(EmulatedCall call)
    {
        Interlocked.Increment(ref total);
        calls.Enqueue(call);
        while (calls.Count > MaxCalls)
            calls.TryDequeue(out _);
    }

    public IReadOnlyCollection<EmulatedCall> Snapshot() => calls.ToArray();

    public void Clear() => calls.Clear();
}
