using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;

namespace MyCoach.Dev.Soak;

/// <summary>A user who makes calls of all kinds, each at a random instance.</summary>
internal sealed class SoakUser(SoakBook book, IReadOnlyList<SoakInstance> instances, string token, TimeSpan pause)
{
    private const int CallsAtOnce = 4;

    private readonly SoakGateway gateway = new(book, instances, token);
    private readonly SoakPosting posting = new(book, instances, token);

    /// <summary>Stores a provider key and sets the budget.</summary>
    public async Task SetUpAsync(CancellationToken stopping)
    {
        var instance = Random.Shared.GetItems([.. instances], 1)[0];
        await ChangeAsync(instance, HttpMethod.Put, "/api/keys/openai", new { apiKey = book.ProviderKey }, stopping);
        if (book.Budget.Holds)
        {
            var settings = new
            {
                monthlyBudgetCents = book.Budget.Cents,
                budgetMode = book.Budget.IsStrict ? "strict" : "flexible",
            };
            await ChangeAsync(instance, HttpMethod.Patch, "/api/settings", settings, stopping);
        }
    }

    /// <summary>Makes calls until it is over, and then completes the ones that it has begun.</summary>
    public async Task RunAsync(CancellationToken over, CancellationToken stopping)
    {
        // Users do not begin at the same moment.
        await PauseAsync(pause * Random.Shared.NextDouble(), over);
        while (!over.IsCancellationRequested)
        {
            await ActAsync(stopping);
            await PauseAsync(pause * (0.5 + Random.Shared.NextDouble()), over);
        }
    }

    private Task ActAsync(CancellationToken stopping) =>
        Random.Shared.Next(100) switch
        {
            < 30 => gateway.CallAsync(SoakReading.Whole, stopping),
            < 50 => gateway.CallAsync(SoakReading.Stream, stopping),
            < 60 => gateway.CallAsync(SoakReading.PartOfStream, stopping),
            < 64 => Task.WhenAll(
                Enumerable.Range(0, CallsAtOnce).Select(_ => gateway.CallAsync(SoakReading.Whole, stopping))
            ),
            < 76 when book.Budget.Posts => posting.PostAsync(stopping),
            < 86 when book.Budget.Posts => posting.PostBatchAsync(stopping),
            < 90 when book.Budget.Posts => posting.RepeatAsync(stopping),
            < 95 => ReadAsync("/api/budget", stopping),
            _ => ReadAsync("/api/usage/summary?groupBy=day", stopping),
        };

    private async Task ReadAsync(string path, CancellationToken stopping)
    {
        var instance = Random.Shared.GetItems([.. instances], 1)[0];
        var life = instance.Life;
        try
        {
            using var request = RequestOf(HttpMethod.Get, path, token);
            using var answer = await instance.Http.SendAsync(request, stopping);
            if (answer.StatusCode is not (HttpStatusCode.OK or HttpStatusCode.ServiceUnavailable))
            {
                book.NoteSurprise($"GET {path} got {(int)answer.StatusCode}");
            }
            else if (answer.IsSuccessStatusCode && path == "/api/budget")
            {
                CheckBudget((await answer.Content.ReadFromJsonAsync<JsonNode>(stopping))!);
            }
        }
        catch (Exception broken) when (IsBroken(broken, stopping))
        {
            NoteBroken(book, life, $"GET {path}");
        }
        book.NoteRead();
    }

    private void CheckBudget(JsonNode answered)
    {
        var held = (decimal)answered["spentUsd"]! + (decimal)answered["reservedUsd"]!;
        if (book.Budget is { IsStrict: true, Posts: false, Cents: var cents } && held * 100 > cents)
        {
            book.NoteSurprise($"{held} dollars are spent and reserved of a budget of {cents} cents");
        }
    }

    /// <summary>Whether the connection broke, or nothing was answered in time.</summary>
    public static bool IsBroken(Exception fault, CancellationToken stopping) =>
        fault is HttpRequestException or IOException or OperationCanceledException && !stopping.IsCancellationRequested;

    /// <summary>Only a kill explains a call without an answer.</summary>
    public static void NoteBroken(SoakBook book, SoakLife life, string call)
    {
        if (life.KilledAt is null)
        {
            book.NoteSurprise($"{call} got no answer from an instance that was not killed");
        }
    }

    public static HttpRequestMessage RequestOf(HttpMethod method, string path, string token)
    {
        var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return request;
    }

    private async Task ChangeAsync(
        SoakInstance instance,
        HttpMethod method,
        string path,
        object body,
        CancellationToken stopping
    )
    {
        using var request = RequestOf(method, path, token);
        request.Content = JsonContent.Create(body);
        (await instance.Http.SendAsync(request, stopping)).EnsureSuccessStatusCode().Dispose();
    }

    private static async Task PauseAsync(TimeSpan time, CancellationToken over) =>
        await Task.Delay(time, over).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}
