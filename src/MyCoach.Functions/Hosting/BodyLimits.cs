using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Metadata;

namespace MyCoach.Hosting;

/// <summary>On an endpoint: how many bytes its bodies may have, where that is not what the server allows by itself.</summary>
internal sealed record BodyLimit(long? MaxRequestBodySize) : IRequestSizeLimitMetadata;

/// <summary>
/// How many bytes the body of a request may have. The server's own limit closes the connection on who sends more, often before the answer is read; the
/// Functions host, which forwards a body to its end first, would answer 500 for us. So the server has no limit: here the body is refused where it is read,
/// and the server reads on for some seconds after the answer, as with any body that nobody read.
/// </summary>
internal static class BodyLimits
{
    private const int MostBytes = 1024 * 1024;

    /// <summary>To be used behind routing, which sets the server's limit to that of the endpoint.</summary>
    public static void UseBodyLimits(this IApplicationBuilder app) =>
        app.Use(
            (context, next) =>
            {
                context.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = null;
                if (!context.Features.GetRequiredFeature<IHttpRequestBodyDetectionFeature>().CanHaveBody)
                {
                    return next(context);
                }
                var limit = context.GetEndpoint()?.Metadata.GetMetadata<IRequestSizeLimitMetadata>()?.MaxRequestBodySize ?? MostBytes;
                if (context.Request.ContentLength is not { } length || length > limit)
                {
                    context.Request.Body = new LimitedBody(context.Request.Body, limit, context.Request.ContentLength ?? 0);
                }
                return next(context);
            }
        );

    /// <summary>A body that is refused where it is read, at its first byte if it says that it is too long.</summary>
    private sealed class LimitedBody(Stream body, long limit, long announced) : Stream
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

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            RefuseOver(announced);
            var count = await body.ReadAsync(buffer, cancellationToken);
            read += count;
            RefuseOver(read);
            return count;
        }

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush() { }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        private void RefuseOver(long length)
        {
            if (length > limit)
            {
                throw new BadHttpRequestException("The body is too long.", StatusCodes.Status413PayloadTooLarge);
            }
        }
    }
}
