using System.Collections.Concurrent;
using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace MyCoach.Tests.Web;

/// <summary>A tab of the browser, whose story fails if the page logs an error, breaks its policy, or loads from elsewhere.</summary>
public sealed partial class Tab : IAsyncDisposable
{
    public const int Wide = 1280;
    public const int Narrow = 360;

    /// <summary>For what may take as long as the machine is busy, or as the program and the page retry.</summary>
    public const float PatienceMs = 60_000;

    private readonly IBrowserContext context;
    private readonly Uri[] origins;
    private readonly ConcurrentQueue<string> faults = new();
    private HashSet<int> expected = [];

    private Tab(IBrowserContext context, IPage page, Uri[] origins)
    {
        (this.context, Page, this.origins) = (context, page, origins);
        page.Console += (_, message) => Judge(message);
        page.PageError += (_, error) => faults.Enqueue(error);
        page.Request += (_, request) => Judge(request);
    }

    public IPage Page { get; }

    /// <param name="origins">The program's, and others that the page may load from.</param>
    /// <param name="token">Sent with each request; null for none.</param>
    /// <param name="now">What the page takes for the present; null for the real time.</param>
    /// <param name="locale">The viewer's language and country.</param>
    /// <param name="zone">The viewer's time zone.</param>
    public static async Task<Tab> OpenAsync(
        IBrowser browser,
        Uri[] origins,
        string? token = null,
        DateTimeOffset? now = null,
        string locale = "en-US",
        string zone = "UTC"
    )
    {
        var context = await browser.NewContextAsync(
            new()
            {
                BaseURL = origins[0].ToString(),
                ViewportSize = new() { Width = Wide, Height = 900 },
                ReducedMotion = ReducedMotion.Reduce,
                Locale = locale,
                TimezoneId = zone,
                ExtraHTTPHeaders = token is null ? null : [new("Authorization", $"Bearer {token}")],
            }
        );
        context.SetDefaultTimeout(PatienceMs);
        if (now is { } present)
        {
            await context.Clock.SetFixedTimeAsync(present.UtcDateTime);
        }
        return new Tab(context, await context.NewPageAsync(), origins);
    }

    /// <summary>Lives the story. A picture of how it ended is attached to the test if it fails.</summary>
    /// <param name="refusals">Statuses that the story provokes, which the browser logs as errors.</param>
    public async Task LiveAsync(Func<IPage, Task> story, params int[] refusals)
    {
        expected = [.. refusals];
        try
        {
            await story(Page);
            Assert.Empty(faults);
        }
        catch (Exception fault)
        {
            TestContext.Current.AddAttachment(
                "page",
                await Page.ScreenshotAsync(new() { FullPage = true }),
                "image/png"
            );
            throw new InvalidOperationException(
                $"{fault.Message}\nFaults: {string.Join('\n', faults)}\nThe page at {Page.Url} shows:\n{await ShownAsync()}",
                fault
            );
        }
    }

    public async ValueTask DisposeAsync() => await context.CloseAsync();

    private Task<string> ShownAsync() => Page.Locator("body").AriaSnapshotAsync();

    private void Judge(IConsoleMessage message)
    {
        if (message.Type == "error" && !(StatusOf(message.Text) is { } status && expected.Contains(status)))
        {
            faults.Enqueue($"{message.Text} ({message.Location})");
        }
    }

    private void Judge(IRequest request)
    {
        if (
            request.Url.StartsWith("http", StringComparison.Ordinal)
            && !origins.Any(origin => origin.IsBaseOf(new Uri(request.Url)))
        )
        {
            faults.Enqueue($"loads from elsewhere: {request.Url}");
        }
    }

    private static int? StatusOf(string text) =>
        RefusedResource().Match(text) is { Success: true } match
            ? int.Parse(match.Groups["status"].Value, CultureInfo.InvariantCulture)
            : null;

    [GeneratedRegex(@"^Failed to load resource: the server responded with a status of (?<status>\d{3})")]
    private static partial Regex RefusedResource();
}
