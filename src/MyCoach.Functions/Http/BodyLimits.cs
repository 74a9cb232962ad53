using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Metadata;

namespace MyCoach.Http;

/// <summary>
/// Limits request bodies. The server's own limit closes the connection at once, so a client that is still sending often
/// misses the 413, and the Functions host answers 500 instead. This middleware refuses the body when it is read; the
/// server then drains the rest for up to five seconds.
/// </summary>
internal static class BodyLimits
{
    private const int DefaultMaxBytes = 1024 * 1024;

    /// <summary>Call after UseRouting, which sets the server's limit from the endpoint's metadata.</summary>
    public static void UseBodyLimits(this IApplicationBuilder app) =>
        app.Use(
            (context, next) =>
            {
                context.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = null;
                if (!context.Features.GetRequiredFeature<IHttpRequestBodyDetectionFeature>().CanHaveBody)
                {
                    return next(context);
                }
                var limit =
                    context.GetEndpoint()?.Metadata.GetMetadata<IRequestSizeLimitMetadata>()?.MaxRequestBodySize
                    ?? DefaultMaxBytes;
                if (context.Request.ContentLength is not { } length || length > limit)
                {
                    context.Request.Body = new LimitedBody(
                        context.Request.Body,
                        limit,
                        context.Request.ContentLength ?? 0
                    );
                }
                return next(context);
            }
        );

    /// <summary>
    /// Throws a 413 when the limit is exceeded, at the first read if Content-Length already exceeds it.
    /// </summary>
    private sealed class LimitedBody(Stream body, long limit, long declared) : Stream
    {
        private long read;

        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => throw new NotSupportedException();
        public override long Position
        {
            get => read;
            set => throw new NotSupportedException();
        }

        public override async ValueTask<int> ReadAsync(
            Memory<byte> buffer,
            CancellationToken cancellationToken = default
        )
        {
            ThrowIfOverLimit(declared);
            var count = await body.ReadAsync(buffer, cancellationToken);
            read += count;
            ThrowIfOverLimit(read);
            return count;
        }

        public override Task<int> ReadAsync(
            byte[] buffer,
            int offset,
            int count,
            CancellationToken cancellationToken
        ) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush() { }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        private void ThrowIfOverLimit(long length)
        {
            if (length > limit)
            {
                throw new BadHttpRequestException("The body is too large.", StatusCodes.Status413PayloadTooLarge);
            }
        }
    }
}
