using System.Net;
using MyCoach.Dev.Emulator.Billing;

namespace MyCoach.Dev.Emulator;

/// <summary>
/// Emulates Anthropic and OpenAI on a local port: the same paths, formats, errors and event streams, without a paid
/// key.
/// </summary>
public sealed class ProviderEmulator : IAsyncDisposable
{
    // About the limit of both providers. It also prevents a runaway test from exhausting memory.
    private const int MaxBodyBytes = 64 * 1024 * 1024;

    private readonly WebApplication app;
    private readonly CallLog calls;

    private ProviderEmulator(WebApplication app, CallLog calls, EmulatorKnobs knobs, BillingBook billing)
    {
        this.app = app;
        this.calls = calls;
        Knobs = knobs;
        Billing = billing;
        var root = new Uri(app.Urls.Single());
        AnthropicBaseUrl = new Uri(root, "/anthropic");
        OpenAiBaseUrl = new Uri(root, "/openai");
    }

    /// <summary>Without a trailing slash; the provider's own paths (<c>/v1/messages</c> …) follow it.</summary>
    public Uri AnthropicBaseUrl { get; }

    /// <summary>Without a trailing slash; the provider's own paths (<c>/v1/chat/completions</c> …) follow it.</summary>
    public Uri OpenAiBaseUrl { get; }

    public EmulatorKnobs Knobs { get; }

    /// <summary>What both providers bill. Their billing APIs report it.</summary>
    public BillingBook Billing { get; }

    /// <summary>The latest 1000 calls to either provider, oldest first, including refused and dropped calls.</summary>
    public IReadOnlyCollection<EmulatedCall> Calls => calls.Snapshot();

    /// <summary>All calls to either provider since the start.</summary>
    public long CountOfCalls => calls.Total;

    public void ClearCalls() => calls.Clear();

    /// <summary>
    /// Listens on 127.0.0.1 only; port 0 selects a free port. Delays use the clock, so a test must advance a fake
    /// clock.
    /// </summary>
    public static async Task<ProviderEmulator> StartAsync(
        int port = 0,
        TimeProvider? clock = null,
        CancellationToken cancellation = default
    )
    {
        // The empty builder reads no settings and logs nothing, so the environment of the hosting process cannot change
        // the emulator.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        // Make a flush complete only when the socket has the bytes. A reset would discard bytes in a buffer before it.
        builder.WebHost.UseSockets(sockets => sockets.MaxWriteBufferSize = 1);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, port);
            kestrel.Limits.MaxRequestBodySize = MaxBodyBytes;
        });
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton<IHostLifetime, NoOpLifetime>();
        // A call in a long delay must not delay the end of a test.
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromMilliseconds(200));

        var app = builder.Build();
        clock ??= TimeProvider.System;
        var (calls, knobs, billing) = (new CallLog(), new EmulatorKnobs(), new BillingBook(clock));
        MapProviders(app, calls, knobs, billing, clock);
        await app.StartAsync(cancellation);
        return new ProviderEmulator(app, calls, knobs, billing);
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
    }

    private static void MapProviders(
        WebApplication app,
        CallLog calls,
        EmulatorKnobs knobs,
        BillingBook billing,
        TimeProvider clock
    )
    {
        var cache = new PromptCache();
        var anthropic = new ProviderDoor(new AnthropicDialect(), calls, knobs, billing, clock);
        var openAi = new ProviderDoor(new OpenAiDialect(), calls, knobs, billing, clock);
        var (anthropicRoutes, openAiRoutes) = (app.MapGroup("/anthropic"), app.MapGroup("/openai"));
        new AnthropicApi(cache, knobs, billing, clock).Map(anthropicRoutes, anthropic);
        new AnthropicBilling(billing).Map(anthropicRoutes, anthropic);
        new OpenAiApi(cache, knobs, billing, clock).Map(openAiRoutes, openAi);
        new OpenAiBilling(billing).Map(openAiRoutes, openAi);
        KnobEndpoints.Map(app, knobs, billing, calls);
        BillingEndpoints.Map(app, billing);
    }

    // The default lifetime would handle Ctrl+C and SIGTERM, which the hosting process must handle.
    private sealed class NoOpLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
