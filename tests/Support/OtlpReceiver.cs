using System.Collections.Concurrent;
using System.IO.Compression;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace MyCoach.Tests.Support;

/// <summary>One export as it arrived. Its texts are plain bytes and can be searched without decoding.</summary>
public sealed record Export(string Path, string? ContentType, string? Key, string Text);

/// <summary>Takes what an app exports, as a collector does.</summary>
public sealed class OtlpReceiver : IAsyncDisposable
{
    /// <summary>Where Application Insights takes what it is sent.</summary>
    public const string Insights = "/v2.1/track";

    private readonly WebApplication app;
    private readonly ConcurrentQueue<Export> exports = new();

    private OtlpReceiver()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        app = builder.Build();
        app.Run(async context =>
        {
            using var bytes = new MemoryStream();
            await context.Request.Body.CopyToAsync(bytes);
            var request = context.Request;
            var text = Encoding.Latin1.GetString(
                request.Headers.ContentEncoding == "gzip" ? Unzip(bytes.ToArray()) : bytes.ToArray()
            );
            exports.Enqueue(
                new Export($"{request.Method} {request.Path}", request.ContentType, request.Headers["x-key"], text)
            );
            if (request.Path != Insights)
            {
                context.Response.ContentType = "application/x-protobuf";
                return;
            }
            var items = text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length;
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync(
                $$"""{"itemsReceived":{{items}},"itemsAccepted":{{items}},"errors":[]}"""
            );
        });
    }

    private static byte[] Unzip(byte[] zipped)
    {
        using var plain = new MemoryStream();
        using var unzipping = new GZipStream(new MemoryStream(zipped), CompressionMode.Decompress);
        unzipping.CopyTo(plain);
        return plain.ToArray();
    }

    public Uri Address => new(app.Urls.Single());

    public IReadOnlyCollection<Export> Exports => exports;

    public static async Task<OtlpReceiver> StartAsync()
    {
        var receiver = new OtlpReceiver();
        await receiver.app.StartAsync();
        return receiver;
    }

    /// <summary>Waits for an export to this path with this text in it.</summary>
    public async Task<Export> UntilAsync(string path, string text)
    {
        using var patience = new CancellationTokenSource(Eventually.HangLimit);
        for (; ; await Task.Delay(20, patience.Token))
        {
            if (
                exports.FirstOrDefault(export =>
                    export.Path == path && export.Text.Contains(text, StringComparison.Ordinal)
                ) is
                { } found
            )
            {
                return found;
            }
        }
    }

    public async ValueTask DisposeAsync() => await app.DisposeAsync();
}
