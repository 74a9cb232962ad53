using System.Net;
using System.Text.RegularExpressions;

namespace MyCoach.Tests.Support;

/// <summary>
/// Records requests and answers and removes what differs from run to run, so that two programs can be compared.
/// </summary>
public sealed partial class Transcript
{
    private readonly List<string> entries = [];
    private string lastPoll = "";

    public IReadOnlyList<string> Entries => entries;

    /// <summary>Set on a request whose answer the test reads piece by piece, so that its body is not kept.</summary>
    public static HttpRequestOptionsKey<bool> ReadByTest { get; } = new(nameof(ReadByTest));

    /// <summary>Set on a request that the test repeats until something has happened. Only the last answer is kept.</summary>
    public static HttpRequestOptionsKey<bool> Polls { get; } = new(nameof(Polls));

    public DelegatingHandler Over(HttpMessageHandler handler) => new Recorder(this) { InnerHandler = handler };

    private async Task KeepAsync(HttpRequestMessage request, HttpResponseMessage answer)
    {
        var isReadByTest = request.Options.TryGetValue(ReadByTest, out var reads) && reads;
        var body = isReadByTest ? "(read by the test)" : await answer.Content.ReadAsStringAsync();
        var headers = answer
            .Headers.Concat(answer.Content.Headers)
            .Where(header => header.Key is not ("Date" or "Transfer-Encoding" or "Content-Length"))
            .OrderBy(header => header.Key, StringComparer.OrdinalIgnoreCase)
            .Select(header => $"{header.Key}: {string.Join(", ", header.Value)}");
        var text =
            $"{request.Method} {request.RequestUri!.PathAndQuery}\n{(int)answer.StatusCode}\n{string.Join('\n', headers)}\n\n{body}";
        var (line, entry) = ($"{request.Method} {request.RequestUri!.PathAndQuery}", Varying().Replace(text, "<>"));
        // A test that polls gets 404 until the thing exists; how often depends on the machine.
        if (line == lastPoll)
        {
            entries.RemoveAt(entries.Count - 1);
        }
        var isMiss = request.Method == HttpMethod.Get && answer.StatusCode == HttpStatusCode.NotFound;
        lastPoll = isMiss || request.Options.TryGetValue(Polls, out var polls) && polls ? line : "";
        entries.Add(entry);
    }

    [GeneratedRegex(
        """\d{4}-\d\d-\d\dT[\d:.]+Z|W/"[^"]*"|(?<=ETag: )"[^"]*"|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|\b[a-z]{3,4}_[0-9a-f]{24,}|\b[0-9a-f]{32}\b|"projectedUsd":[\d.]+|"created":\d+|"generation":\d+|"rowKey":"[^"]*"|event_\d{19}|"window":\d+|"keyId":"[0-9a-f]{12}"|(?<=nextCursor":")[^"]+|(?<=Retry-After: )\d+"""
    )]
    private static partial Regex Varying();

    private sealed class Recorder(Transcript transcript) : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request,
            CancellationToken cancellationToken
        )
        {
            var answer = await base.SendAsync(request, cancellationToken);
            await transcript.KeepAsync(request, answer);
            return answer;
        }
    }
}
