using System.Net;
using System.Net.Sockets;
using MyCoach.Dev;
using MyCoach.Dev.Emulator;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Functions;

/// <summary>Behaviour specific to running as a worker of the Functions host.</summary>
public sealed class WorkerTests(LocalParts parts)
{
    private const string Messages = $"/api/gateway/{CappedCall.Path}";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Only_the_hosts_forwarded_headers_count()
    {
        await using var emulator = await ProviderEmulator.StartAsync(cancellation: Cancellation);
        await using var app = await WorkerApp.StartAsync(
            parts,
            emulator,
            settings: ["ASPNETCORE_ENVIRONMENT=Development", "Auth:DevelopmentUser=developer"]
        );
        using var caller = app.As(null);
        (await caller.GetAsync("/api/keys")).Is(HttpStatusCode.OK);

        // DNS rebinding: the request names another host, and the caller's own headers cannot hide that.
        foreach (var lie in (string[])["X-Forwarded-Host", "X-Original-Host", "Forwarded"])
        {
            var headers = ((string, string)[])
                [("Host", "evil.example"), (lie, "localhost"), ("X-Forwarded-For", "127.0.0.1")];
            (await caller.SendAsync(HttpMethod.Get, "/api/keys", headers: headers)).IsProblem(401, "unauthenticated");
        }
        (await caller.SendAsync(HttpMethod.Get, "/api/keys", headers: [("X-Forwarded-Prefix", "/api")])).Is(
            HttpStatusCode.OK
        );
        (await caller.SendAsync(HttpMethod.Get, "/api/keys", headers: [("x-ms-invocation-id", "mine")])).Is(
            HttpStatusCode.OK
        );
    }

    [Fact]
    public async Task The_worker_ignores_the_hosts_own_listen_addresses()
    {
        var inherited = LocalPort.Free();
        await using var emulator = await ProviderEmulator.StartAsync(cancellation: Cancellation);
        await using var app = await WorkerApp.StartAsync(
            parts,
            emulator,
            settings: [$"ASPNETCORE_URLS=http://0.0.0.0:{inherited}", $"ASPNETCORE_HTTP_PORTS={inherited}"]
        );
        using var caller = app.As(null);
        (await caller.GetAsync("/api/health")).Is(HttpStatusCode.OK);

        using var client = new TcpClient();
        await Assert.ThrowsAsync<SocketException>(() =>
            client.ConnectAsync(IPAddress.Loopback, inherited, Cancellation).AsTask()
        );
    }

    [Theory]
    [InlineData("API_KEY_ENCRYPTION_KEY", "API_KEY_ENCRYPTION_KEY=hunter2")]
    // Found only when the pipeline is made, by when the host may have greeted the worker.
    [InlineData("Authentication__Schemes__Bearer", "Authentication:Schemes:Bearer:BackchannelTimeout=hunter2")]
    public async Task A_malformed_setting_stops_the_start_and_is_named(string name, string setting)
    {
        await using var emulator = await ProviderEmulator.StartAsync(cancellation: Cancellation);
        var said = "";
        try
        {
            await using var app = await WorkerApp.StartAsync(parts, emulator, settings: [setting]);
            await Eventually.HoldsAsync(() =>
                (said = string.Join('\n', app.Lines)).Contains(name, StringComparison.Ordinal)
            );
        }
        catch (CannotStartException refusal)
        {
            said = refusal.Message;
        }

        Assert.Contains($"{name} ", said, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", said, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cancelled_invocation_counts_as_a_client_disconnect()
    {
        await using var emulator = await ProviderEmulator.StartAsync(cancellation: Cancellation);
        await using var app = await WorkerApp.StartAsync(parts, emulator);
        using var ann = app.As("ann");
        var (feed, answer, reader) = await WorkerApp.OpenStreamAsync(ann, emulator);

        app.Host.CancelInvocations();

        await Assert.ThrowsAnyAsync<IOException>(() => reader.ReadAsync());
        var id = answer.Headers.GetValues("X-MyCoach-Usage-Id").Single();
        await Eventually.HoldsAsync(async () => (await ann.GetAsync($"/api/usage/{id}")).Status == HttpStatusCode.OK);
        Assert.True((bool)(await ann.GetAsync($"/api/usage/{id}"))["estimated"]);
        feed.End();
        answer.Dispose();
    }

    [Fact]
    public async Task Telemetry_reaches_Application_Insights_once_in_the_callers_trace()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        await using var emulator = await ProviderEmulator.StartAsync(cancellation: Cancellation);
        await using var app = await WorkerApp.StartAsync(
            parts,
            emulator,
            settings:
            [
                $"APPLICATIONINSIGHTS_CONNECTION_STRING=InstrumentationKey={Guid.NewGuid()};IngestionEndpoint={receiver.Address}",
            ]
        );
        using var ann = app.As("ann");
        await VaultUser.StoreAsync(ann);
        var trace = Guid.NewGuid().ToString("N");

        (
            await ann.SendAsync(
                HttpMethod.Post,
                Messages,
                CappedCall.Body(),
                headers: [("traceparent", $"00-{trace}-b7ad6b7169203331-01")]
            )
        ).Is(HttpStatusCode.OK);

        await receiver.UntilAsync($"POST {OtlpReceiver.Insights}", "mycoach.cost");
        var items = receiver.Exports.SelectMany(export => export.Text.Split('\n')).ToArray();
        var span = Assert.Single(items, item => item.Contains("gen_ai.usage.output_tokens", StringComparison.Ordinal));
        Assert.Contains(trace, span, StringComparison.Ordinal);
        // The host reports requests and log lines; exporting them here would duplicate both.
        Assert.DoesNotContain(items, item => item.Contains("RequestData", StringComparison.Ordinal));
        Assert.DoesNotContain(items, item => item.Contains("MessageData", StringComparison.Ordinal));
        Assert.Contains(app.Lines, line => line.StartsWith("info: MyCoach.", StringComparison.Ordinal));
        // A console logger would send each line to the host a second time.
        Assert.All(app.Lines, line => Assert.DoesNotMatch(@"^info: MyCoach\.\S+\[\d+\]", line));
    }

    [Fact]
    public async Task A_timer_that_fails_is_a_failed_invocation()
    {
        await using var emulator = await ProviderEmulator.StartAsync(cancellation: Cancellation);
        await using var app = await WorkerApp.StartAsync(parts, emulator);
        Assert.Null(await app.Host.RunTimerAsync("BudgetRollup", isPastDue: true));
        await Eventually.HoldsAsync(() =>
            app.Lines.Any(line => line.EndsWith("BudgetRollup succeeded", StringComparison.Ordinal))
        );
        app.Proxy.Fault = _ => StorageFault.Busy;

        Assert.Contains("BudgetRollup failed", await app.Host.RunTimerAsync("BudgetRollup"), StringComparison.Ordinal);

        app.Proxy.Fault = _ => StorageFault.None;
        Assert.Null(await app.Host.RunTimerAsync("BudgetRollup"));
    }
}
