using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace MyCoach.Tests.Support;

/// <summary>An answer as a caller sees it.</summary>
public sealed record Answer(
    HttpStatusCode Status,
    JsonNode? Body,
    string Text,
    HttpResponseHeaders Headers,
    MediaTypeHeaderValue? ContentType
)
{
    public JsonNode this[string member] =>
        Body![member] ?? throw new InvalidOperationException($"{member} is null or absent in {Text}");

    public string? Code => Body?["code"]?.GetValue<string>();

    public string? ETag => Headers.ETag?.ToString();

    /// <summary>Asserts the status and gives the answer on; the text says what came instead.</summary>
    public Answer Is(HttpStatusCode expected)
    {
        Assert.True(Status == expected, $"Expected {(int)expected}, got {(int)Status}: {Text}");
        return this;
    }

    /// <summary>Asserts a problem with this status and code, in the form of RFC 9457.</summary>
    public Answer IsProblem(int status, string code)
    {
        Is((HttpStatusCode)status);
        Assert.Equal("application/problem+json", ContentType?.MediaType);
        Assert.Equal(code, Code);
        Assert.Equal(status, (int)this["status"]);
        return this;
    }

    /// <summary>
    /// Asserts a refusal of the gateway: in the shape of the provider that is called, and with this code.
    /// </summary>
    public Answer IsRefusal(int status, string code)
    {
        Is((HttpStatusCode)status);
        Assert.Equal("application/json", ContentType?.MediaType);
        Assert.Equal(code, Headers.TryGetValues("X-MyCoach-Error", out var codes) ? Assert.Single(codes) : null);
        Assert.NotEmpty((string)this["error"]["message"]!);
        return this;
    }

    /// <summary>Asserts the one or the other, as the address that was called has it.</summary>
    public Answer IsRefused(string path, int status, string code) =>
        path.StartsWith("/api/gateway/", StringComparison.Ordinal) ? IsRefusal(status, code) : IsProblem(status, code);

    /// <summary>Asserts a 400 that blames this field.</summary>
    public Answer Blames(string field)
    {
        IsProblem(400, "invalid_request");
        Assert.True(this["errors"].AsObject().ContainsKey(field), $"{field} is not blamed: {Text}");
        return this;
    }
}

/// <summary>Calls an app as one caller.</summary>
public sealed class ApiClient(HttpClient http) : IDisposable
{
    public HttpClient Http => http;

    public Task<Answer> GetAsync(string path) => SendAsync(HttpMethod.Get, path);

    public Task<Answer> DeleteAsync(string path, string? ifMatch = null) =>
        SendAsync(HttpMethod.Delete, path, ifMatch: ifMatch);

    public Task<Answer> PutAsync(string path, object body, string? ifMatch = null) =>
        SendAsync(HttpMethod.Put, path, body, ifMatch);

    public Task<Answer> PostAsync(string path, object? body = null) => SendAsync(HttpMethod.Post, path, body);

    public Task<Answer> PatchAsync(string path, object body, string? ifMatch = null) =>
        SendAsync(HttpMethod.Patch, path, body, ifMatch);

    /// <param name="body">A string is sent as it is, anything else as JSON.</param>
    public async Task<Answer> SendAsync(
        HttpMethod method,
        string path,
        object? body = null,
        string? ifMatch = null,
        string contentType = "application/json",
        IEnumerable<(string Name, string Value)>? headers = null
    )
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(
                Encoding.UTF8.GetBytes(body as string ?? JsonSerializer.Serialize(body, JsonSerializerOptions.Web))
            );
            request.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        }
        if (ifMatch is not null)
        {
            request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        }
        foreach (var (name, value) in headers ?? [])
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }
        using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        var isJson = answer.Content.Headers.ContentType?.MediaType?.EndsWith("json", StringComparison.Ordinal) == true;
        return new Answer(
            answer.StatusCode,
            isJson ? JsonNode.Parse(text) : null,
            text,
            answer.Headers,
            answer.Content.Headers.ContentType
        );
    }

    public void Dispose() => http.Dispose();
}

/// <summary>Requests that many tests make.</summary>
public static class Request
{
    public static HttpContent AsContent(object body) =>
        new StringContent(JsonSerializer.Serialize(body, JsonSerializerOptions.Web), Encoding.UTF8, "application/json");

    /// <summary>
    /// An event of a model whose price everybody knows: 1,000 input and 500 output tokens cost 1.05 cents.
    /// </summary>
    public static object Event(
        string? id = null,
        string model = "claude-sonnet-4-20250514",
        string provider = "anthropic",
        long inputTokens = 1000,
        long outputTokens = 500,
        string? conversationId = null
    ) =>
        new
        {
            id = id ?? Guid.NewGuid().ToString("N"),
            provider,
            model,
            inputTokens,
            outputTokens,
            conversationId,
        };
}
