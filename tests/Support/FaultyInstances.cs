using Azure.Data.Tables;
using MyCoach.Dev;

namespace MyCoach.Tests.Support;

/// <summary>
/// Three instances of the program that share storage and clock, each with its own proxy in front of the storage.
/// </summary>
public sealed class FaultyInstances : IAsyncDisposable
{
    private readonly List<StorageProxy> proxies = [];
    private readonly List<TestApp> apps = [];

    public static async Task<FaultyInstances> StartAsync(LocalParts parts, Func<int, StorageCall, StorageFault> fault)
    {
        var instances = new FaultyInstances();
        for (var i = 0; i < 3; i++)
        {
            var proxy = await StorageProxy.StartAsync(parts.Port);
            var instance = i;
            proxy.Fault = call => fault(instance, call);
            instances.proxies.Add(proxy);
            instances.apps.Add(
                await TestApp.StartAsync(
                    parts,
                    [TestApp.NoRollUp, TestApp.Behind(proxy)],
                    beside: instances.apps.FirstOrDefault()
                )
            );
        }
        return instances;
    }

    public IReadOnlyList<TestApp> Apps => apps;

    public ApiClient[] As(string user) => [.. apps.Select(app => app.As(user))];

    public void Heal() => proxies.ForEach(proxy => proxy.Fault = _ => StorageFault.None);

    public Task<IReadOnlyList<TableEntity>> RowsAsync() => apps[0].RowsAsync("Usage");

    public async ValueTask DisposeAsync()
    {
        foreach (var app in Enumerable.Reverse(apps))
        {
            await app.DisposeAsync();
        }
        foreach (var proxy in proxies)
        {
            await proxy.DisposeAsync();
        }
    }
}
