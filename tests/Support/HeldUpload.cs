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
        var length = isChunked ? "Transfer-Encoding: chunked" : $"Content-Length: {bytes}";
        var held = await BeginAsync(app, user, path, "application/json", length);
        await held.WriteAsync(isChunked ? $"{bytes:x}\r\n{{" : "{");
        await held.WriteAsync(new string(' ', (sent ?? bytes - 1) - 1));
        return held;
    }

    /// <summary>Sends all of the text but its last character.</summary>
    public static async Task<HeldUpload> StartAsync(
        TestApp app,
        string user,
        string path,
        string text,
        string contentType
    )
    {
        var held = await BeginAsync(app, user, path, contentType, $"Content-Length: {text.Length}");
        await held.WriteAsync(text[..^1]);
        return held;
    }

    public async Task<string> StatusLineAsync()
    {
        using var reader = new StreamReader(client.GetStream(), Encoding.ASCII, leaveOpen: true);
        return await reader.ReadLineAsync(TestContext.Current.CancellationToken) ?? "";
    }

    public void Dispose() => client.Dispose();

    private static async Task<HeldUpload> BeginAsync(
        TestApp app,
        string user,
        string path,
        string contentType,
        string length
    )
    {
        var held = new HeldUpload();
        await held.client.ConnectAsync(app.Address.Host, app.Address.Port, TestContext.Current.CancellationToken);
        await held.WriteAsync(
            $"POST {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {app.Token(user)}\r\n"
                + $"Content-Type: {contentType}\r\n{length}\r\n\r\n"
        );
        return held;
    }

    private Task WriteAsync(string text) =>
        client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(text), TestContext.Current.CancellationToken).AsTask();
}
