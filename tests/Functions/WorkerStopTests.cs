using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using MyCoach.Dev.Emulator;
using MyCoach.Dev.FunctionsHost;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Functions;

/// <summary>The worker records what has ended before it stops.</summary>
public sealed class WorkerStopTests(LocalParts parts)
{
    private const string Messages = $"/api/gateway/{CappedCall.Path}";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public async Task A_stopping_worker_records_ended_calls_and_aborted_streams(bool byTheHost, bool withOpenStream)
    {
        await using var emulator = await ProviderEmulator.StartAsync(cancellation: Cancellation);
        await using var app = await WorkerApp.StartAsync(parts, emulator);
        using var ann = app.As("ann");
        await VaultUser.StoreAsync(ann);
        var released = new TaskCompletionSource();
        app.Proxy.Hold = call => call.IsTransaction ? released.Task : Task.CompletedTask;
        var answers = await Task.WhenAll(
            Enumerable.Range(0, 20).Select(_ => ann.PostAsync(Messages, CappedCall.Body()))
        );
        var stream = withOpenStream ? await WorkerApp.OpenStreamAsync(ann, emulator) : default;
        HttpResponseHeaders[] headers = [.. answers.Select(answer => answer.Is(HttpStatusCode.OK).Headers)];
        headers = withOpenStream ? [.. headers, stream.Answer.Headers] : headers;

        var stopping = byTheHost ? app.Host.StopAsync() : SignalAsync(app.Host.WorkerProcessId);
        // Without an open stream, only the settlements keep the worker from exiting by then.
        await Task.Delay(TimeSpan.FromMilliseconds(500), Cancellation);
        released.SetResult();
        await stopping;

        var recorded = (await app.UsageAsync("ann"))
            .Where(row => row.RowKey.StartsWith("event_", StringComparison.Ordinal))
            .ToArray();
        Assert.Equal(headers.Length, recorded.Length);
        var text = string.Join('\n', recorded.SelectMany(row => row.Keys.Select(column => row[column])));
        Assert.All(
            headers,
            each => Assert.Contains(each.GetValues("X-MyCoach-Usage-Id").Single()[7..], text, StringComparison.Ordinal)
        );
        Assert.True(!byTheHost || app.Host.HasStoppedByItself, "The worker had to be killed.");
        stream.Feed?.End();
        stream.Answer?.Dispose();
    }

    private static async Task SignalAsync(int processId)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no SIGTERM.");
        using var worker = Process.GetProcessById(processId);
        using var kill = Process.Start("kill", ["-TERM", $"{processId}"]);
        await worker.WaitForExitAsync(Cancellation).WaitAsync(FunctionsHost.Grace, Cancellation);
    }
}
