using System.Net;
using System.Net.Sockets;

namespace MyCoach.Dev;

/// <summary>Ports of the loopback address.</summary>
public static class LocalPort
{
    /// <summary>A port that nothing listens on, now or later: the system does not assign it to programs.</summary>
    public const int Closed = 1;

    public static int Free()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <exception cref="CannotStartException">Another program listens on the port.</exception>
    public static void RequireFree(int port, string option)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
        }
        catch (SocketException)
        {
            throw new CannotStartException($"Port {port} is already in use. Stop the program that uses it, or select another port with {option}.");
        }
    }
}
