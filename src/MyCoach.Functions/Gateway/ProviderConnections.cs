using System.Diagnostics;
using System.Net;
using System.Text;

namespace MyCoach.Gateway;

/// <summary>
/// The connections to the providers. Calls share no cookies or trace headers, and redirects are not followed, nor
/// bodies decompressed.
/// </summary>
internal sealed class ProviderConnections(HttpMessageInvoker client) : IDisposable
{
    public HttpMessageInvoker Client => client;

    public static HttpMessageInvoker CreateClient() =>
        new(
            new SocketsHttpHandler
            {
                AllowAutoRedirect = false,
                AutomaticDecompression = DecompressionMethods.None,
                UseCookies = false,
                // Per answer, what a caller who does not read leaves in memory. See the project file: it does not grow.
                InitialHttp2StreamWindowSize = 256 * 1024,
                EnableMultipleHttp2Connections = true,
                ConnectTimeout = TimeSpan.FromSeconds(15),
                PooledConnectionLifetime = TimeSpan.FromMinutes(5),
                // An aborted answer is not drained, because every further token costs.
                MaxResponseDrainSize = 0,
                // As the server reads the caller's headers, so that they are forwarded unchanged.
                RequestHeaderEncodingSelector = (_, _) => Encoding.UTF8,
                ActivityHeadersPropagator = DistributedContextPropagator.CreateNoOutputPropagator(),
            }
        );

    public void Dispose() => Client.Dispose();
}
