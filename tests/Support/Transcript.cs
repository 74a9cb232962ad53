using System.Text.RegularExpressions;

namespace MyCoach.Tests.Support;

/// <summary>What a caller asked and what came back, without what differs from run to run, so that two programs can be compared.</summary>
public sealed partial class Transcript
{
    private readonly List<string> entries = [];
    private string last = "";

    public IReadOnlyList<string> Entries => entries;

    public DelegatingHandler Over(HttpMessageHandler handler) => new Recorder(this) { InnerHandler = handler };

    private async Task KeepAsync(HttpRequestMessage request, HttpResponseMessage answer)
    {
        // A stream that a test reads piece by piece is the test's own.
        var isOpen = answer.Content.Headers.ContentType?.MediaType == "text/event-stream";
        var body = isOpen ? "(a stream)" : await answer.Content.ReadAsStringAsync();
        var headers = answer
            .Headers.Concat(answer.Content.Headers)
            .Where(header => header.Key is not ("Date" or "Transfer-Encoding" or "Content-Length"))
            .OrderBy(header => header.Key, StringComparer.OrdinalIgnoreCase)
            .Select(header => $"{header.Key}: {string.Join(", ", header.Value)}");
        var text = $"{request.Method} {request.RequestUri!.PathAndQuery}\n{(int)answer.StatusCode}\n{string.Join('\n', headers)}\n\n{body}";
        var (line, entry) = ($"{request.Method} {request.RequestUri!.PathAndQuery}", Varying().Replace(text, "<>"));
        // Who looks again until something is there sees as often as it takes that it is not.
        if (line == last)
        {
            entries.RemoveAt(entries.Count - 1);
        }
        last = line;
        entries.Add(entry);
    }

    [GeneratedRegex(
        """\d{4}-\d\d-\d\dT[\d:.]+Z|W/"[^"]*"|(?<=ETag: )"[^"]*"|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|\b[a-z]{3,4}_[0-9a-f]{24,}|\b[0-9a-f]{32}\b|"projectedUsd":[\d.]+|"created":\d+|"generation":\d+|"rowKey":"[^"]*"|event_\d{19}|"window":\d+|(?<=nextCursor":")[^"]+|(?<=Retry-After: )\d+"""
    )]
    private static partial Regex Varying();

    private sealed class Recorder(Transcript transcript) : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var answer = await base.SendAsync(request, cancellationToken);
            await transcript.KeepAsync(request, answer);
            return answer;
        }
    }
}
