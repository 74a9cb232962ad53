namespace MyCoach.Tests.Support;

/// <summary>A user with a key at each provider and no budget, for all tests of a class.</summary>
public sealed class SharedGatewayUser(LocalParts parts) : IAsyncLifetime
{
    private GatewayUser? user;

    public GatewayUser User => user!;

    public async ValueTask InitializeAsync() => user = await GatewayUser.StartAsync(parts);

    public async ValueTask DisposeAsync()
    {
        if (user is not null)
        {
            await user.DisposeAsync();
        }
    }
}
