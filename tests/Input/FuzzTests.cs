using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using MyCoach.Dev;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Input;

/// <summary>Ten thousand requests that are nearly right: none is our fault, none hangs, and no answer and no log line holds a secret.</summary>
public sealed class FuzzTests(LocalParts parts, ITestOutputHelper output)
{
    private const int Requests = 10_000;
    private const int AtOnce = 4;
    private const int Seed = 20261125;
    private const int BetweenOutages = 2_500;
    private const int Outage = 60;

    private static readonly StorageCall AnyCall = new("GET", "/");

    // Longer than any of them may take that does not hang.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task No_request_breaks_it_and_none_gets_a_secret()
    {
        await using var storage = await StorageProxy.StartAsync(parts.Port);
        await using var app = await TestApp.StartAsync(parts, [TestApp.NoRollUp, TestApp.Behind(storage)]);
        using var ann = await GatewayUser.WithKeysAsync(app);
        var endpoints = app
            .Services.GetRequiredService<EndpointDataSource>()
            .Endpoints.OfType<RouteEndpoint>()
            .SelectMany(endpoint =>
                (endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["GET", "POST", "PUT", "OPTIONS"]).Select(method =>
                    (method, endpoint.RoutePattern.RawText!)
                )
            )
            .ToArray();
        var (tokens, statuses) = (
            (string[])[app.Token("ann"), app.Token("op", "MyCoach.Admin"), app.Token("svc", "MyCoach.Service")],
            new ConcurrentDictionary<int, int>()
        );
        var goer = app.Token("eve");
        string[] secrets = [GatewayUser.AnthropicKey, GatewayUser.OpenAiKey, TestApp.DataKey, goer, .. tokens];
        using var http = new HttpClient(
            new SocketsHttpHandler
            {
                UseCookies = false,
                AllowAutoRedirect = false,
                RequestHeaderEncodingSelector = (_, _) => Encoding.UTF8,
            }
        )
        {
            Timeout = Patience,
        };

        var (sent, outages) = (0, 0);
        var working = Task.WhenAll(Enumerable.Range(0, AtOnce).Select(worker => Task.Run(() => WorkAsync(new FuzzGrammar(Seed + worker)))));
        await app.WhileTimePassesAsync(working.ContinueWith(_ => true, TaskScheduler.Default));
        await working;

        output.WriteLine(string.Join(", ", statuses.OrderBy(pair => pair.Key).Select(pair => $"{pair.Key}: {pair.Value}")));
        Assert.DoesNotContain(
            app.Logs.Lines,
            line => line.StartsWith("Error", StringComparison.Ordinal) || line.StartsWith("Critical", StringComparison.Ordinal)
        );
        Assert.DoesNotContain(app.Logs.Lines, line => secrets.Any(secret => line.Contains(secret, StringComparison.OrdinalIgnoreCase)));
        // It got somewhere, and it is still well.
        Assert.InRange(statuses.Where(pair => pair.Key is >= 200 and < 300).Sum(pair => pair.Value), Requests / 50, Requests);
        Assert.InRange(statuses.GetValueOrDefault(503), 10, Requests / 20);
        storage.Fault = _ => StorageFault.None;
        app.Clock.Advance(TimeSpan.FromSeconds(10));
        (await app.As("ann").GetAsync("/api/health")).Is(HttpStatusCode.OK);

        // The storage goes away now and then, and comes back.
        void Pass(int number)
        {
            if (number % BetweenOutages is 0 or Outage && number > Outage)
            {
                storage.Fault = number % BetweenOutages == 0 ? _ => StorageFault.Busy : _ => StorageFault.None;
                Interlocked.Increment(ref outages);
            }
        }

        async Task WorkAsync(FuzzGrammar grammar)
        {
            for (var i = 0; i < Requests / AtOnce; i++)
            {
                var (method, pattern) = grammar.Pick(endpoints);
                var address = grammar.Address(pattern);
                using var request = new HttpRequestMessage(new HttpMethod(method), AsItIs(app.Address, address));
                var told = $"{method} {address}";
                if (method is not ("GET" or "HEAD" or "OPTIONS") || grammar.Chance(5))
                {
                    request.Content = new ByteArrayContent(grammar.Body());
                    request.Content.Headers.TryAddWithoutValidation("Content-Type", grammar.ContentType());
                    told += $" {await request.Content.ReadAsStringAsync()}";
                }
                foreach (var (name, value) in grammar.Headers())
                {
                    request.Headers.TryAddWithoutValidation(name, value);
                    told += $"\n{name}: {value}";
                }
                if (!grammar.Chance(5))
                {
                    // Whose account goes is somebody who has none else to do.
                    var token =
                        pattern.Trim('/') == "api/account" && method == "DELETE"
                            ? goer
                            : tokens[
                                grammar.Chance(80) ? 0
                                : grammar.Chance(50) ? 1
                                : 2
                            ];
                    request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {token}");
                }
                await SendAsync(request, told);
            }
        }

        async Task SendAsync(HttpRequestMessage request, string told)
        {
            Pass(Interlocked.Increment(ref sent));
            var before = Volatile.Read(ref outages);
            var mayFail = storage.Fault(AnyCall) != StorageFault.None;
            try
            {
                using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);
                var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
                var status = (int)answer.StatusCode;
                statuses.AddOrUpdate(status, 1, (_, count) => count + 1);
                // Health is asked of the storage every ten seconds only.
                mayFail |= before != Volatile.Read(ref outages) || told.Contains("/api/health", StringComparison.OrdinalIgnoreCase);
                Assert.True(status is < 500 || (status == 503 && mayFail), string.Create(CultureInfo.InvariantCulture, $"{told}\n{status} {text}"));
                var all = $"{answer.Headers}{answer.Content.Headers}{text}";
                Assert.True(!secrets.Any(secret => all.Contains(secret, StringComparison.OrdinalIgnoreCase)), $"{told}\nhas a secret in {all}");
            }
            catch (HttpRequestException fault)
            {
                Assert.Fail($"{told}\ngot no answer: {fault}");
            }
            catch (TaskCanceledException) when (!TestContext.Current.CancellationToken.IsCancellationRequested)
            {
                Assert.Fail($"{told}\ndid not end");
            }
        }
    }

    // Not put right by the client, as an attacker's would not be either.
    private static Uri AsItIs(Uri program, string address) =>
        new($"{program.GetLeftPart(UriPartial.Authority)}{address}", new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
}
