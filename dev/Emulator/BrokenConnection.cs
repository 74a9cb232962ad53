using System.Net.Sockets;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;

namespace MyCoach.Dev.Emulator;

/// <summary>An answer that ends where its client cannot take it for whole.</summary>
internal static class BrokenConnection
{
    private const int LongestWait = 100;

    // IPPROTO_TCP and TCP_INFO.
    private const int TcpLevel = 6;
    private const int TcpState = 11;

    // On the machine's own clock, because no fake one makes bytes arrive.
    private static readonly TimeSpan Wait = TimeSpan.FromMilliseconds(50);

    /// <summary>Resets when what was flushed has arrived: a reset overtakes what the receiver's system has not taken yet.</summary>
    public static async Task ResetAsync(HttpContext http)
    {
        var socket = http.Features.GetRequiredFeature<IConnectionSocketFeature>().Socket;
        for (var waits = 0; waits == 0 || (waits < LongestWait && IsSending(socket)); waits++)
            await Task.Delay(Wait, TimeProvider.System, http.RequestAborted);
        ResetAtOnce(http);
    }

    public static void ResetAtOnce(HttpContext http)
    {
        http.Abort();
        http.Features.GetRequiredFeature<EmulatedCall>().End(answeredInFull: false);
    }

    // Only Linux is asked; elsewhere the one wait has to do, which it does unless the client is slow to read a long answer.
    private static bool IsSending(Socket socket)
    {
        if (!OperatingSystem.IsLinux())
            return false;
        // struct tcp_info of linux/tcp.h, up to and with the last field that is read.
        Span<byte> info = stackalloc byte[148];
        socket.GetRawSocketOption(TcpLevel, TcpState, info);
        var (unacknowledged, unsent) = (BitConverter.ToUInt32(info[24..]), BitConverter.ToUInt32(info[144..]));
        return unacknowledged > 0 || unsent > 0;
    }
}
