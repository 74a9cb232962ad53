using System.Text.RegularExpressions;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Web;

/// <summary>The program, as in production, for all tests of a class that only read its page.</summary>
public sealed partial class ServedPage(LocalParts parts) : IAsyncLifetime
{
    private TestApp? app;

    public HttpClient Http { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        app = await TestApp.StartAsync(parts);
        Http = app.Anonymous().Http;
    }

    public async ValueTask DisposeAsync()
    {
        Http?.Dispose();
        if (app is not null)
        {
            await app.DisposeAsync();
        }
    }

    /// <summary>The addresses of the script and the style that the page of this program loads first.</summary>
    public static async Task<(string Script, string Style)> AssetsAsync(HttpClient http)
    {
        var html = await http.GetStringAsync("/", TestContext.Current.CancellationToken);
        return (Script().Match(html).Groups["address"].Value, Style().Match(html).Groups["address"].Value);
    }

    [GeneratedRegex("<script [^>]*src=\"(?<address>/assets/[^\"]+)\"")]
    private static partial Regex Script();

    [GeneratedRegex("<link rel=\"stylesheet\" [^>]*href=\"(?<address>/assets/[^\"]+)\"")]
    private static partial Regex Style();
}
