using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace MyCoach.Dev.Vault;

/// <summary>A request that the vault received.</summary>
public sealed record VaultCall(string Method, string PathAndQuery, string Host, string? Authorization, string Body);

/// <summary>
/// An emulator of Azure Key Vault over real HTTP, with real RSA keys: one key with versions, the authentication
/// challenge, and the documented errors. The program calls <c>https://mycoach-test.vault.azure.net</c>; the transport
/// below its HTTP pipeline redirects the calls to the emulator.
/// </summary>
public sealed partial class KeyVaultEmulator : IAsyncDisposable
{
    public const string Host = "mycoach-test.vault.azure.net";
    public const string KeyId = $"https://{Host}/keys/wrapping";

    public const string Tenant = "11111111-2222-3333-4444-555555555555";

    private readonly WebApplication app;
    private readonly X509Certificate2 certificate = SelfSigned();
    private readonly string folder = Directory.CreateTempSubdirectory("mycoach-vault-").FullName;
    private readonly List<(string Version, RSA Key)> versions = [];
    private readonly ConcurrentQueue<VaultCall> calls = new();

    private KeyVaultEmulator()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0);
            kestrel.Listen(
                IPAddress.Loopback,
                0,
                listen =>
                {
                    listen.Use(EnterTunnel);
                    listen.UseHttps(certificate);
                }
            );
        });
        app = builder.Build();
        app.Run(AnswerAsync);
        AddVersion();
    }

    /// <summary>
    /// The <c>WWW-Authenticate</c> headers of a request without a token. The default has everything that a challenge
    /// may have: a scope and a resource, an authority on the vault's own host, and a second challenge without
    /// parameters.
    /// </summary>
    public IReadOnlyList<string> Challenges { get; set; } =
    [
        $"Bearer authorization=\"https://{Host}/{Tenant}\", scope=\"https://vault.azure.net/.default\", resource=\"https://vault.azure.net\", Bearer",
    ];

    /// <summary>
    /// Errors for the next requests with a token, one each: the status and the code of the inner error. A code that is
    /// a sentence is the outer error's, and there is no inner error.
    /// </summary>
    public ConcurrentQueue<(int Status, string Code)> Refusals { get; } = new();

    /// <summary>Errors for the next requests without a token, instead of the challenge.</summary>
    public ConcurrentQueue<(int Status, string Code)> BareRefusals { get; } = new();

    /// <summary>The error for every request with a token, while set.</summary>
    public (int Status, string Code)? Refusal { get; set; }

    public TimeSpan Delay { get; set; }

    /// <summary>The number of next requests whose connection breaks.</summary>
    public int Drops { get; set; }

    /// <summary>Whether an app set up by <see cref="Serve"/> has an identity that gets tokens.</summary>
    public bool HasIdentity { get; set; } = true;

    /// <summary>The tenants for which an app set up by <see cref="Serve"/> has requested tokens.</summary>
    public ConcurrentQueue<string?> Tenants { get; } = new();

    public IReadOnlyList<VaultCall> Calls => [.. calls];

    /// <summary>The calls with a token.</summary>
    public IReadOnlyList<VaultCall> Operations => [.. calls.Where(call => call.Authorization is not null)];

    public string CurrentKeyId => $"{KeyId}/{versions[^1].Version}";

    public static async Task<KeyVaultEmulator> StartAsync()
    {
        var vault = new KeyVaultEmulator();
        await vault.app.StartAsync();
        return vault;
    }

    /// <param name="version">A path segment; null for 32 hex digits, as the service makes them.</param>
    public void AddVersion(string? version = null) =>
        versions.Add((version ?? Guid.NewGuid().ToString("N"), RSA.Create(2048)));

    public void ClearCalls() => calls.Clear();

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        certificate.Dispose();
        Directory.Delete(folder, recursive: true);
        versions.ForEach(version => version.Key.Dispose());
    }

    private Uri Address(string scheme) => app.Urls.Select(url => new Uri(url)).Single(url => url.Scheme == scheme);

    private async Task AnswerAsync(HttpContext context)
    {
        if (context.Request.Path == "/identity")
        {
            await IdentifyAsync(context);
            return;
        }
        using var reader = new StreamReader(context.Request.Body);
        var body = await reader.ReadToEndAsync(context.RequestAborted);
        var authorization = context.Request.Headers.Authorization is [var token] ? token : null;
        calls.Enqueue(
            new VaultCall(
                context.Request.Method,
                $"{context.Request.Path}{context.Request.QueryString}",
                context.Request.Headers.Host.ToString(),
                authorization,
                body
            )
        );
        if (Drops-- > 0)
        {
            context.Abort();
            return;
        }
        if (authorization is null && BareRefusals.TryDequeue(out var bare))
        {
            await RefuseAsync(context, bare.Status, bare.Code, inner: null);
            return;
        }
        if (authorization is null)
        {
            // Without a body.
            context.Response.StatusCode = 401;
            context.Response.Headers.WWWAuthenticate = Challenges.ToArray();
            return;
        }
        await Task.Delay(Delay, context.RequestAborted);
        if (authorization != $"Bearer {Credential.TokenFor("https://vault.azure.net/.default")}")
        {
            context.Response.StatusCode = 401;
            return;
        }
        if (Refusals.TryDequeue(out var planned) || (Refusal is { } permanent && (planned = permanent).Status > 0))
        {
            var isSentence = planned.Code.Contains(' ');
            await RefuseAsync(
                context,
                planned.Status,
                planned.Status == 403 && !isSentence ? "Forbidden" : planned.Code,
                isSentence ? null : planned.Code
            );
            return;
        }
        var path = context.Request.Path.Value!.Split('/', StringSplitOptions.RemoveEmptyEntries);
        var answer = (context.Request.Method, path) switch
        {
            ("GET", ["keys", "wrapping"]) => CurrentKey(),
            ("POST", ["keys", "wrapping", var version, "wrapkey"]) => Operate(
                version,
                body,
                (key, value) => key.Encrypt(value, RSAEncryptionPadding.OaepSHA256)
            ),
            ("POST", ["keys", "wrapping", var version, "unwrapkey"]) => Operate(
                version,
                body,
                (key, value) => key.Decrypt(value, RSAEncryptionPadding.OaepSHA256)
            ),
            _ => null,
        };
        if (answer is null)
        {
            await RefuseAsync(context, 404, "KeyNotFound", inner: null);
            return;
        }
        context.Response.ContentType = "application/json; charset=utf-8";
        await context.Response.WriteAsync(answer.ToJsonString(), context.RequestAborted);
    }
}
