using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using MyCoach.Dev;
using MyCoach.Dev.Emulator;
using MyCoach.Dev.FunctionsHost;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Functions;

/// <summary>What only a worker of the Functions host meets.</summary>
public sealed class WorkerTests(LocalParts parts)
{
    private const string Messages = $"/api/gateway/{CappedCall.Path}";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Forwarded_headers_are_believed_of_the_host_only()
    {
        await using var emulator = await ProviderEmulator.StartAsync(cancellation: Cancellation);
        await using var app = await WorkerApp.StartAsync(
            parts,
            emulator,
            settings: ["ASPNETCORE_ENVIRONMENT=Development", "Auth:DevelopmentUser=developer"]
        );
        using var caller = app.As(null);
        (await caller.GetAsync("/api/keys")).Is(HttpStatusCode.OK);

        // Addressed to another name, as by a web page whose name was bound anew to this machine; what the caller says of that is worth nothing.
        foreach (var lie in (string[])["X-Forwarded-Host", "X-Original-Host", "Forwarded"])
        {
            var headers = ((string, string)[])[("Host", "evil.example"), (lie, "localhost"), ("X-Forwarded-For", "127.0.0.1")];
            (await caller.SendAsync(HttpMethod.Get, "/api/keys", headers: headers)).IsProblem(401, "unauthenticated");
        }
        (await caller.SendAsync(HttpMethod.Get, "/api/keys", headers: [("X-Forwarded-Prefix", "/api")])).Is(HttpStatusCode.OK);
        (await caller.SendAsync(HttpMethod.Get, "/api/keys", headers: [("x-ms-invocation-id", "mine")])).Is(HttpStatusCode.OK);
    }

    [Fact]
    public async Task It_listens_to_the_host_alone_wherever_the_host_itself_listens()
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
        await Assert.ThrowsAsync<SocketException>(() => client.ConnectAsync(IPAddress.Loopback, inherited, Cancellation).AsTask());
    }

    [Theory]
    [InlineData("API_KEY_ENCRYPTION_KEY", "API_KEY_ENCRYPTION_KEY=hunter2")]
    // Found only when the pipeline is made, by when the host may have greeted the worker.
    [InlineData("Authentication__Schemes__Bearer", "Authentication:Schemes:Bearer:BackchannelTimeout=hunter2")]
    public async Task A_setting_that_is_wrong_stops_the_start_with_one_line(string name, string setting)
    {
        await using var emulator = await ProviderEmulator.StartAsync(cancellation: Cancellation);
        var said = "";
        try
        {
            await using var app = await WorkerApp.StartAsync(parts, emulator, settings: [setting]);
            await Eventually.HoldsAsync(() => Task.FromResult((said = string.Join('\n', app.Lines)).Contains(name, StringComparison.Ordinal)));
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
    public async Task A_cancelled_invocation_ends_a_stream_as_a_caller_who_leaves_does()
    {
        await using var emulator = await ProviderEmulator.StartAsync(cancellation: Cancellation);
        await using var app = await WorkerApp.StartAsync(parts, emulator);
        using var ann = app.As("ann");
        var (feed, answer, reader) = await OpenStreamAsync(ann, emulator);

        app.Host.CancelInvocations();

        await Assert.ThrowsAnyAsync<IOException>(() => reader.ReadAsync());
        var id = answer.Headers.GetValues("X-MyCoach-Usage-Id").Single();
        await Eventually.HoldsAsync(async () => (await ann.GetAsync($"/api/usage/{id}")).Status == HttpStatusCode.OK);
        Assert.True((bool)(await ann.GetAsync($"/api/usage/{id}"))["estimated"]);
        feed.End();
        answer.Dispose();
    }

    [Fact]
    public async Task Telemetry_reaches_Application_Insights_once_and_belongs_to_the_trace_of_the_caller()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        await using var emulator = await ProviderEmulator.StartAsync(cancellation: Cancellation);
        await using var app = await WorkerApp.StartAsync(
            parts,
            emulator,
            settings: [$"APPLICATIONINSIGHTS_CONNECTION_STRING=InstrumentationKey={Guid.NewGuid()};IngestionEndpoint={receiver.Address}"]
        );
        using var ann = app.As("ann");
        await VaultUser.StoreAsync(ann);
        var trace = Guid.NewGuid().ToString("N");

        (await ann.SendAsync(HttpMethod.Post, Messages, CappedCall.Body(), headers: [("traceparent", $"00-{trace}-b7ad6b7169203331-01")])).Is(
            HttpStatusCode.OK
        );

        await receiver.UntilAsync($"POST {OtlpReceiver.Insights}", "mycoach.cost");
        var items = receiver.Exports.SelectMany(export => export.Text.Split('\n')).ToArray();
        var span = Assert.Single(items, item => item.Contains("gen_ai.usage.output_tokens", StringComparison.Ordinal));
        Assert.Contains(trace, span, StringComparison.Ordinal);
        // Of requests the host tells, and it has got each log line; both would be there twice.
        Assert.DoesNotContain(items, item => item.Contains("RequestData", StringComparison.Ordinal));
        Assert.DoesNotContain(items, item => item.Contains("MessageData", StringComparison.Ordinal));
        Assert.Contains(app.Lines, line => line.StartsWith("info: MyCoach.", StringComparison.Ordinal));
        // Not on standard output as well, from where the host would take it once more.
        Assert.DoesNotContain(
            app.Lines,
            line => line.StartsWith("info: MyCoach.", StringComparison.Ordinal) && line.Contains("[0]", StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task A_timer_that_fails_is_a_failed_invocation()
    {
        await using var emulator = await ProviderEmulator.StartAsync(cancellation: Cancellation);
        await using var app = await WorkerApp.StartAsync(parts, emulator);
        Assert.Null(await app.Host.RunTimerAsync("BudgetRollup", isPastDue: true));
        await Eventually.HoldsAsync(() => Task.FromResult(app.Lines.Any(line => line.EndsWith("BudgetRollup succeeded", StringComparison.Ordinal))));
        app.Proxy.Fault = _ => StorageFault.Busy;

        Assert.Contains("BudgetRollup failed", await app.Host.RunTimerAsync("BudgetRollup"), StringComparison.Ordinal);

        app.Proxy.Fault = _ => StorageFault.None;
        Assert.Null(await app.Host.RunTimerAsync("BudgetRollup"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Told_to_end_it_records_what_ended_and_what_it_breaks_off(bool byTheHost)
    {
        await using var emulator = await ProviderEmulator.StartAsync(cancellation: Cancellation);
        await using var app = await WorkerApp.StartAsync(parts, emulator);
        using var ann = app.As("ann");
        await VaultUser.StoreAsync(ann);
        var released = new TaskCompletionSource();
        app.Proxy.Hold = call => call.IsTransaction ? released.Task : Task.CompletedTask;
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => ann.PostAsync(Messages, CappedCall.Body())));
        var (feed, open, _) = await OpenStreamAsync(ann, emulator);
        var ids = answers.Select(answer => answer.Is(HttpStatusCode.OK).Headers).Append(open.Headers);

        var stopping = byTheHost ? app.Host.StopAsync() : SignalAsync(app.Host.WorkerProcessId);
        released.SetResult();
        await stopping;

        var recorded = (await app.UsageAsync("ann")).Where(row => row.RowKey.StartsWith("event_", StringComparison.Ordinal)).ToArray();
        Assert.Equal(21, recorded.Length);
        var text = string.Join('\n', recorded.SelectMany(row => row.Keys.Select(column => row[column])));
        Assert.All(ids, headers => Assert.Contains(headers.GetValues("X-MyCoach-Usage-Id").Single()[7..], text, StringComparison.Ordinal));
        Assert.True(!byTheHost || app.Host.HasStoppedByItself, "The worker had to be killed.");
        feed.End();
        open.Dispose();
    }

    private static async Task SignalAsync(int processId)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no SIGTERM.");
        using var worker = Process.GetProcessById(processId);
        using var kill = Process.Start("kill", ["-TERM", $"{processId}"]);
        await worker.WaitForExitAsync(Cancellation).WaitAsync(FunctionsHost.Grace, Cancellation);
    }

    private static async Task<(Feed Feed, HttpResponseMessage Answer, EventReader Reader)> OpenStreamAsync(ApiClient ann, ProviderEmulator emulator)
    {
        if ((await ann.GetAsync("/api/keys/anthropic")).Status == HttpStatusCode.NotFound)
        {
            await VaultUser.StoreAsync(ann);
        }
        var feed = new Feed();
        // The host sends an answer's headers on with its first bytes.
        feed.Send(CappedCall.StreamStart(50));
        emulator.Knobs.AnswerNext(feed.Answer());
        using var request = new HttpRequestMessage(HttpMethod.Post, Messages)
        {
            Content = new StringContent(CappedCall.Body(streams: true), Encoding.UTF8, "application/json"),
        };
        var answer = await ann.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancellation);
        var reader = await EventReader.OfAsync(answer);
        Assert.Contains("message_start", await reader.ReadAsync(), StringComparison.Ordinal);
        return (feed, answer, reader);
    }
}
