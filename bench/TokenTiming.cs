using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using MyCoach.Auth;
using MyCoach.Dev;
using MyCoach.Users;

namespace MyCoach.Bench;

/// <summary>
/// Measures whether the time of a refusal shows how much of a token's secret is right, or whether the token exists.
/// </summary>
internal static class TokenTiming
{
    private const int Warmups = 500;
    private const int Rounds = 4_000;

    public static async Task MeasureAsync(CancellationToken stopping)
    {
        await using var azurite = await Azurite.StartAsync(cancellation: stopping);
        await using var app = new BenchApp(azurite.ConnectionString, "tokentiming");
        await app.StartAsync();
        using var http = app.NewClient();
        var (user, now) = (BenchApp.User("ann"), DateTimeOffset.UtcNow);
        var owner = await app.Service<ErasureFence>().EnterAsync(user, stopping);
        var right = TokenText.Create(owner);
        var token = new UserToken(owner, right.Id, "bench", [TokenScope.ReadUsage], null, null, [], null, now)
        {
            Hash = right.Hash,
            Hint = right.Hint,
        };
        await app.Service<TokensTable>().TryAddAsync(owner, token, stopping);
        (string What, string Text)[] texts =
        [
            ("another secret", TokenText.Create(owner, right.Id).Value),
            ("a secret whose hash begins like the right one's", SimilarSecret(owner, right)),
            ("a secret of a token that does not exist", TokenText.Create(owner).Value),
            ("a secret of another user without tokens", TokenText.Create(BenchApp.User("bob")).Value),
        ];

        // In turns, and with the order turned round each time, so that what else the machine does hits all alike.
        var times = texts.ToDictionary(text => text.What, _ => new List<double>());
        for (var round = 0; round < Warmups + Rounds; round++)
        {
            foreach (var (what, text) in round % 2 == 0 ? texts : [.. texts.Reverse()])
            {
                var micros = await TakeAsync(http, text, stopping);
                if (round >= Warmups)
                {
                    times[what].Add(micros);
                }
            }
        }
        var first = times[texts[0].What].Median();
        Console.WriteLine(Figures.Head("refused token", "median in µs", "ratio", "90th percentile in µs"));
        foreach (var (what, _) in texts)
        {
            var (median, high) = (times[what].Median(), times[what].Percentile(0.9));
            Console.WriteLine(Figures.Row($"{what}", $"{median:0}", $"{median / first:0.000}", $"{high:0}"));
        }
    }

    // As near to the right hash as a hundred thousand attempts come.
    private static string SimilarSecret(UserId owner, TokenText right) =>
        Enumerable
            .Range(0, 100_000)
            .Select(_ => TokenText.Create(owner, right.Id))
            .MaxBy(text => text.Hash.Zip(right.Hash).TakeWhile(pair => pair.First == pair.Second).Count())!
            .Value;

    private static async Task<double> TakeAsync(HttpClient http, string text, CancellationToken stopping)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/usage");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", text);
        var began = Stopwatch.GetTimestamp();
        using var answer = await http.SendAsync(request, stopping);
        var micros = Stopwatch.GetElapsedTime(began).TotalMicroseconds;
        return answer.StatusCode == HttpStatusCode.Unauthorized
            ? micros
            : throw new InvalidOperationException($"A wrong token got {(int)answer.StatusCode}.");
    }
}
