using System.Net;

namespace MyCoach.Dev.Emulator;

/// <summary>Anthropic and OpenAI on a local port: the same paths, shapes, errors and event streams, without a paid key.</summary>
public sealed class ProviderEmulator : IAsyncDisposable
{
    // Both providers refuse more than about this; it also keeps a runaway test from filling the memory.
    private const int LargestBodyBytes = 64 * 1024 * 1024;

    private readonly WebApplication app;
    private readonly CallLog calls;

    private ProviderEmulator(WebApplication app, CallLog calls, EmulatorKnobs knobs)
    {
        this.app = app;
        this.calls = calls;
        Knobs = knobs;
        var root = new Uri(app.Urls.Single());
        AnthropicBaseUrl = new Uri(root, "/anthropic");
        OpenAiBaseUrl = new Uri(root, "/openai");
    }

    /// <summary>Without a trailing slash; the provider's own paths (<c>/v1/messages</c> …) follow it.</summary>
    public Uri AnthropicBaseUrl { get; }

    /// <summary>Without a trailing slash; the provider's own paths (<c>/v1/chat/completions</c> …) follow it.</summary>
    public Uri OpenAiBaseUrl { get; }

    public EmulatorKnobs Knobs { get; }

    /// <summary>The last 1000 calls that arrived at either provider, oldest first, the refused and the dropped ones included.</summary>
    public IReadOnlyCollection<EmulatedCall> Calls => calls.Snapshot();

    public void ClearCalls() => calls.Clear();

    /// <summary>Listens on 127.0.0.1 only; port 0 takes a free one. The delays wait on the clock, so a fake one has to be advanced.</summary>
    public static async Task<ProviderEmulator> StartAsync(int port = 0, TimeProvider? clock = null, CancellationToken cancellation = default)
    {
        // The empty builder reads no settings and logs nothing: what hosts us must not be able to change us by its environment.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        // A flush ends when the socket has the bytes, not when a buffer before it has them: a reset would throw that buffer away.
        builder.WebHost.UseSockets(sockets => sockets.MaxWriteBufferSize = 1);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, port);
            kestrel.Limits.MaxRequestBodySize = LargestBodyBytes;
        });
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton<IHostLifetime, CallersLifetime>();
        // A call that waits out a long delay must not hold up the end of a test.
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromMilliseconds(200));

        var app = builder.Build();
        var (calls, knobs) = (new CallLog(), new EmulatorKnobs());
        MapProviders(app, calls, knobs, clock ?? TimeProvider.System);
        await app.StartAsync(cancellation);
        return new ProviderEmulator(app, calls, knobs);
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
    }

    private static void MapProviders(WebApplication app, CallLog calls, EmulatorKnobs knobs, TimeProvider clock)
    {
        var cache = new PromptCache();
        var anthropic = new ProviderDoor(new AnthropicDialect(), calls, knobs, clock);
        var openAi = new ProviderDoor(new OpenAiDialect(), calls, knobs, clock);
        new AnthropicApi(cache, knobs, clock).Map(app.MapGroup("/anthropic"), anthropic);
        new OpenAiApi(cache, knobs, clock).Map(app.MapGroup("/openai"), openAi);
        KnobEndpoints.Map(app, knobs, calls);
    }

    // The default lifetime would take Ctrl+C and SIGTERM away from the process that hosts us.
    private sealed class CallersLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
