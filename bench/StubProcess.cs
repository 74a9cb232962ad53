using System.Globalization;
using MyCoach.Dev;

namespace MyCoach.Bench;

/// <summary>The provider stub in a separate process.</summary>
internal sealed class StubProcess : IAsyncDisposable
{
    private readonly HttpClient http = new();
    private readonly ChildProcess process;

    private StubProcess(ChildProcess process, Uri address) => (this.process, Address) = (process, address);

    public Uri Address { get; }

    public static async Task<StubProcess> StartAsync(CancellationToken stopping)
    {
        var port = LocalPort.Free().ToString(CultureInfo.InvariantCulture);
        var stub = new StubProcess(ChildProcess.StartPart(Part.Stub, port), new Uri($"http://127.0.0.1:{port}"));
        await stub.process.WaitUntilItAnswersAsync(stub.Address, stopping);
        return stub;
    }

    /// <summary>Sets how long the stub waits before the first byte and between the events of a stream.</summary>
    public async Task SetPaceAsync(int firstMs, CancellationToken stopping, int stepMs = 0)
    {
        using var answer = await http.PutAsync(new Uri(Address, ProviderStub.Pace(firstMs, stepMs)), null, stopping);
        answer.EnsureSuccessStatusCode();
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await process.DisposeAsync();
    }
}
