using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Routing;
using MyCoach.Dev;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Input;

/// <summary>
/// Sends requests of <see cref="FuzzGrammar"/> to every endpoint of a program whose storage goes away now and then, and
/// judges each answer.
/// </summary>
internal sealed class FuzzRun : IDisposable
{
    private const int AtOnce = 4;

    // An erasure waits 15 seconds for writes that began before it.
    private const int MaxErasures = 10;
    private const int Seed = 20261125;
    private const int BetweenOutages = 2_500;
    private const int Outage = 60;

    private static readonly string[] PageMethods = ["GET", "HEAD", "POST"];
    private static readonly StorageCall AnyCall = new("GET", "/");

    private readonly KillableApp app;
    private readonly int requests;
    private readonly (string Method, string Pattern)[] endpoints;
    private readonly string[] tokens;
    private readonly string leaversToken;
    private readonly string[] secrets;
    private readonly HttpClient http = new(
        new SocketsHttpHandler
        {
            UseCookies = false,
            AllowAutoRedirect = false,
            RequestHeaderEncodingSelector = (_, _) => Encoding.UTF8,
        }
    )
    {
        Timeout = Eventually.HangLimit,
    };
    private readonly ConcurrentDictionary<int, int> statuses = new();
    private int sent;
    private int outages;
    private int erasures;

    public FuzzRun(KillableApp app, EndpointDataSource endpoints, int requests)
    {
        (this.app, this.requests) = (app, requests);
        this.endpoints =
        [
            .. endpoints.Endpoints.OfType<RouteEndpoint>().SelectMany(MethodsOf),
            // The page has no route.
            .. from address in FuzzVocabulary.PageAddresses from method in PageMethods select (method, address),
        ];
        tokens = [Token("ann"), Token("op", "MyCoach.Admin"), Token("svc", "MyCoach.Service")];
        leaversToken = Token("eve");
        secrets = [GatewayUser.AnthropicKey, GatewayUser.OpenAiKey, TestApp.DataKey, leaversToken, .. tokens];
    }

    public IReadOnlyDictionary<int, int> Statuses => statuses;

    public bool HasSecret(string text) =>
        secrets.Any(secret => text.Contains(secret, StringComparison.OrdinalIgnoreCase));

    public Task WorkAsync() =>
        Task.WhenAll(
            Enumerable.Range(0, AtOnce).Select(worker => Task.Run(() => WorkAsync(new FuzzGrammar(Seed + worker))))
        );

    public void Dispose() => http.Dispose();

    private static string Token(string user, params string[] roles) =>
        TestApp.Token(TimeProvider.System.GetUtcNow(), user, roles);

    private static IEnumerable<(string, string)> MethodsOf(RouteEndpoint endpoint) =>
        (endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["GET", "POST", "PUT", "OPTIONS"]).Select(
            method => (method, endpoint.RoutePattern.RawText!)
        );

    private async Task WorkAsync(FuzzGrammar grammar)
    {
        for (var i = 0; i < requests / AtOnce; i++)
        {
            var (request, text) = await NextAsync(grammar);
            using (request)
            {
                await SendAsync(request, text);
            }
        }
    }

    private async Task<(HttpRequestMessage Request, string Text)> NextAsync(FuzzGrammar grammar)
    {
        var (method, pattern) = grammar.Pick(endpoints);
        while (IsErasure(method, pattern) && Interlocked.Increment(ref erasures) > MaxErasures)
        {
            (method, pattern) = grammar.Pick(endpoints);
        }
        var address = grammar.Address(pattern);
        var request = new HttpRequestMessage(new HttpMethod(method), AsItIs(app.Address, address));
        var text = $"{method} {address}";
        if (method is not ("GET" or "HEAD" or "OPTIONS") || grammar.Chance(5))
        {
            request.Content = new ByteArrayContent(grammar.Body());
            request.Content.Headers.TryAddWithoutValidation("Content-Type", grammar.ContentType());
            text += $" {await request.Content.ReadAsStringAsync()}";
        }
        foreach (var (name, value) in grammar.Headers())
        {
            request.Headers.TryAddWithoutValidation(name, value);
            text += $"\n{name}: {value}";
        }
        if (!grammar.Chance(5))
        {
            var token = IsErasure(method, pattern) ? leaversToken : TokenOf(grammar);
            request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {token}");
        }
        return (request, text);
    }

    private static bool IsErasure(string method, string pattern) =>
        method == "DELETE" && pattern.Trim('/') == "api/account";

    private string TokenOf(FuzzGrammar grammar) =>
        tokens[
            grammar.Chance(80) ? 0
            : grammar.Chance(50) ? 1
            : 2
        ];

    private async Task SendAsync(HttpRequestMessage request, string text)
    {
        BreakStorageNowAndThen(Interlocked.Increment(ref sent));
        var before = Volatile.Read(ref outages);
        var isAway = app.Proxy.Fault(AnyCall) != StorageFault.None;
        try
        {
            using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);
            var body = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            var status = (int)answer.StatusCode;
            statuses.AddOrUpdate(status, 1, (_, count) => count + 1);
            // The program checks its storage for health every ten seconds only.
            var mayFail = StorageFailed() || text.Contains("/api/health", StringComparison.OrdinalIgnoreCase);
            Assert.True(
                status is < 500 || (status == 503 && mayFail),
                string.Create(CultureInfo.InvariantCulture, $"{text}\n{status} {body}")
            );
            var all = $"{answer.Headers}{answer.Content.Headers}{body}";
            Assert.False(HasSecret(all), $"{text}\nhas a secret in {all}");
        }
        catch (HttpRequestException fault)
        {
            // An export whose storage fails midway breaks the connection, so that a part never passes for the whole.
            var breaksOff = text.Contains("export", StringComparison.OrdinalIgnoreCase) && StorageFailed();
            Assert.True(breaksOff, $"{text}\ngot no answer: {fault}");
        }
        catch (TaskCanceledException) when (!TestContext.Current.CancellationToken.IsCancellationRequested)
        {
            Assert.Fail($"{text}\ndid not end");
        }

        bool StorageFailed() => isAway || before != Volatile.Read(ref outages);
    }

    private void BreakStorageNowAndThen(int number)
    {
        if (number % BetweenOutages is 0 or Outage && number > Outage)
        {
            app.Proxy.Fault = number % BetweenOutages == 0 ? _ => StorageFault.Busy : _ => StorageFault.None;
            Interlocked.Increment(ref outages);
        }
    }

    // Not normalized by the client, as an attacker's would not be either.
    private static Uri AsItIs(Uri program, string address) =>
        new(
            $"{program.GetLeftPart(UriPartial.Authority)}{address}",
            new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }
        );
}
