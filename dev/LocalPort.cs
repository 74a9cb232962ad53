using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace MyCoach.Dev;

/// <summary>Ports of the loopback address.</summary>
public static class LocalPort
{
    /// <summary>A port that nothing listens on, now or later: the system does not assign it to programs.</summary>
    public const int Closed = 1;

    // Below the ports that systems give to outgoing connections, one of which could take a port before it is listened on.
    private const int FirstFree = 20_000;
    private const int EndFree = 32_000;

    private static readonly ConcurrentDictionary<int, bool> Given = new();

    /// <summary>A port that nothing listens on, another one each time.</summary>
    public static int Free()
    {
        while (true)
        {
            var port = Random.Shared.Next(FirstFree, EndFree);
            if (Given.TryAdd(port, true) && IsFree(port))
            {
                return port;
            }
        }
    }

    /// <exception cref="CannotStartException">Another program listens on the port.</exception>
    public static void RequireFree(int port, string option)
    {
        if (!IsFree(port))
        {
            throw new CannotStartException(
                $"Port {port} is already in use. Stop the program that uses it, or select another port with {option}."
            );
        }
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
