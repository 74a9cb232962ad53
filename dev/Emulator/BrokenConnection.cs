using System.Net.Sockets;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;

namespace MyCoach.Dev.Emulator;

/// <summary>Resets a connection, so that the client cannot take the partial response for a complete one.</summary>
internal static class BrokenConnection
{
    private const int MaxWaits = 100;

    // IPPROTO_TCP and TCP_INFO.
    private const int TcpLevel = 6;
    private const int TcpState = 11;

    // On the system clock, because a fake clock does not make bytes arrive.
    private static readonly TimeSpan Wait = TimeSpan.FromMilliseconds(50);

    /// <summary>Resets after the flushed bytes have arrived. A reset overtakes bytes that the receiver's system has not acknowledged.</summary>
    public static async Task ResetAsync(HttpContext http)
    {
        var socket = http.Features.GetRequiredFeature<IConnectionSocketFeature>().Socket;
        for (var waits = 0; waits == 0 || (waits < MaxWaits && IsSending(socket)); waits++)
            await Task.Delay(Wait, TimeProvider.System, http.RequestAborted);
        ResetAtOnce(http);
    }

    public static void ResetAtOnce(HttpContext http)
    {
        http.Abort();
        http.Features.GetRequiredFeature<EmulatedCall>().End(answeredInFull: false);
    }

    // Known only on Linux. Elsewhere one wait must suffice; it does unless the client reads a long response slowly.
    private static bool IsSending(Socket socket)
    {
        if (!OperatingSystem.IsLinux())
            return false;
        // struct tcp_info of linux/tcp.h, up to and including the last field read here.
        Span<byte> info = stackalloc byte[148];
        socket.GetRawSocketOption(TcpLevel, TcpState, info);
        var (unacknowledged, unsent) = (BitConverter.ToUInt32(info[24..]), BitConverter.ToUInt32(info[144..]));
        return unacknowledged > 0 || unsent > 0;
    }
}
