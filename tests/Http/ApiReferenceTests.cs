using System.Net;
using System.Text.RegularExpressions;
using MyCoach.Dev.Emulator;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Http;

/// <summary>The page with the API description works without a token and loads nothing from elsewhere.</summary>
public sealed partial class ApiReferenceTests(LocalParts parts)
{
    private const string Page = "/api/docs/";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Everything_of_the_page_comes_from_the_program()
    {
        await using var app = await TestApp.StartAsync(parts);
        using var anyone = app.Anonymous();
        await CheckAsync(anyone.Http);
    }

    [Fact]
    public async Task It_works_under_the_Functions_host()
    {
        await using var emulator = await ProviderEmulator.StartAsync(cancellation: Cancellation);
        await using var app = await WorkerApp.StartAsync(parts, emulator);
        using var anyone = app.As(null);
        await CheckAsync(anyone.Http);
    }

    private static async Task CheckAsync(HttpClient client)
    {
        using var answer = await client.GetAsync(Page, Cancellation);
        Assert.Equal(
            (HttpStatusCode.OK, "text/html"),
            (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType)
        );
        var html = await answer.Content.ReadAsStringAsync(Cancellation);
        Assert.Contains("\"url\":\"api/openapi.json\"", html, StringComparison.Ordinal);
        Assert.DoesNotContain("://", html, StringComparison.Ordinal);

        var policy = Assert.Single(answer.Headers.GetValues("Content-Security-Policy"));
        var scripts = Script().Matches(html);
        Assert.True(scripts.Count >= 2, html);
        Assert.All(
            scripts,
            script =>
                Assert.Contains(
                    $"script-src 'self' 'nonce-{script.Groups["nonce"].Value}';",
                    policy,
                    StringComparison.Ordinal
                )
        );
        Assert.DoesNotContain("unsafe-eval", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("http", policy, StringComparison.Ordinal);
        foreach (var file in File().Matches(html).Select(match => match.Groups["file"].Value).Distinct())
        {
            using var script = await client.GetAsync(Page + file, Cancellation);
            Assert.Equal(
                (HttpStatusCode.OK, "text/javascript"),
                (script.StatusCode, script.Content.Headers.ContentType?.MediaType)
            );
        }
    }

    [GeneratedRegex("<script[^>]* nonce=\"(?<nonce>[^\"]+)\"")]
    private static partial Regex Script();

    [GeneratedRegex("(?:src=\"|from './)(?<file>[^\"']+)")]
    private static partial Regex File();
}
