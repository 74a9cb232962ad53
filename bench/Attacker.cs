using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace MyCoach.Bench;

/// <summary>A user who tries to take the memory that others need.</summary>
internal sealed class Attacker(Uri program) : IDisposable
{
    private const int UploadBytes = 1023 * 1024;
    private const int BodyBytes = 32_000_000;
    private const string Gateway = "/api/gateway/openai/v1/chat/completions";

    private readonly List<TcpClient> held = [];
    private readonly HttpClient http = new() { BaseAddress = program, Timeout = TimeSpan.FromMinutes(2) };
    private readonly string token = BenchApp.Token(BenchApp.User("mallory")).ToString();

    public static IReadOnlyList<(string Name, Func<Attacker, CancellationToken, Task> Run)> All { get; } =
    [
        ("1,500 uploads to the gateway, never ended", (it, over) => it.HoldAsync(1_500, Gateway, over)),
        ("1,500 uploads to the API, never ended", (it, over) => it.HoldAsync(1_500, "/api/usage", over)),
        ("1,000 open streams, bodies of 1 MiB", (it, over) => it.StreamAsync(1_000, UploadBytes, over)),
        ("bodies of 32 MB: 0,0,…", (it, over) => it.PostAsync(8, Body(AttackProvider.Usual, "0,"), over)),
        ("bodies of 32 MB: {},{},…", (it, over) => it.PostAsync(8, Body(AttackProvider.Usual, "{},"), over)),
        ("answers of 1 MiB that unpack to 1 GiB", (it, over) => it.PostAsync(8, Body(AttackProvider.Bomb), over)),
        ("answers with a line of 300 MiB", (it, over) => it.PostAsync(4, Body(AttackProvider.Line), over)),
    ];

    /// <summary>Opens uploads that lack their last byte.</summary>
    public async Task HoldAsync(int count, string path, CancellationToken over)
    {
        var head = Encoding.ASCII.GetBytes(
            $"POST {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: {token}\r\nContent-Type: application/json\r\n"
                + $"Content-Length: {UploadBytes.ToString(CultureInfo.InvariantCulture)}\r\n\r\n"
        );
        var body = Encoding.ASCII.GetBytes(new string(' ', UploadBytes - 1));
        for (var number = 0; number < count && !over.IsCancellationRequested; number++)
        {
            var client = new TcpClient();
            held.Add(client);
            try
            {
                await client.ConnectAsync(program.Host, program.Port, over);
                await client.GetStream().WriteAsync(head, over);
                await client.GetStream().WriteAsync(body, over);
            }
            catch (Exception fault) when (fault is IOException or SocketException or OperationCanceledException)
            {
                // Refused.
            }
        }
        await Task.Delay(Timeout.Infinite, over).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Opens streams and reads only their beginning.</summary>
    public async Task StreamAsync(int count, int bytes, CancellationToken over)
    {
        var body = Body(AttackProvider.Held, new string(' ', bytes), bytes);
        var open = new List<HttpResponseMessage>();
        for (var number = 0; number < count && !over.IsCancellationRequested; number++)
        {
            if (await TrySendAsync(body, HttpCompletionOption.ResponseHeadersRead, over) is { } answer)
            {
                open.Add(answer);
            }
        }
        await Task.Delay(Timeout.Infinite, over).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        open.ForEach(answer => answer.Dispose());
    }

    /// <summary>Sends this body over and over, on several connections.</summary>
    public Task PostAsync(int connections, byte[] body, CancellationToken over) =>
        Task.WhenAll(
            Enumerable
                .Range(0, connections)
                .Select(_ =>
                    Task.Run(
                        async () =>
                        {
                            while (!over.IsCancellationRequested)
                            {
                                using var answer = await TrySendAsync(
                                    body,
                                    HttpCompletionOption.ResponseHeadersRead,
                                    over
                                );
                                await (
                                    answer?.Content.CopyToAsync(Stream.Null, over) ?? Task.CompletedTask
                                ).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                            }
                        },
                        CancellationToken.None
                    )
                )
        );

    public void Dispose()
    {
        held.ForEach(client => client.Dispose());
        http.Dispose();
    }

    private async Task<HttpResponseMessage?> TrySendAsync(
        byte[] body,
        HttpCompletionOption until,
        CancellationToken over
    )
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Gateway) { Content = new ByteArrayContent(body) };
        request.Headers.TryAddWithoutValidation("Authorization", token);
        request.Headers.TryAddWithoutValidation("Accept-Encoding", "gzip");
        request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        try
        {
            return await http.SendAsync(request, until, over);
        }
        catch (Exception fault) when (fault is HttpRequestException or OperationCanceledException)
        {
            return null;
        }
    }

    private static byte[] Body(string model, string filling = "", int bytes = BodyBytes)
    {
        var isStream = model is AttackProvider.Held or AttackProvider.Line ? "true" : "false";
        var start = $"{{\"model\":\"{model}\",\"stream\":{isStream},\"messages\":[";
        var count = filling.Length == 0 ? 0 : bytes / filling.Length;
        var items = string.Concat(Enumerable.Repeat(filling, count)).TrimEnd(',');
        return Encoding.ASCII.GetBytes($"{start}{items}]}}");
    }
}
