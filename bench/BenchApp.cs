using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using MyCoach.Catalogue;
using MyCoach.Ledger;
using MyCoach.Providers;
using MyCoach.Users;

namespace MyCoach.Bench;

/// <summary>
/// Runs the program in this process with separate tables, as in production (callers need tokens). Only its timer never
/// fires.
/// </summary>
internal sealed class BenchApp : IAsyncDisposable
{
    public const string Sonnet = "claude-sonnet-4-20250514";

    private const string Issuer = "https://issuer.example";
    private const string Audience = "mycoach-bench";

    private static readonly byte[] SigningKey = RandomNumberGenerator.GetBytes(32);

    private readonly WebApplication app;

    /// <param name="prefix">The prefix of its table names.</param>
    /// <param name="clock">Null uses the system clock.</param>
    /// <param name="settings">Additional program arguments.</param>
    public BenchApp(
        string connectionString,
        string prefix,
        TimeProvider? clock = null,
        IEnumerable<string>? settings = null
    ) =>
        app = MyCoach.Program.Build(
            [.. Settings(connectionString, prefix, port: 0), .. settings ?? []],
            builder => builder.Services.AddSingleton(clock ?? TimeProvider.System)
        );

    /// <summary>The settings as program arguments, for this process or a child process.</summary>
    public static string[] Settings(string connectionString, string prefix, int port) =>
        [
            $"--urls=http://127.0.0.1:{port.ToString(CultureInfo.InvariantCulture)}",
            "--Logging:LogLevel:Default=Critical",
            "--BudgetRollupSchedule=0 0 0 1 1 *",
            "--BillingSyncSchedule=0 0 0 1 1 *",
            $"--API_KEY_ENCRYPTION_KEY={new string('5', 64)}",
            $"--Storage:ConnectionString={connectionString}",
            $"--Storage:TablePrefix={prefix}",
            $"--Authentication:Schemes:Bearer:ValidIssuer={Issuer}",
            $"--Authentication:Schemes:Bearer:ValidAudiences:0={Audience}",
            $"--Authentication:Schemes:Bearer:SigningKeys:0:Issuer={Issuer}",
            $"--Authentication:Schemes:Bearer:SigningKeys:0:Value={Convert.ToBase64String(SigningKey)}",
        ];

    public T Service<T>()
        where T : notnull => app.Services.GetRequiredService<T>();

    /// <summary>Starts the server; needed only for HTTP requests.</summary>
    public Task StartAsync() => app.StartAsync();

    public HttpClient NewClient() => new() { BaseAddress = new Uri(app.Urls.First()) };

    public static UserId User(string name) => UserId.TryCreate(name)!;

    public static AuthenticationHeaderValue Token(UserId user) =>
        new(
            "Bearer",
            new JsonWebTokenHandler().CreateToken(
                new SecurityTokenDescriptor
                {
                    Issuer = Issuer,
                    Audience = Audience,
                    Claims = new Dictionary<string, object> { ["sub"] = user.Value },
                    // The clock of the program may be behind.
                    NotBefore = DateTime.UnixEpoch,
                    Expires = DateTime.UtcNow.AddDays(1),
                    SigningCredentials = new SigningCredentials(
                        new SymmetricSecurityKey(SigningKey),
                        SecurityAlgorithms.HmacSha256
                    ),
                }
            )
        );

    /// <summary>A client of this program for a user, after storing an OpenAI key.</summary>
    public static async Task<HttpClient> UserWithKeyAsync(Uri program, UserId user, CancellationToken stopping)
    {
        var http = new HttpClient { BaseAddress = program };
        http.DefaultRequestHeaders.Authorization = Token(user);
        using var key = new StringContent("{\"apiKey\":\"sk-a-key-of-the-bench\"}", Encoding.UTF8, "application/json");
        using var answer = await http.PutAsync(new Uri("/api/keys/openai", UriKind.Relative), key, stopping);
        answer.EnsureSuccessStatusCode();
        return http;
    }

    /// <summary>The event of an Anthropic call with 1,000 input and 500 output tokens.</summary>
    public static UsageEvent Event(DateTimeOffset at, string model = Sonnet, string? conversation = null)
    {
        var tokens = new TokenCounts(1000, 500, 0, 0);
        var receipt = new Pricing(ModelCatalogue.Embedded).Price(Provider.Anthropic, model, tokens, at);
        return new UsageEvent(
            Guid.CreateVersion7().ToString(),
            Provider.Anthropic,
            model,
            tokens,
            conversation,
            null,
            at,
            receipt
        );
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();
}
