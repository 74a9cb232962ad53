using System.Buffers;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Text;

namespace MyCoach.Bench;

/// <summary>A route to the provider stub.</summary>
/// <param name="process">The gateway's process; null for direct calls.</param>
/// <param name="chat">The address of its chat completions.</param>
/// <param name="headers">The headers of each user; connections are assigned to users in turn.</param>
internal sealed class Peer(
    string name,
    ChildProcess? process,
    Uri chat,
    params IReadOnlyList<(string Name, string Value)[]> headers
) : IDisposable
{
    private const int MaxAnswerBytes = 64 * 1024;

    private static readonly string Question = string.Concat(
        Enumerable.Repeat("What could I have done better today? ", 40)
    );

    private static readonly byte[] Body = BodyOf("");
    private static readonly byte[] StreamingBody = BodyOf(""","stream":true,"stream_options":{"include_usage":true}""");

    private readonly HttpMessageInvoker http = new(
        new SocketsHttpHandler
        {
            UseCookies = false,
            UseProxy = false,
            AllowAutoRedirect = false,
        }
    );
    private int succeeded;

    public string Name => name;

    public ChildProcess? Process => process;

    public int Succeeded => succeeded;

    /// <summary>The first failure; null if there was none.</summary>
    public string? Fault { get; private set; }

    /// <param name="firstBytesMs">Receives the time to the first byte of the response body.</param>
    public async Task<CallResult> CallAsync(
        int connection,
        bool streams,
        ConcurrentBag<double> firstBytesMs,
        CancellationToken cancellation
    )
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, chat)
        {
            Content = new ByteArrayContent(streams ? StreamingBody : Body),
        };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        foreach (var (header, value) in headers[connection % headers.Count])
        {
            request.Headers.TryAddWithoutValidation(header, value);
        }
        var bytes = ArrayPool<byte>.Shared.Rent(MaxAnswerBytes);
        try
        {
            var began = Stopwatch.GetTimestamp();
            using var answer = await http.SendAsync(request, cancellation);
            await using var body = await answer.Content.ReadAsStreamAsync(cancellation);
            var length = await body.ReadAsync(bytes, cancellation);
            firstBytesMs.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            for (var more = length; more > 0; length += more)
            {
                more = await body.ReadAsync(bytes.AsMemory(length), cancellation);
            }
            return Check(answer.StatusCode, bytes.AsSpan(0, length), streams);
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException)
        {
            Fault ??= fault.Message;
            return new CallResult(false);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    public void Dispose() => http.Dispose();

    private CallResult Check(HttpStatusCode status, ReadOnlySpan<byte> body, bool streams)
    {
        if (
            status == HttpStatusCode.OK
            && (streams ? body.EndsWith("data: [DONE]\n\n"u8) : body.Length > ProviderStub.Answer.Length / 2)
        )
        {
            Interlocked.Increment(ref succeeded);
            return new CallResult(true);
        }
        Fault ??=
            $"{(int)status} with {body.Length} bytes: {Encoding.UTF8.GetString(body[..Math.Min(body.Length, 300)])}";
        return new CallResult(false);
    }

    private static byte[] BodyOf(string more) =>
        Encoding.UTF8.GetBytes(
            $$"""{"model":"{{ProviderStub.Model}}","messages":[{"role":"user","content":"{{Question}}"}],"max_tokens":300{{more}}}"""
        );
}
