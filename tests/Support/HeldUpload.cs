using System.Net.Sockets;
using System.Text;

namespace MyCoach.Tests.Support;

/// <summary>A request whose body lacks its last byte, so that the program keeps waiting for it.</summary>
internal sealed class HeldUpload : IDisposable
{
    private readonly TcpClient client = new();

    /// <param name="isChunked">Whether the length of the body is not stated.</param>
    /// <param name="sent">How many bytes of the body are sent; null for all but the last.</param>
    public static async Task<HeldUpload> StartAsync(
        TestApp app,
        string user,
        string path,
        int bytes,
        bool isChunked = false,
        int? sent = null
    )
    {
        var (held, cancellation) = (new HeldUpload(), TestContext.Current.CancellationToken);
        await held.client.ConnectAsync(app.Address.Host, app.Address.Port, cancellation);
        var length = isChunked ? "Transfer-Encoding: chunked" : $"Content-Length: {bytes}";
        var chunk = isChunked ? $"{bytes:x}\r\n" : "";
        await held.WriteAsync(
            $"POST {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {app.Token(user)}\r\n"
                + $"Content-Type: application/json\r\n{length}\r\n\r\n{chunk}{{"
        );
        await held.WriteAsync(new string(' ', (sent ?? bytes - 1) - 1));
        return held;
    }

    public async Task<string> StatusLineAsync()
    {
        using var reader = new StreamReader(client.GetStream(), Encoding.ASCII, leaveOpen: true);
        return await reader.ReadLineAsync(TestContext.Current.CancellationToken) ?? "";
    }

    public void Dispose() => client.Dispose();

    private Task WriteAsync(string text) =>
        client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(text), TestContext.Current.CancellationToken).AsTask();
}
