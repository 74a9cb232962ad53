using System.IO.Compression;
using MyCoach.Providers;

namespace MyCoach.Gateway;

/// <summary>Passes on a provider's error, and records what it says about the key.</summary>
internal static class RefusedAnswer
{
    private const int MaxErrorBytes = 64 * 1024;

    /// <summary>Null if the provider's error was passed on; otherwise the refusal to answer with instead.</summary>
    public static async Task<Refusal?> PassAsync(
        GatewayCall call,
        CallEnding ending,
        HttpResponse response,
        HttpResponseMessage answer,
        CancellationToken cancellation
    )
    {
        var bytes = new byte[MaxErrorBytes];
        await using var source = await answer.Content.ReadAsStreamAsync(cancellation);
        var length = await source.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellation);
        var status = (int)answer.StatusCode;
        var error = ErrorAnswer.Parse(await DecompressAsync(answer, bytes.AsMemory(0, length)));
        if (error?.KeyStatusFor(call.Operation.Provider, status) is { } shown)
        {
            await ending.RecordKeyStatusAsync(shown);
        }
        if (status == StatusCodes.Status401Unauthorized)
        {
            // The provider's text repeats a part of the key.
            return Refusal.KeyRejected(call.Operation.Provider.Id);
        }
        ForwardedHeaders.Copy(answer, response, keepsLength: true);
        await response.Body.WriteAsync(bytes.AsMemory(0, length), cancellation);
        await source.CopyToAsync(response.Body, cancellation);
        return null;
    }

    private static async Task<ReadOnlyMemory<byte>> DecompressAsync(
        HttpResponseMessage answer,
        ReadOnlyMemory<byte> bytes
    )
    {
        if (!answer.Content.Headers.ContentEncoding.Contains("gzip"))
        {
            return bytes;
        }
        var plain = new byte[MaxErrorBytes];
        try
        {
            await using var unzipped = new GZipStream(new MemoryStream(bytes.ToArray()), CompressionMode.Decompress);
            return plain.AsMemory(0, await unzipped.ReadAtLeastAsync(plain, plain.Length, throwOnEndOfStream: false));
        }
        catch (InvalidDataException)
        {
            return default;
        }
    }
}
