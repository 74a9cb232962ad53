using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using MyCoach.Dev;
using MyCoach.Users;

namespace MyCoach.Bench;

/// <summary>The published program in a separate process, with numbered users.</summary>
internal sealed class PublishedProgram : IAsyncDisposable
{
    private readonly HttpClient http = new();
    private readonly ChildProcess process;
    private readonly Uri address;
    private readonly string name;

    private PublishedProgram(ChildProcess process, Uri address, string name) => (this.process, this.address, this.name) = (process, address, name);

    /// <param name="folder">The folder of the published program.</param>
    /// <param name="openAi">The address to use for OpenAI.</param>
    public static async Task<PublishedProgram> StartAsync(
        string folder,
        string connectionString,
        string tables,
        Uri openAi,
        CancellationToken stopping,
        params (string, string)[] environment
    )
    {
        var address = new Uri($"http://127.0.0.1:{LocalPort.Free().ToString(CultureInfo.InvariantCulture)}");
        var settings = BenchApp.Settings(connectionString, tables, address.Port);
        var process = ChildProcess.Start(
            Path.Combine(folder, Published.Program),
            [.. settings, $"--Providers:openai:BaseUrl={openAi}"],
            folder,
            environment
        );
        await process.WaitUntilItAnswersAsync(address, stopping);
        var isNative = !File.Exists(Path.Combine(folder, $"{Published.Program}.dll"));
        return new PublishedProgram(process, address, isNative ? "MyCoach" : "MyCoach (JIT)");
    }

    public static UserId User(int number) => BenchApp.User($"u{number.ToString(CultureInfo.InvariantCulture)}");

    /// <summary>Calls the API as a user and returns the answer.</summary>
    public async Task<JsonNode> AskAsync(int user, HttpMethod method, string path, object? body, CancellationToken stopping)
    {
        using var request = new HttpRequestMessage(method, new Uri(address, path)) { Content = body is null ? null : JsonContent.Create(body) };
        request.Headers.Authorization = BenchApp.Token(User(user));
        using var answer = (await http.SendAsync(request, stopping)).EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync<JsonNode>(stopping))!;
    }

    /// <summary>Its gateway, called by these users.</summary>
    public Peer PeerOf(string kind, int users, int first = 0) =>
        new(
            name + kind,
            process,
            new Uri(address, "/api/gateway/openai/v1/chat/completions"),
            [.. Enumerable.Range(first, users).Select(user => new[] { ("Authorization", $"Bearer {BenchApp.Token(User(user)).Parameter}") })]
        );

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await process.DisposeAsync();
    }
}
