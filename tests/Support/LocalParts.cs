using MyCoach.Dev;
using MyCoach.Tests.Support;

[assembly: AssemblyFixture(typeof(LocalParts))]

namespace MyCoach.Tests.Support;

/// <summary>One Azurite for all tests; each app has its own tables in it.</summary>
public sealed class LocalParts : IAsyncLifetime
{
    private Azurite? azurite;

    public string ConnectionString => azurite!.ConnectionString;

    public int Port => azurite!.Port;

    public async ValueTask InitializeAsync() => azurite = await Azurite.StartAsync();

    public async ValueTask DisposeAsync()
    {
        if (azurite is not null)
        {
            await azurite.DisposeAsync();
        }
    }
}
