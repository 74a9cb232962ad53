using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using MyCoach.Dev.Emulator;

namespace MyCoach.Bench;

/// <summary>A user of the gateway who sends recorded calls under a budget.</summary>
internal sealed class BudgetedClient : IDisposable
{
    private readonly HttpClient http;
    private readonly CancellationToken stopping;

    public BudgetedClient(BenchApp app, string name, CancellationToken stopping)
    {
        (http, this.stopping) = (app.NewClient(), stopping);
        http.DefaultRequestHeaders.Authorization = BenchApp.Token(BenchApp.User(name));
    }

    public Uri Address => http.BaseAddress!;

    public string Token => http.DefaultRequestHeaders.Authorization!.Parameter!;

    public async Task StoreKeysAsync()
    {
        await ChangeAsync(HttpMethod.Put, "/api/keys/anthropic", """{"apiKey":"sk-ant-api03-an-emulated-key"}""");
        await ChangeAsync(HttpMethod.Put, "/api/keys/openai", """{"apiKey":"sk-an-emulated-key"}""");
    }

    public Task SetAsync(string mode, decimal cents) =>
        ChangeAsync(
            HttpMethod.Patch,
            "/api/settings",
            string.Create(
                CultureInfo.InvariantCulture,
                $$"""{"budgetMode":"{{mode}}","monthlyBudgetCents":{{Math.Ceiling(cents)}}}"""
            )
        );

    /// <summary>In cents.</summary>
    public async Task<decimal> SpentAsync() => (decimal)(await BudgetAsync())["spentUsd"]! * 100;

    /// <summary>How many cents of the budget are left when a call of the session is first refused.</summary>
    public async Task<decimal> FindLeftAsync(string mode, int budget, IReadOnlyList<EmulatedCall> session)
    {
        var (refused, passed) = (0, budget);
        while (passed - refused > 1)
        {
            var left = passed == budget ? budget - 1 : (refused + passed) / 2;
            var isRefused = (await SendAsync(mode, left, session)).IsRefused;
            if (passed == budget && isRefused)
            {
                refused = left;
                break;
            }
            (refused, passed) = isRefused ? (left, passed) : (refused, left);
        }
        return (await SendAsync(mode, refused, session)).Left;
    }

    public void Dispose() => http.Dispose();

    private async Task<(bool IsRefused, decimal Left)> SendAsync(
        string mode,
        int left,
        IEnumerable<EmulatedCall> session
    )
    {
        var budget = Math.Ceiling(await SpentAsync() + left);
        await SetAsync(mode, budget);
        var isRefused = false;
        foreach (var call in session)
        {
            if (isRefused = !await SendAsync(call))
            {
                break;
            }
        }
        return (isRefused, budget - await SpentAsync());
    }

    private async Task<bool> SendAsync(EmulatedCall call)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/gateway{call.PathAndQuery}")
        {
            Content = new ByteArrayContent(call.Body.ToArray()),
        };
        request.Content.Headers.ContentType = new("application/json");
        foreach (var name in new[] { "anthropic-version", "anthropic-beta" })
        {
            if (call.Header(name) is { } value)
            {
                request.Headers.TryAddWithoutValidation(name, value);
            }
        }
        using var answer = await http.SendAsync(request, stopping);
        return answer.StatusCode != HttpStatusCode.PaymentRequired
            && answer.EnsureSuccessStatusCode().IsSuccessStatusCode;
    }

    private async Task<JsonNode> BudgetAsync()
    {
        while (true)
        {
            using var answer = await http.GetAsync(new Uri("/api/budget", UriKind.Relative), stopping);
            var budget = JsonNode.Parse(await answer.EnsureSuccessStatusCode().Content.ReadAsStringAsync(stopping))!;
            if ((decimal)budget["reservedUsd"]! == 0)
            {
                return budget;
            }
            await Task.Delay(20, stopping);
        }
    }

    private async Task ChangeAsync(HttpMethod method, string path, string body)
    {
        using var request = new HttpRequestMessage(method, path)
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        (await http.SendAsync(request, stopping)).EnsureSuccessStatusCode();
    }
}
