using System.Net;
using System.Net.Sockets;

namespace MyCoach.Dev;

/// <summary>Ports of this machine's loopback address.</summary>
public static class LocalPort
{
    /// <summary>One that nothing listens on, now or later: no program is given it by chance.</summary>
    public const int Closed = 1;

    public static int Free()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <exception cref="CannotStartException">Something else listens there.</exception>
    public static void RequireFree(int port, string option)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
        }
        catch (SocketException)
        {
            throw new CannotStartException($"Port {port} is already in use: stop what listens there, or choose another with {option}.");
        }
    }
}
