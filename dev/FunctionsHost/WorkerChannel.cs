using Grpc.Core;
using MyCoach.Dev.FunctionsHost.Messages;

namespace MyCoach.Dev.FunctionsHost;

/// <summary>Where workers connect.</summary>
internal sealed class WorkerChannel(Func<string, HostedWorker?> find) : FunctionRpc.FunctionRpcBase
{
    public override async Task EventStream(
        IAsyncStreamReader<StreamingMessage> requestStream,
        IServerStreamWriter<StreamingMessage> responseStream,
        ServerCallContext context
    )
    {
        if (
            await requestStream.MoveNext(context.CancellationToken)
            && find(requestStream.Current.StartStream?.WorkerId ?? "") is { } worker
        )
        {
            await worker.ExchangeMessagesAsync(requestStream, responseStream, context.CancellationToken);
        }
    }
}
