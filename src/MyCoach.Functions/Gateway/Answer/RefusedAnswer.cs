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
        KeyMask mask,
        HttpResponse response,
        HttpResponseMessage answer,
        CancellationToken cancellation
    )
    {
        var bytes = new byte[MaxErrorBytes];
        await using var source = await answer.Content.ReadAsStreamAsync(cancellation);
        var length = await source.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellation);
        var status = (int)answer.StatusCode;
        var encoding = ForwardedHeaders.EncodingOf(answer);
        var error = ErrorAnswer.Parse(await DecompressAsync(encoding, bytes.AsMemory(0, length)));
        if (error?.KeyStatusFor(call.Operation.Provider, status) is { } shown)
        {
            await ending.RecordKeyStatusAsync(shown);
        }
        if (status == StatusCodes.Status401Unauthorized)
        {
            // The provider's text repeats a part of the key.
            var provider = call.Operation.Provider;
            return error?.RefusesKey(provider) == true
                ? Refusal.KeyRejected(provider.Id)
                : Refusal.ProviderRefused(
                    provider.Id,
                    error?.Name(provider) is { } name && !mask.SharesPiece(name) ? name : null
                );
        }
        ForwardedHeaders.Copy(answer, response, mask, keepsLength: true);
        if (encoding is not (null or ClientOutput.Gzip))
        {
            // An encoding that was not requested cannot be searched for the key.
            response.Headers.ContentEncoding = default;
            response.ContentLength = 0;
            return null;
        }
        using var output = ClientOutput.For(response, mask, encoding, passesAtOnce: false, meter: null);
        for (; length > 0; length = await source.ReadAsync(bytes, cancellation))
        {
            output.Write(bytes.AsSpan(0, length));
            await output.FlushAsync(cancellation);
        }
        output.End();
        await output.FlushAsync(cancellation);
        return null;
    }

    private static async Task<ReadOnlyMemory<byte>> DecompressAsync(string? encoding, ReadOnlyMemory<byte> bytes)
    {
        if (encoding != ClientOutput.Gzip)
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
