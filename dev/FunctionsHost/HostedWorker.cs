using System.Collections.Concurrent;
using System.Diagnostics;
using System.Threading.Channels;
using Grpc.Core;
using MyCoach.Dev.FunctionsHost.Messages;
using Outcome = MyCoach.Dev.FunctionsHost.Messages.StreamingMessage.ContentOneofCase;

namespace MyCoach.Dev.FunctionsHost;

/// <summary>One worker, reached through its message stream.</summary>
internal sealed class HostedWorker : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);

    private readonly WorkerProcess process;
    private readonly string folder;
    private readonly Channel<StreamingMessage> outgoing = Channel.CreateUnbounded<StreamingMessage>();
    private readonly ConcurrentDictionary<string, TaskCompletionSource<StreamingMessage>> pending = new();
    private readonly TaskCompletionSource connected = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <param name="folder">The folder of the function app. Its worker.config.json states how to start the
    /// worker.</param>
    /// <param name="rpc">The address where the host listens for its workers.</param>
    public HostedWorker(
        string folder,
        Uri rpc,
        IEnumerable<(string Name, string Value)> environment,
        Action<string> write
    )
    {
        this.folder = folder;
        process = WorkerProcess.Start(new WorkerStart(folder, Id, rpc, environment), write);
        _ = process.ExitAsync(CancellationToken.None).ContinueWith(_ => End(), TaskScheduler.Default);
    }

    public string Id { get; } = Guid.NewGuid().ToString();

    public int ProcessId => process.Id;

    public bool HasExited => process.HasExited;

    public int ExitCode => process.ExitCode;

    public IReadOnlyList<HostedFunction> Functions { get; private set; } = [];

    /// <summary>The address to which requests are forwarded.</summary>
    public string Address { get; private set; } = "";

    /// <summary>Initialises the worker and loads its functions.</summary>
    /// <exception cref="CannotStartException">The worker exited or did not answer in time.</exception>
    public async Task StartAsync(CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(StartLimit);
        try
        {
            await connected.Task.WaitAsync(limit.Token);
            var greeting = new WorkerInitRequest
            {
                HostVersion = "4.1037.0.0",
                WorkerDirectory = folder,
                FunctionAppDirectory = folder,
            };
            var init = await AskAsync(new StreamingMessage { WorkerInitRequest = greeting }, limit.Token);
            Address = init.WorkerInitResponse.Capabilities["HttpUri"];
            var request = new FunctionsMetadataRequest { FunctionAppDirectory = folder };
            var answer = await AskAsync(new StreamingMessage { FunctionsMetadataRequest = request }, limit.Token);
            Functions =
            [
                .. answer.FunctionMetadataResponse.FunctionMetadataResults.Select(metadata => new HostedFunction(
                    metadata
                )),
            ];
            foreach (var metadata in Functions.Select(function => function.Metadata))
            {
                var load = new FunctionLoadRequest { FunctionId = metadata.FunctionId, Metadata = metadata };
                var loaded = await AskAsync(new StreamingMessage { FunctionLoadRequest = load }, limit.Token);
                RequireSuccess(loaded.FunctionLoadResponse.Result, $"load {metadata.Name}");
            }
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new CannotStartException($"The worker did not start within {StartLimit.TotalSeconds:0} seconds.");
        }
    }

    /// <summary>Exchanges messages until the stream ends.</summary>
    public async Task ExchangeMessagesAsync(
        IAsyncStreamReader<StreamingMessage> from,
        IServerStreamWriter<StreamingMessage> to,
        CancellationToken cancellation
    )
    {
        connected.TrySetResult();
        var writing = WriteAsync(to, cancellation);
        while (await from.MoveNext(cancellation))
        {
            var message = from.Current;
            if (message.ContentCase == Outcome.RpcLog)
            {
                Log(message.RpcLog);
            }
            else if (pending.TryRemove(message.RequestId, out var answer))
            {
                answer.TrySetResult(message);
            }
        }
        outgoing.Writer.TryComplete();
        await writing;
    }

    /// <summary>Completes when the worker reports the result.</summary>
    /// <param name="input">The JSON input of a timer; null for an HTTP request, which is forwarded separately.</param>
    public async Task<StatusResult> InvokeAsync(
        HostedFunction function,
        string invocationId,
        string? input,
        Activity? activity
    )
    {
        var request = new InvocationRequest
        {
            InvocationId = invocationId,
            FunctionId = function.Metadata.FunctionId,
            TraceContext = new RpcTraceContext
            {
                TraceParent = activity?.Id ?? "",
                TraceState = activity?.TraceStateString ?? "",
            },
            InputData =
            {
                new ParameterBinding
                {
                    Name = (string)function.Trigger["name"]!,
                    Data = input is null ? new TypedData { Http = new RpcHttp() } : new TypedData { Json = input },
                },
            },
        };
        var answer = await AskAsync(new StreamingMessage { InvocationRequest = request }, CancellationToken.None);
        return answer.InvocationResponse.Result;
    }

    public void Cancel(string invocationId) =>
        outgoing.Writer.TryWrite(
            new StreamingMessage { InvocationCancel = new InvocationCancel { InvocationId = invocationId } }
        );

    /// <summary>Asks the worker to terminate. False if it did not within the grace period.</summary>
    public async Task<bool> TryTerminateAsync(TimeSpan grace)
    {
        outgoing.Writer.TryWrite(
            new StreamingMessage
            {
                WorkerTerminate = new WorkerTerminate
                {
                    GracePeriod = new Duration { Seconds = (long)grace.TotalSeconds },
                },
            }
        );
        using var limit = new CancellationTokenSource(grace);
        await process.ExitAsync(limit.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return HasExited;
    }

    public void Kill() => process.Kill();

    public Task ExitAsync(CancellationToken cancellation) => process.ExitAsync(cancellation);

    public ValueTask DisposeAsync() => process.DisposeAsync();

    private async Task<StreamingMessage> AskAsync(StreamingMessage message, CancellationToken cancellation)
    {
        message.RequestId = Guid.NewGuid().ToString();
        var answer = new TaskCompletionSource<StreamingMessage>(TaskCreationOptions.RunContinuationsAsynchronously);
        pending[message.RequestId] = answer;
        if (HasExited || !outgoing.Writer.TryWrite(message))
        {
            End();
        }
        return await answer.Task.WaitAsync(cancellation);
    }

    private async Task WriteAsync(IServerStreamWriter<StreamingMessage> to, CancellationToken cancellation)
    {
        await foreach (var message in outgoing.Reader.ReadAllAsync(cancellation))
        {
            await to.WriteAsync(message, cancellation);
        }
    }

    private void End()
    {
        var reason = new CannotStartException($"The worker exited. {process.Errors}".TrimEnd());
        connected.TrySetException(reason);
        foreach (var (id, answer) in pending)
        {
            pending.TryRemove(id, out _);
            answer.TrySetException(reason);
        }
    }

    private static void RequireSuccess(StatusResult result, string what)
    {
        if (result.Status != 1)
        {
            throw new CannotStartException($"The worker could not {what}: {result.Exception?.Message}");
        }
    }

    // Information and above, as in host.json.
    private void Log(RpcLog log)
    {
        string[] levels = ["info", "warn", "fail", "crit"];
        if (levels.ElementAtOrDefault(log.Level - 2) is { } level)
        {
            process.Write($"{level}: {log.Category} {log.Message} {log.Exception?.Message}".TrimEnd());
        }
    }
}
