using System.Diagnostics;
using System.Net;
using System.Text;

namespace MyCoach.Gateway;

/// <summary>
/// The connections to the providers. Nothing of one call is carried into another's, and nothing is followed, decoded or
/// added on the way.
/// </summary>
internal sealed class ProviderConnections : IDisposable
{
    public HttpMessageInvoker Client { get; } =
        new(
            new SocketsHttpHandler
            {
                AllowAutoRedirect = false,
                AutomaticDecompression = DecompressionMethods.None,
                UseCookies = false,
                EnableMultipleHttp2Connections = true,
                ConnectTimeout = TimeSpan.FromSeconds(15),
                PooledConnectionLifetime = TimeSpan.FromMinutes(5),
                // Who leaves an answer leaves its connection too: what would be read on costs tokens.
                MaxResponseDrainSize = 0,
                // As the caller's were read, so that they leave as they came.
                RequestHeaderEncodingSelector = (_, _) => Encoding.UTF8,
                ActivityHeadersPropagator = DistributedContextPropagator.CreateNoOutputPropagator(),
            }
        );

    public void Dispose() => Client.Dispose();
}
