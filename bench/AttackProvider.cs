using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using MyCoach.Dev;

namespace MyCoach.Bench;

/// <summary>A provider whose answer depends on the model that a call names.</summary>
internal sealed class AttackProvider : IAsyncDisposable
{
    public const string Usual = "gpt-4o-mini";
    public const string Held = "held";
    public const string Bomb = "bomb";
    public const string Line = "line";

    private const int MiB = 1024 * 1024;
    private const int LineMegaBytes = 300;

    private static readonly TimeSpan UsualTime = TimeSpan.FromMilliseconds(100);
    private static readonly byte[] Packed = Pack(1024);

    private readonly WebApplication app;

    private AttackProvider(WebApplication app, Uri address) => (this.app, Address) = (app, address);

    public Uri Address { get; }

    public static async Task<AttackProvider> StartAsync(CancellationToken stopping)
    {
        var port = LocalPort.Free();
        var app = Part.BuildHere(port);
        app.MapFallback(AnswerAsync);
        await app.StartAsync(stopping);
        return new AttackProvider(app, new Uri($"http://127.0.0.1:{port}"));
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private static async Task AnswerAsync(HttpContext context)
    {
        var (response, left) = (context.Response, context.RequestAborted);
        switch (await ModelAsync(context.Request))
        {
            case Held:
                response.ContentType = "text/event-stream";
                await response.Body.WriteAsync(ProviderStub.Stream[0], left);
                await response.Body.FlushAsync(left);
                await Task.Delay(Timeout.Infinite, left).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                break;
            case Bomb:
                (response.ContentType, response.Headers.ContentEncoding) = ("application/json", "gzip");
                response.ContentLength = Packed.Length;
                await response.Body.WriteAsync(Packed, left);
                break;
            case Line:
                response.ContentType = "text/event-stream";
                var piece = Encoding.ASCII.GetBytes(new string('x', MiB));
                await response.Body.WriteAsync("data: {\"x\":\""u8.ToArray(), left);
                for (var count = 0; count < LineMegaBytes; count++)
                {
                    await response.Body.WriteAsync(piece, left);
                }
                await response.Body.WriteAsync("\"}\n\n"u8.ToArray(), left);
                break;
            default:
                await Task.Delay(UsualTime, TimeProvider.System, left);
                (response.ContentType, response.ContentLength) = ("application/json", ProviderStub.Answer.Length);
                await response.Body.WriteAsync(ProviderStub.Answer, left);
                break;
        }
    }

    // The model comes first in every body.
    private static async Task<string?> ModelAsync(HttpRequest request)
    {
        var start = new byte[64];
        var length = await request.Body.ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false);
        await request.Body.CopyToAsync(Stream.Null);
        var json = new Utf8JsonReader(start.AsSpan(0, length), isFinalBlock: false, default);
        return json.Read() && json.Read() && json.ValueTextEquals("model"u8) && json.Read() ? json.GetString() : null;
    }

    private static byte[] Pack(int megaBytes)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal))
        {
            var piece = Encoding.ASCII.GetBytes(new string('x', MiB));
            gzip.Write("{\"x\":\""u8);
            for (var count = 0; count < megaBytes; count++)
            {
                gzip.Write(piece);
            }
            gzip.Write("\"}"u8);
        }
        return packed.ToArray();
    }
}
